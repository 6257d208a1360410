// penjing run: computes a model's outputs for inputs from a file of arrays.
#include "Workspace.h"

#include "penjing/Recipes/ModelCall.h"
#include "penjing/Support/Npz.h"
#include "penjing/Support/OutputFile.h"

using namespace mlir;
using namespace penjing;

int penjing::runCommand(llvm::ArrayRef<std::string> arguments) {
  std::string model, inputs, output;
  bool interpret = false;
  SharedOptions shared;
  Options options("run", "computes a model's outputs for inputs from an .npz file.");
  options.positional("MODEL", model, "a model .onnx, .mlir or .mlirbc in any form");
  options.value("inputs", "FILE.npz", inputs, "arrays by the names of the model's inputs");
  options.required();
  options.value("o", "FILE.npz", output, "where to write the outputs, by their names");
  options.required();
  options.flag("interpret", interpret, "run the reference interpreter in place of compiled code (slow)");
  options.example("penjing run tiny.onnx --inputs x.npz -o y.npz", "compiles the model for this machine and runs it");
  options.note("A single array goes to a single input whatever its name is. Quantized tensors are given and "
               "taken as their integers.");
  shared.declare(options);
  if (auto code = parseOptions(options, arguments))
    return *code;
  Workspace workspace(shared);
  if (llvm::Error error = workspace.refuseOverwriting(output, {model, inputs}))
    return workspace.fail(std::move(error));
  auto module = workspace.readModel(model);
  if (!module)
    return kFailure;
  auto call = ModelCall::read(*module, inputs);
  if (!call)
    return workspace.fail(call.takeError());
  auto results = interpret ? call->interpret() : call->runCompiled();
  if (failed(results))
    return kFailure;
  std::string bytes;
  llvm::raw_string_ostream os(bytes);
  if (llvm::Error error = writeNpz(*results, os))
    return workspace.fail(std::move(error));
  if (llvm::Error error = writeOutputFile(output, bytes))
    return workspace.fail(std::move(error));
  return kSuccess;
}
