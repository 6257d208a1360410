// Gives the model's leading dimension a fixed size, and infers all types anew.
#include "EntryResults.h"

#include "penjing/Dialect/Penjing/NamedDimensions.h"
#include "penjing/Support/Locations.h"
#include "penjing/Transforms/Gradient/Passes.h"

#define DEBUG_TYPE "pj-bind-batch"

namespace penjing {
#define GEN_PASS_DEF_BINDBATCH
#include "penjing/Transforms/Gradient/Passes.h.inc"
} // namespace penjing

using namespace mlir;
using namespace penjing;

namespace {

constexpr int64_t kLargestBatch = 1 << 20;

int64_t rankOf(Value value) { return cast<RankedTensorType>(value.getType()).getRank(); }

/// Follows the batch from the arguments through the function's only block.
class Binding {
public:
  Binding(func::FuncOp entry, func::ReturnOp end, int64_t size)
      : entry(entry), end(end), size(size) {}

  LogicalResult run();

private:
  LogicalResult bindArguments();
  LogicalResult bind(Operation *op);
  /// A number that repeats the old batch takes the new one.
  void rewriteNumbers(Operation *op);
  /// Whether the op treats all slices along dimension 0 of its batched operands
  /// alike, as far as its result's shape cannot tell.
  bool keepsSamplesApart(Operation *op);
  LogicalResult refuse(Operation *op) {
    return op->emitError() << "requires nodes that keep the batch apart in dimension 0, but got '"
                           << op->getName() << "' of " << describeNodes(op->getLoc());
  }

  func::FuncOp entry;
  func::ReturnOp end;
  int64_t size;
  int64_t oldSize = ShapedType::kDynamic;
  StringAttr name; ///< of the dimension, where it has one
  llvm::DenseSet<Value> batched;
};

LogicalResult Binding::bindArguments() {
  // The leading size of the first argument is the batch, wherever it leads.
  std::optional<AffineExpr> batch;
  DimensionScope scope(entry.getContext());
  for (BlockArgument argument : entry.getArguments()) {
    auto type = dyn_cast<RankedTensorType>(argument.getType());
    if (!type || type.getRank() == 0)
      continue;
    auto sizes = scope.sizes(type, argument.getLoc());
    if (failed(sizes))
      return failure();
    if (!batch) {
      batch = sizes->front();
      oldSize = type.getDimSize(0);
      if (auto dims = dyn_cast_or_null<DimsAttr>(type.getEncoding()); dims && type.isDynamicDim(0))
        if (auto symbol = dyn_cast<AffineSymbolExpr>(dims.getExpressions()[0]))
          name = dims.getSymbols()[symbol.getPosition()];
      if (type.isDynamicDim(0) && !name)
        return emitError(argument.getLoc())
               << "requires a leading dimension that is a number or a name, but got " << type;
    }
    if (sizes->front() != *batch)
      continue;
    sizes->front() = scope.constant(size);
    Type bound = scope.type(*sizes, type.getElementType());
    argument.setType(name ? bindDimension(bound, name, size) : bound);
    batched.insert(argument);
  }
  if (!batch)
    return entry.emitOpError("requires an input with a leading dimension, but got none");
  return success();
}

void Binding::rewriteNumbers(Operation *op) {
  if (ShapedType::isDynamic(oldSize))
    return;
  if (auto reshape = dyn_cast<ReshapeOp>(op)) {
    SmallVector<int64_t> shape(reshape.getShape());
    if (!shape.empty() && shape[0] == oldSize) {
      shape[0] = size;
      reshape.setShape(shape);
    }
  }
  if (auto slice = dyn_cast<SliceOp>(op)) {
    SmallVector<int64_t> sizes(slice.getSizes());
    if (!sizes.empty() && sizes[0] == oldSize && slice.getOffsets()[0] == 0) {
      sizes[0] = size;
      slice.setSizes(sizes);
    }
  }
}

bool Binding::keepsSamplesApart(Operation *op) {
  if (auto transpose = dyn_cast<TransposeOp>(op))
    return transpose.getPermutation()[0] == 0;
  if (auto pad = dyn_cast<PadOp>(op))
    return pad.getLow()[0] == 0 && pad.getHigh()[0] == 0;
  if (auto concat = dyn_cast<ConcatOp>(op))
    return concat.getAxis() != 0;
  if (auto softmax = dyn_cast<SoftmaxOp>(op))
    return softmax.getAxis() != 0;
  if (auto reduce = dyn_cast<ReduceSumOp>(op))
    return !llvm::is_contained(reduce.getAxes(), 0);
  if (auto matmul = dyn_cast<MatmulOp>(op)) {
    bool a = batched.contains(matmul.getA()), b = batched.contains(matmul.getB());
    return !(a && matmul.getTransposeA() && rankOf(matmul.getA()) == 2) &&
           !(b && rankOf(matmul.getB()) == 2);
  }
  return true;
}

LogicalResult Binding::bind(Operation *op) {
  bool takesBatch = llvm::any_of(op->getOperands(), [&](Value v) { return batched.contains(v); });
  if (takesBatch)
    rewriteNumbers(op);
  if (auto inference = dyn_cast<InferTypeOpInterface>(op)) {
    SmallVector<Type> types;
    if (failed(inference.inferReturnTypes(op->getContext(), op->getLoc(), op->getOperands(),
                                          op->getAttrDictionary(), op->getPropertiesStorage(),
                                          op->getRegions(), types)))
      return refuse(op);
    for (auto [result, type] : llvm::zip_equal(op->getResults(), types))
      result.setType(type);
  }
  if (!takesBatch || isa<CrossEntropyOp, DistillationLossOp>(op))
    return success();
  if (!keepsSamplesApart(op))
    return refuse(op);
  for (Value result : op->getResults()) {
    if (rankOf(result) == 0 || cast<RankedTensorType>(result.getType()).getDimSize(0) != size)
      return refuse(op);
    batched.insert(result);
  }
  return success();
}

LogicalResult Binding::run() {
  if (failed(bindArguments()))
    return failure();
  for (Operation &op : entry.getBody().front().without_terminator())
    if (failed(bind(&op)))
      return failure();
  setResults(entry, end, getResults(entry, end));
  // The name is gone from every type, so it need not be declared.
  if (auto declared = entry->getAttrOfType<ArrayAttr>(PenjingDialect::kDimsAttr); declared && name) {
    SmallVector<Attribute> rest(declared.getValue());
    llvm::erase(rest, Attribute(name));
    if (rest.empty())
      entry->removeAttr(PenjingDialect::kDimsAttr);
    else
      entry->setAttr(PenjingDialect::kDimsAttr, ArrayAttr::get(entry.getContext(), rest));
  }
  return success();
}

struct BindBatchPass : public penjing::impl::BindBatchBase<BindBatchPass> {
  using BindBatchBase::BindBatchBase;

  void runOnOperation() override {
    if (failed(bindBatch(getOperation())))
      signalPassFailure();
  }

private:
  LogicalResult bindBatch(ModuleOp module) {
    if (size < 1 || size > kLargestBatch)
      return module.emitError() << "requires a batch of 1 to " << kLargestBatch << ", but got "
                                << size.getValue();
    auto entry = getTrainableEntry(module);
    if (failed(entry))
      return failure();
    return Binding(entry->function, entry->end, size).run();
  }
};

} // namespace
