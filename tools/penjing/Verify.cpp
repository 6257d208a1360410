// penjing verify: compiled code against the reference interpreter, layer by layer.
#include "NamedTensors.h"
#include "Workspace.h"

#include "penjing/Dialect/Penjing/NamedDimensions.h"
#include "penjing/Reference/Comparison.h"
#include "penjing/Support/Locations.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace penjing;

namespace {
/// One layer's judgement: its numbers beside the interpreter's whole run, and
/// whether it does what its op says with the operands that the compiled code had.
struct Layer {
  std::string name, op;
  Comparison whole;
  std::string verdict;
  bool out = false;
};
} // namespace

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
                           Layer &layer) {
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

/// Walks the function as the interpreter runs it and judges every compiled result.
static FailureOr<std::vector<Layer>> judgeLayers(const ModelCall &call, DenseMap<Value, Tensor> &compiled) {
  std::vector<Layer> layers;
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
      Layer layer{name.empty() ? "unnamed" : name, op->getName().getStringRef().str(), compare(actual, result), "", false};
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

int penjing::verifyCommand(llvm::ArrayRef<std::string> arguments) {
  std::string model, inputs, targetName = "native";
  uint64_t seed = 0;
  SharedOptions shared;
  Options options("verify", "compares compiled code with the reference interpreter, layer by layer.");
  options.positional("MODEL", model, "a model of any form: .mlir, .mlirbc or .onnx");
  options.value("inputs", "FILE.npz", inputs, "arrays by the names of the model's inputs (random ones by --seed)");
  options.value("seed", "N", seed, "for the random inputs (0)");
  options.value("target", "NAME", targetName, "what to compile for (native)");
  options.example("penjing verify tiny.onnx --inputs x.npz", "error, SQNR and cosine of every layer");
  options.note("Errors, SQNR and cosine are those of the whole run. Each layer is judged by the operands that the "
               "compiled code gave it: integers must agree exactly, a float may be as far from its f64 value as "
               "rounding in any order of summation can bring it (error/bound at most 1). The first layer out of bound "
               "is named, and the exit code is 1.");
  shared.declare(options);
  if (auto code = parseOptions(options, arguments))
    return *code;
  Workspace workspace(shared);
  auto module = workspace.readModel(model);
  if (!module)
    return kFailure;
  auto call = inputs.empty() ? ModelCall::random(*module, seed) : ModelCall::read(*module, inputs);
  if (!call)
    return workspace.fail(call.takeError());
  auto target = findTarget(targetName);
  if (!target)
    return workspace.fail(target.takeError());
  if (failed(bindSizes(*call)))
    return kFailure;
  CompileOptions compileOptions;
  compileOptions.target = *target;
  compileOptions.everyResult = true;
  auto code = compile(*module, compileOptions);
  if (failed(code))
    return kFailure;
  auto outputs = call->outputsOf(**code);
  if (failed(outputs))
    return kFailure;
  DenseMap<Value, Tensor> compiled;
  if (llvm::Error error = mapResults(*call, **code, *outputs, compiled))
    return workspace.fail(std::move(error));
  auto layers = judgeLayers(*call, compiled);
  if (failed(layers))
    return kFailure;
  if (layers->empty())
    return workspace.fail("requires layers to compare, but found none");
  workspace.say(llvm::formatv("{0,-32} {1,-20} {2,10} {3,8} {4,10}  {5}", "layer", "op", "max error", "SQNR dB",
                              "cosine", "error/bound")
                    .str());
  const Layer *first = nullptr;
  for (const Layer &layer : *layers) {
    workspace.say(llvm::formatv("{0,-32} {1,-20} {2,10:e2} {3,8:f1} {4,10:f7}  {5}", layer.name, layer.op,
                                layer.whole.maxError, layer.whole.sqnr, layer.whole.cosine, layer.verdict)
                      .str());
    if (layer.out && !first)
      first = &layer;
  }
  if (first)
    return workspace.fail("requires every layer within its bound, but the first out of bound is '" + first->name +
                          "' (" + first->op + ", " + first->verdict + ")");
  workspace.say(llvm::formatv("{0} layers within their bounds", layers->size()).str());
  return kSuccess;
}
