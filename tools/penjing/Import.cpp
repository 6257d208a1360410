// penjing import: reads an ONNX file literally and writes the module.
#include "Workspace.h"

#include "llvm/Support/Path.h"

using namespace mlir;
using namespace penjing;

int penjing::importCommand(llvm::ArrayRef<std::string> arguments) {
  std::string model, output;
  SharedOptions shared;
  Options options("import", "reads an ONNX file into a module whose every op names its ONNX node.");
  options.positional("MODEL.onnx", model, "the file, operator sets 7 to 22");
  options.value("o", "FILE", output, "where to write: .mlir (text) or .mlirbc (bytecode)");
  options.required();
  options.example("penjing import resnet8.onnx -o resnet8.mlir", "as text, the batch still called N");
  options.example("penjing import resnet8.onnx --shape N=1 -o resnet8.mlirbc", "with a batch of one, as bytecode");
  options.example("penjing import detector.onnx --shape image=1x3x240x320 -o d.mlir", "with all sizes of one input");
  options.note("What is broken or not supported is listed completely, an error each. A file with pairs of "
               "QuantizeLinear and DequantizeLinear gives a module of form 'decided', others one of form 'float'.");
  shared.declare(options);
  if (auto code = parseOptions(options, arguments))
    return *code;
  Workspace workspace(shared);
  if (llvm::sys::path::extension(model) != ".onnx")
    return workspace.fail("requires a file .onnx, but got '" + model + "'");
  auto module = workspace.readModel(model);
  if (!module || failed(workspace.writeModel(*module, output)))
    return kFailure;
  return kSuccess;
}
