// penjing verify: compiled code against the reference interpreter, layer by layer.
#include "Workspace.h"

#include "penjing/Recipes/Verification.h"

#include "llvm/Support/FormatVariadic.h"

using namespace penjing;

int penjing::verifyCommand(llvm::ArrayRef<std::string> arguments) {
  std::string model, inputs, targetName = "native";
  uint64_t seed = 0;
  SharedOptions shared;
  Options options("verify", "compares compiled code with the reference interpreter, layer by layer.");
  options.positional("MODEL", model, "a model .onnx, .mlir or .mlirbc in any form");
  options.value("inputs", "FILE.npz", inputs, "arrays by the names of the model's inputs (default: random ones)");
  options.value("seed", "N", seed, "seed of the random inputs (default 0)");
  options.value("target", "NAME", targetName, "the processor: native (default), x86-64-v3, x86-64-v4, aarch64 …");
  options.example("penjing verify model.onnx", "error, SQNR and cosine of every layer, on random inputs");
  options.example("penjing verify small.mlirbc --inputs x.npz --target x86-64-v3", "the same on inputs of yours, for another processor");
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
  auto layers = verifyLayers(*call, *target);
  if (failed(layers))
    return kFailure;
  if (layers->empty())
    return workspace.fail("requires layers to compare, but found none");
  workspace.say(llvm::formatv("{0,-32} {1,-20} {2,10} {3,8} {4,10}  {5}", "layer", "op", "max error", "SQNR dB",
                              "cosine", "error/bound")
                    .str());
  const VerifiedLayer *first = nullptr;
  for (const VerifiedLayer &layer : *layers) {
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
