// penjing export: writes a model as an ONNX file.
#include "Workspace.h"

#include "llvm/Support/Path.h"

using namespace mlir;
using namespace penjing;

int penjing::exportCommand(llvm::ArrayRef<std::string> arguments) {
  std::string model, output;
  SharedOptions shared;
  Options options("export", "writes a model as an ONNX file that runs with the same answers.");
  options.positional("MODEL", model, "a model .onnx, .mlir or .mlirbc in form float or decided");
  options.value("o", "FILE.onnx", output, "where to write");
  options.required();
  options.example("penjing export pruned.mlirbc -o pruned.onnx", "a compressed model, for other runtimes");
  options.example("penjing export resnet8.onnx --shape N=1 -o one.onnx", "an ONNX file with its batch bound");
  options.note("Nodes, inputs and outputs keep their names. Pruned weights are written as zeros, quantized ones "
               "as integers with QuantizeLinear and DequantizeLinear around the rest. A packed model is ours alone: export "
               "what 'penjing compress --stages' kept from before pj-pack.");
  shared.declare(options);
  if (auto code = parseOptions(options, arguments))
    return *code;
  Workspace workspace(shared);
  if (llvm::sys::path::extension(output) != ".onnx")
    return workspace.fail("requires an output .onnx, but got '" + output + "'");
  auto module = workspace.readModel(model);
  if (!module || failed(workspace.writeModel(*module, output)))
    return kFailure;
  return kSuccess;
}
