// Binds the named leading dimension to one sample, and checks that no op mixes
// samples.
#include "penjing/Transforms/Schedule/Passes.h"

#include "penjing/Dialect/Penjing/Forms.h"
#include "penjing/Dialect/Penjing/NamedDimensions.h"

#define DEBUG_TYPE "pj-split-samples"

namespace penjing {
#define GEN_PASS_DEF_SPLITSAMPLES
#include "penjing/Transforms/Schedule/Passes.h.inc"
} // namespace penjing

using namespace mlir;
using namespace penjing;

/// Whether the type has a dynamic dimension that is not just the first, `name`.
static bool isMixed(Type type, StringAttr name) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor || tensor.hasStaticShape())
    return false;
  auto dims = dyn_cast_or_null<DimsAttr>(tensor.getEncoding());
  return !tensor.isDynamicDim(0) || tensor.getNumDynamicDims() != 1 || !dims ||
         dims.getSymbols().size() != 1 || dims.getSymbols().front() != name ||
         dims.getExpressions().front() != getAffineSymbolExpr(0, type.getContext());
}

static bool isDynamic(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor && !tensor.hasStaticShape();
}

/// Ops whose attributes reach across the first dimension although its size stays.
static bool mixesSamples(Operation *op) {
  if (auto softmax = dyn_cast<SoftmaxOp>(op))
    return softmax.getAxis() == 0 ||
           -softmax.getAxis() == cast<RankedTensorType>(softmax.getType()).getRank();
  if (auto norm = dyn_cast<BatchNormOp>(op))
    return norm.getAxis() == 0;
  return op->hasTrait<penjing::OpTrait::GradientOnly>();
}

/// The attributes that say "take the dynamic dimension whole" name its size now.
static void bindAttributes(Operation *op) {
  auto slice = dyn_cast<SliceOp>(op);
  if (!slice || !isDynamic(slice.getType()))
    return;
  SmallVector<int64_t> sizes(slice.getSizes());
  sizes[0] = 1;
  slice.setSizes(sizes);
}

namespace {
struct SplitSamples : penjing::impl::SplitSamplesBase<SplitSamples> {
  LogicalResult checkSamples(func::FuncOp function, StringAttr name) {
    for (Type type : function.getFunctionType().getInputs())
      if (isMixed(type, name))
        return function.emitError() << "requires the named dimension '" << name.getValue()
                                    << "' to be the first of each tensor, but got " << type;
    auto result = function.walk([&](Operation *op) -> WalkResult {
      bool reads = llvm::any_of(op->getOperandTypes(), isDynamic);
      bool keeps = llvm::all_of(op->getResultTypes(), isDynamic);
      if (isa<func::ReturnOp>(op)) {
        for (Type type : op->getOperandTypes())
          if (!isDynamic(type))
            return op->emitError() << "requires results with the named dimension '"
                                   << name.getValue() << "', but got " << type;
        return WalkResult::advance();
      }
      if (!reads)
        return WalkResult::advance();
      if (!keeps || mixesSamples(op) ||
          llvm::any_of(op->getResultTypes(), [&](Type t) { return isMixed(t, name); }))
        return op->emitError() << "requires ops that keep the samples of '" << name.getValue()
                               << "' apart, but '" << op->getName() << "' mixes them; bind it with --shape";
      return WalkResult::advance();
    });
    return failure(result.wasInterrupted());
  }

  void runOnOperation() override {
    auto function = getEntryFunction(getOperation());
    if (failed(function))
      return signalPassFailure();
    auto names = (*function)->getAttrOfType<ArrayAttr>(PenjingDialect::kDimsAttr);
    if (!names || names.empty())
      return;
    if (names.size() > 1) {
      function->emitError() << "requires at most one named dimension, but got " << names
                            << "; bind the others with --shape";
      return signalPassFailure();
    }
    auto name = cast<StringAttr>(names[0]);
    if (failed(checkSamples(*function, name)))
      return signalPassFailure();
    bind(*function, name);
  }

  void bind(func::FuncOp function, StringAttr name) {
    SmallVector<Attribute> steps;
    Builder builder(function.getContext());
    auto type = function.getFunctionType();
    for (Type t : llvm::concat<const Type>(type.getInputs(), type.getResults()))
      steps.push_back(builder.getBoolAttr(isDynamic(t)));
    function.walk([&](Operation *op) {
      if (op == function)
        return;
      bindAttributes(op);
      for (Value result : op->getResults())
        result.setType(bindDimension(result.getType(), name, 1));
    });
    SmallVector<Type> inputs, results;
    for (BlockArgument argument : function.getArguments()) {
      argument.setType(bindDimension(argument.getType(), name, 1));
      inputs.push_back(argument.getType());
    }
    for (Type t : type.getResults())
      results.push_back(bindDimension(t, name, 1));
    function.setFunctionType(builder.getFunctionType(inputs, results));
    function->removeAttr(PenjingDialect::kDimsAttr);
    function->setAttr(kSamplesAttr, builder.getArrayAttr(steps));
  }
};
} // namespace
