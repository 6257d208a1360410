// penjing verify: compiled code against the reference interpreter, layer by layer.
#include "NamedTensors.h"
#include "Workspace.h"

#include "penjing/Dialect/Penjing/NamedDimensions.h"
#include "penjing/Reference/Comparison.h"
#include "penjing/Support/Locations.h"
#include "penjing/Support/Session.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace penjing;

namespace {
/// What the interpreter says of one result: its value as typed, its value in f64
/// and how far rounding may lead away from that.
struct Expected {
  Operation *op;
  Tensor typed, precise, bound;
};
} // namespace

/// The results of all computing ops, in their order.
static FailureOr<std::vector<Expected>> interpretLayers(const ModelCall &call) {
  std::vector<Expected> layers;
  InterpreterOptions options;
  options.observer = [&](Operation *op, ArrayRef<Tensor>, ArrayRef<Tensor> results) {
    if (op->getNumOperands() && results.size() == 1)
      layers.push_back({op, results[0], {}, {}});
  };
  if (failed(evaluate(call.function, call.inputs, options)))
    return failure();
  ErrorBounds bounds;
  size_t next = 0;
  options.precision = Precision::Float64;
  options.observer = [&](Operation *op, ArrayRef<Tensor> operands, ArrayRef<Tensor> results) {
    bounds.observe(op, operands, results);
    if (!op->getNumOperands() || results.size() != 1)
      return;
    layers[next].precise = results[0];
    layers[next++].bound = bounds.of(op->getResult(0), results[0].shape());
  };
  if (failed(evaluate(call.function, call.inputs, options)))
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
  SharedOptions shared;
  Options options("verify", "compares compiled code with the reference interpreter, layer by layer.");
  options.positional("MODEL", model, "a model of any form: .mlir, .mlirbc or .onnx");
  options.value("inputs", "FILE.npz", inputs, "arrays by the names of the model's inputs (random ones by --seed)");
  options.value("target", "NAME", targetName, "what to compile for (native)");
  options.example("penjing verify tiny.onnx --inputs x.npz", "error, SQNR and cosine of every layer");
  options.note("Integers must agree exactly; a float may be as far from its f64 value as rounding in any order of "
               "summation can bring it. The first layer out of bound is named, and the exit code is 1.");
  shared.declare(options);
  if (auto code = parseOptions(options, arguments))
    return *code;
  Workspace workspace(shared);
  auto module = workspace.readModel(model);
  if (!module)
    return kFailure;
  auto call = inputs.empty() ? ModelCall::random(*module, workspace.session().seed) : ModelCall::read(*module, inputs);
  if (!call)
    return workspace.fail(call.takeError());
  auto target = findTarget(targetName);
  if (!target)
    return workspace.fail(target.takeError());
  if (failed(bindSizes(*call)))
    return kFailure;
  auto layers = interpretLayers(*call);
  if (failed(layers))
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

  // The outputs behind the function's own are results of ops, in the ops' order;
  // those that compute nothing may be missing.
  size_t next = 0, compared = 0;
  std::string firstOut;
  workspace.say(llvm::formatv("{0,-32} {1,-22} {2,12} {3,9} {4,10}  {5}", "layer", "op", "max error", "SQNR dB", "cosine",
                              "error/bound").str());
  for (size_t i = call->function.getNumResults(); i < outputs->size(); ++i) {
    const TensorDescription &description = (*code)->outputs()[i];
    while (next < layers->size() && (*layers)[next].op->getName().getStringRef() != description.op)
      ++next;
    if (next == layers->size())
      break;
    const Expected &layer = (*layers)[next++];
    auto tensor = tensorFromArray((*outputs)[i], layer.typed.elementType());
    if (!tensor)
      return workspace.fail(tensor.takeError());
    if (tensor->shape() != layer.typed.shape())
      return workspace.fail("requires '" + description.name + "' of shape " + shapeText(layer.typed.shape()) +
                            ", but got " + shapeText(tensor->shape()));
    bool isFloat = isa<FloatType>(layer.typed.elementType());
    Comparison shown = compare(*tensor, layer.typed);
    Comparison judged = isFloat ? compare(*tensor, layer.precise, layer.bound) : shown;
    bool out = isFloat ? judged.maxExcess > 1 : judged.different > 0;
    // Floats whose analysis knows no bound are those behind a second quantization.
    bool bounded = !isFloat || !std::isinf(layer.bound.size() ? layer.bound.valueAt(0) : 0);
    workspace.say(llvm::formatv("{0,-32} {1,-22} {2,12:e2} {3,9:f1} {4,10:f7}  {5}", description.name, description.op,
                                shown.maxError, shown.sqnr, shown.cosine,
                                !isFloat  ? (out ? std::to_string(judged.different) + " differ" : "exact")
                                : bounded ? llvm::formatv("{0:f3}", judged.maxExcess).str()
                                          : "no bound")
                      .str());
    ++compared;
    if (out && firstOut.empty())
      firstOut = description.name + " (" + description.op + ")";
  }
  if (!compared)
    return workspace.fail("requires layers to compare, but found none");
  if (!firstOut.empty())
    return workspace.fail("requires every layer within its bound, but the first out of bound is " + firstOut);
  workspace.say(llvm::formatv("{0} layers within their bounds", compared).str());
  return kSuccess;
}
