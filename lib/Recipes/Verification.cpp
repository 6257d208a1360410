// Walks a function as the interpreter runs it and judges each compiled result by
// the compiled code's own operands.
#include "penjing/Recipes/Verification.h"

#include "penjing/Dialect/Penjing/NamedDimensions.h"
#include "penjing/Support/Locations.h"

#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace penjing;

/// The compiled result of each op; where several ops of a name follow each other
/// the outputs come in the ops' order.
static llvm::Error mapResults(const ModelCall &call, const CompiledModule &code, ArrayRef<Array> outputs,
                              DenseMap<Value, Tensor> &results) {
  size_t next = func::FuncOp(call.function).getNumResults();
  for (Operation &op : func::FuncOp(call.function).front().without_terminator()) {
    for (Value result : op.getResults()) {
      if (next == outputs.size() || code.outputs()[next].op != op.getName().getStringRef())
        break;
      auto tensor = tensorFromArray(outputs[next++], cast<RankedTensorType>(result.getType()).getElementType());
      if (!tensor)
        return tensor.takeError();
      results[result] = *tensor;
    }
  }
  assert(next == outputs.size() && "compiled results come in the order of the ops");
  return llvm::Error::success();
}

/// Judges one op by its compiled operands: floats by the bound of one op's
/// rounding around the f64 result, everything that integers touch exactly.
static LogicalResult judge(Operation *op, ArrayRef<Tensor> operands, const Tensor &typed, const Tensor &actual,
                           VerifiedLayer &layer) {
  auto isReal = [](const Tensor &t) { return isa<FloatType>(t.elementType()); };
  bool steps = isa<FakeQuantizeOp, QuantizeOp, DequantizeOp>(op) || !llvm::all_of(operands, isReal) || !isReal(typed);
  SmallVector<Tensor> results{Tensor(typed.elementType(), typed.shape())};
  if (steps) {
    if (failed(evaluateOperation(op, operands, results)))
      return failure();
    int64_t different = compare(actual, results[0]).different;
    layer.out = different > 0;
    layer.verdict = different ? std::to_string(different) + " differ" : "exact";
    return success();
  }
  Type f64 = Float64Type::get(op->getContext());
  SmallVector<Tensor> wide;
  for (const Tensor &operand : operands)
    wide.push_back(operand.converted(f64));
  results[0] = Tensor(f64, typed.shape());
  if (failed(evaluateOperation(op, wide, results)))
    return failure();
  ErrorBounds bounds;
  bounds.observe(op, wide, results);
  Tensor bound = bounds.of(op->getResult(0), typed.shape());
  double excess = compare(actual, results[0], bound).maxExcess;
  layer.out = excess > 1;
  bool bounded = !bound.size() || std::isfinite(bound.valueAt(0));
  layer.verdict = bounded ? llvm::formatv("{0:f3}", excess).str() : "no bound";
  return success();
}

FailureOr<std::vector<VerifiedLayer>> penjing::judgeLayers(const ModelCall &call, DenseMap<Value, Tensor> compiled) {
  std::vector<VerifiedLayer> layers;
  bool sound = true;
  for (auto [argument, input] : llvm::zip(func::FuncOp(call.function).getArguments(), call.inputs))
    compiled[argument] = input;
  InterpreterOptions options;
  options.observer = [&](Operation *op, ArrayRef<Tensor>, ArrayRef<Tensor> results) {
    for (auto [value, result] : llvm::zip(op->getResults(), results)) {
      auto [it, inserted] = compiled.try_emplace(value, result);
      if (inserted || op->getNumResults() != 1)
        continue; // a parameter, or an op that the compiled code does not keep
      SmallVector<Tensor> operands;
      for (Value operand : op->getOperands())
        operands.push_back(compiled.lookup(operand));
      std::string name = nodeName(op->getLoc());
      Tensor actual = compiled.lookup(value);
      VerifiedLayer layer{name.empty() ? "unnamed" : name, op->getName().getStringRef().str(), compare(actual, result), "", false};
      sound &= succeeded(judge(op, operands, result, actual, layer));
      layers.push_back(std::move(layer));
    }
  };
  if (failed(evaluate(call.function, call.inputs, options)) || !sound)
    return failure();
  return layers;
}

/// Gives every named dimension the size that the inputs have: each layer's result
/// then has a shape, whatever leads it.
static LogicalResult bindSizes(ModelCall &call) {
  SmallVector<SmallVector<int64_t>> shapes;
  for (const Tensor &input : call.inputs)
    shapes.emplace_back(input.shape());
  auto sizes = bindDimensions(call.function.getArgumentTypes(), shapes, call.function.getLoc());
  if (failed(sizes))
    return failure();
  auto bind = [&](Value value) {
    for (const auto &entry : *sizes)
      value.setType(bindDimension(value.getType(), StringAttr::get(value.getContext(), entry.getKey()),
                                  entry.getValue()));
  };
  call.module.walk([&](Operation *op) {
    llvm::for_each(op->getResults(), bind);
    for (Region &region : op->getRegions())
      for (Block &block : region)
        llvm::for_each(block.getArguments(), bind);
  });
  call.function.setType(FunctionType::get(call.module.getContext(), call.function.front().getArgumentTypes(),
                                          call.function.front().getTerminator()->getOperandTypes()));
  call.function->removeAttr(PenjingDialect::kDimsAttr);
  return success();
}

FailureOr<std::vector<VerifiedLayer>> penjing::verifyLayers(ModelCall &call, const Target &target) {
  if (failed(bindSizes(call)))
    return failure();
  CompileOptions options;
  options.target = target;
  options.everyResult = true;
  auto code = compile(call.module, options);
  if (failed(code))
    return failure();
  auto outputs = call.outputsOf(**code);
  if (failed(outputs))
    return failure();
  DenseMap<Value, Tensor> compiled;
  if (llvm::Error error = mapResults(call, **code, *outputs, compiled))
    return call.module.emitError() << llvm::toString(std::move(error));
  return judgeLayers(call, std::move(compiled));
}
