// The interpreter's loop: parameters, shapes and precision; the ops' meanings
// stand in the files of their families.
#include "penjing/Reference/Interpreter.h"

#include "Evaluators.h"

#include "penjing/Dialect/Penjing/ParameterValues.h"
#include "penjing/Dialect/Penjing/Spaces.h"
#include "penjing/Support/FlushDenormals.h"

#include "llvm/Support/CheckedArithmetic.h"

using namespace mlir;
using namespace penjing;
using namespace penjing::reference;

namespace {
struct Row {
  StringRef name;
  LogicalResult (*evaluate)(Operation *, Operands, Results);
};
} // namespace

template <typename OpTy> static constexpr Row row() {
  return {OpTy::getOperationName(), [](Operation *op, Operands operands, Results results) {
            return evaluateOp(cast<OpTy>(op), operands, results);
          }};
}

/// Every op that computes, and what evaluates it.
static ArrayRef<Row> getRows() {
  static constexpr Row rows[] = {
      row<ConvOp>(), row<ConvInputGradientOp>(), row<ConvWeightGradientOp>(), row<MatmulOp>(),
      row<AddOp>(), row<SubOp>(), row<MulOp>(), row<DivOp>(),
      row<ReluOp>(), row<ExpOp>(), row<LogOp>(), row<SqrtOp>(), row<SigmoidOp>(), row<TanhOp>(), row<NegOp>(), row<ClipOp>(),
      row<CompareOp>(), row<SelectOp>(), row<CastOp>(), row<MaskedOp>(),
      row<MaxPoolOp>(), row<MaxPoolGradientOp>(), row<AveragePoolOp>(), row<AveragePoolGradientOp>(),
      row<GlobalAveragePoolOp>(), row<ReduceSumOp>(),
      row<BatchNormOp>(), row<BatchNormTrainingOp>(), row<BatchNormGradientOp>(),
      row<SoftmaxOp>(), row<SoftmaxGradientOp>(),
      row<CrossEntropyOp>(), row<CrossEntropyGradientOp>(),
      row<DistillationLossOp>(), row<DistillationLossGradientOp>(),
      row<FakeQuantizeOp>(), row<FakeQuantizeGradientOp>(), row<QuantizeOp>(), row<DequantizeOp>(),
      row<ReshapeOp>(), row<TransposeOp>(), row<PadOp>(), row<ConcatOp>(), row<SliceOp>(), row<BroadcastOp>()};
  return rows;
}

static const Row *findRow(StringRef name) {
  auto rows = getRows();
  const Row *it = llvm::find_if(rows, [&](const Row &row) { return row.name == name; });
  return it == rows.end() ? nullptr : it;
}

/// Floats of 16 bits are computed in f32.
static Type computedIn(Type type) {
  auto floats = dyn_cast<FloatType>(type);
  return floats && floats.getWidth() < 32 ? Type(Float32Type::get(type.getContext())) : type;
}

LogicalResult penjing::evaluateOperation(Operation *op, ArrayRef<Tensor> operands, MutableArrayRef<Tensor> results) {
  const Row *row = findRow(op->getName().getStringRef());
  if (!row)
    return op->emitOpError() << "requires an op that the interpreter knows";
  auto isNarrow = [](const Tensor &t) { return computedIn(t.elementType()) != t.elementType(); };
  if (llvm::none_of(operands, isNarrow) && llvm::none_of(results, isNarrow))
    return row->evaluate(op, operands, results);
  SmallVector<Tensor> wideOperands, wideResults;
  for (const Tensor &operand : operands)
    wideOperands.push_back(operand.converted(computedIn(operand.elementType())));
  for (const Tensor &result : results)
    wideResults.emplace_back(computedIn(result.elementType()), result.shape());
  if (failed(row->evaluate(op, wideOperands, wideResults)))
    return failure();
  for (auto [result, wide] : llvm::zip(results, wideResults))
    result = wide.converted(result.elementType());
  return success();
}

namespace {
/// One run of a function: the values of its block.
class Run {
public:
  Run(func::FuncOp function, const InterpreterOptions &options, unsigned depth)
      : function(function), options(options), depth(depth) {}

  FailureOr<SmallVector<Tensor>> run(ArrayRef<Tensor> inputs) {
    if (failed(bind(inputs)))
      return failure();
    for (Operation &op : function.front().without_terminator())
      if (failed(step(&op)))
        return failure();
    SmallVector<Tensor> outputs;
    for (Value value : function.front().getTerminator()->getOperands())
      outputs.push_back(values.lookup(value));
    return outputs;
  }

private:
  /// The element type a value is computed in.
  Type elementOf(Type tensorType) const {
    Type element = cast<RankedTensorType>(tensorType).getElementType();
    if (options.precision == Precision::Float64 && isa<FloatType>(element))
      return Float64Type::get(element.getContext());
    return element;
  }

  LogicalResult bind(ArrayRef<Tensor> inputs) {
    if (function.isExternal() || !function.getBody().hasOneBlock())
      return function.emitOpError() << "requires a body of one block to be interpreted";
    TypeRange types = function.getArgumentTypes();
    if (inputs.size() != types.size())
      return function.emitOpError() << "requires " << types.size() << " inputs, but got " << inputs.size();
    SmallVector<SmallVector<int64_t>> shapes;
    for (auto [index, type] : llvm::enumerate(types)) {
      auto tensor = dyn_cast<RankedTensorType>(type);
      Type given = inputs[index].elementType();
      if (!tensor || (given != tensor.getElementType() && given != elementOf(tensor)))
        return function.emitOpError() << "requires input " << index << " of type " << type
                                      << ", but got elements of " << given;
      shapes.emplace_back(inputs[index].shape());
    }
    auto bound = bindDimensions(types, shapes, function.getLoc());
    if (failed(bound))
      return failure();
    sizes = *bound;
    for (auto [index, argument] : llvm::enumerate(function.getArguments()))
      values[argument] = inputs[index].converted(elementOf(argument.getType()));
    function.walk([&](Operation *op) {
      for (Value operand : op->getOperands())
        ++uses[operand];
    });
    return success();
  }

  LogicalResult step(Operation *op) {
    SmallVector<Tensor> operands, results;
    for (Value operand : op->getOperands()) {
      operands.push_back(values.lookup(operand));
      // A value that nobody reads any more gives its memory back.
      if (--uses[operand] == 0)
        values.erase(operand);
    }
    LogicalResult done = TypeSwitch<Operation *, LogicalResult>(op)
                             .Case([&](UseOp use) { return read(use, results); })
                             .Case([&](ConstantOp constant) { return read(constant, results); })
                             .Case([&](func::CallOp call) { return enter(call, operands, results); })
                             .Default([&](Operation *) { return compute(op, operands, results); });
    if (failed(done))
      return failure();
    if (options.observer)
      options.observer(op, operands, results);
    for (auto [value, result] : llvm::zip(op->getResults(), results))
      if (!value.use_empty())
        values[value] = result;
    return success();
  }

  LogicalResult compute(Operation *op, ArrayRef<Tensor> operands, SmallVectorImpl<Tensor> &results) {
    if (options.expectation && op->getNumResults() == 0)
      return options.expectation(op, operands);
    for (Type type : op->getResultTypes()) {
      auto tensor = dyn_cast<RankedTensorType>(type);
      auto shape = tensor ? getShape(tensor, sizes) : std::nullopt;
      if (!shape)
        return op->emitOpError() << "requires results whose sizes follow from the inputs, but got " << type;
      std::optional<uint64_t> bytes = getStorageBytes(RankedTensorType::get(*shape, elementOf(type)));
      if (!bytes || *bytes > options.valueBytes)
        return op->emitOpError() << "requires values of at most " << options.valueBytes << " bytes, but got "
                                 << type;
      results.emplace_back(elementOf(type), *shape);
    }
    return evaluateOperation(op, operands, results);
  }

  LogicalResult read(UseOp use, SmallVectorImpl<Tensor> &results) {
    Type element = elementOf(use.getType());
    if (options.parameters)
      if (auto it = options.parameters->find(use.getParam()); it != options.parameters->end()) {
        const Tensor &given = it->second;
        if (given.shape() != cast<RankedTensorType>(use.getType()).getShape() ||
            (given.elementType() != element && given.elementType() != getElementTypeOrSelf(use.getType())))
          return use.emitOpError() << "requires a given value of type " << use.getType() << ", but got "
                                   << given.type();
        results.push_back(given.converted(element));
        return success();
      }
    auto param = SymbolTable::lookupNearestSymbolFrom<ParamOp>(use, use.getParamAttr());
    auto value = param ? param.getValueAttr() : ElementsAttr();
    if (!value)
      return use.emitOpError() << "requires a value of '" << use.getParam() << "', but it has none";
    return read(value, use.getType(), results);
  }

  LogicalResult read(ConstantOp constant, SmallVectorImpl<Tensor> &results) {
    return read(constant.getValue(), constant.getType(), results);
  }

  LogicalResult read(ElementsAttr value, Type type, SmallVectorImpl<Tensor> &results) {
    auto bytes = ParameterBytes::of(value);
    if (!bytes)
      return emitError(function.getLoc()) << "requires a value that is dense or a resource, but got " << value;
    auto tensor = cast<RankedTensorType>(type);
    Tensor view = Tensor::viewing(tensor.getElementType(), tensor.getShape(), bytes->bytes());
    // Blobs outlive the run; inline values may lie anywhere and are copied.
    results.push_back((isa<DenseResourceElementsAttr>(value) ? view : view.copy()).converted(elementOf(type)));
    return success();
  }

  LogicalResult enter(func::CallOp call, ArrayRef<Tensor> operands, SmallVectorImpl<Tensor> &results) {
    constexpr unsigned kMaxDepth = 64;
    auto callee = SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(call, call.getCalleeAttr());
    if (depth >= kMaxDepth)
      return call.emitOpError() << "requires calls at most " << kMaxDepth << " deep";
    auto outputs = Run(callee, options, depth + 1).run(operands);
    if (failed(outputs))
      return failure();
    results = *outputs;
    return success();
  }

  func::FuncOp function;
  const InterpreterOptions &options;
  unsigned depth;
  DimensionSizes sizes;
  DenseMap<Value, Tensor> values;
  DenseMap<Value, unsigned> uses;
};
} // namespace

FailureOr<SmallVector<Tensor>> penjing::evaluate(func::FuncOp function, ArrayRef<Tensor> inputs,
                                                 const InterpreterOptions &options) {
  // A module with open choices is many networks.
  if (auto module = function->getParentOfType<ModuleOp>(); module && failed(requireResolved(module)))
    return failure();
  std::optional<FlushDenormals> flush;
  if (options.precision == Precision::AsTyped)
    flush.emplace();
  return Run(function, options, 0).run(inputs);
}
