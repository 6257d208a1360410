// penjing import: reads an ONNX file literally, or an evolved network from a genome
// file, and writes the module.
#include "Workspace.h"

#include "penjing/Search/Neat/NetworkGraph.h"
#include "penjing/Support/InputFile.h"
#include "penjing/Support/Session.h"

#include "llvm/Support/Path.h"

using namespace mlir;
using namespace penjing;

/// The module of a genome file; null, with a diagnostic, where it is none.
static OwningOpRef<ModuleOp> importGenome(Workspace &workspace, llvm::StringRef path) {
  auto buffer = readInputFile(path, workspace.session().limits);
  if (!buffer)
    return workspace.fail(buffer.takeError()), nullptr;
  auto graph = neat::readNetwork((*buffer)->getBuffer());
  if (!graph)
    return workspace.fail("\"" + path + "\": " + llvm::toString(graph.takeError())), nullptr;
  auto module = neat::networkModule(*graph, &workspace.context());
  if (!module)
    return workspace.fail(module.takeError()), nullptr;
  return std::move(*module);
}

int penjing::importCommand(llvm::ArrayRef<std::string> arguments) {
  std::string model, output;
  SharedOptions shared;
  Options options("import", "reads an ONNX file into a module whose every op names its ONNX node, or a genome file.");
  options.positional("MODEL", model, "a file .onnx, operator sets 7 to 22, or an evolved network in a genome file .json");
  options.value("o", "FILE", output, "where to write: .mlir (text) or .mlirbc (bytecode)");
  options.required();
  options.example("penjing import resnet8.onnx -o resnet8.mlir", "as text, the batch still called N");
  options.example("penjing import resnet8.onnx --shape N=1 -o resnet8.mlirbc", "with a batch of one, as bytecode");
  options.example("penjing import detector.onnx --shape image=1x3x240x320 -o d.mlir", "with all sizes of one input");
  options.example("penjing import genome.json -o network.mlir", "an evolved network: nodes, connections, activations");
  options.note("What is broken or not supported is listed completely, an error each. A file with pairs of "
               "QuantizeLinear and DequantizeLinear gives a module of form 'decided', others one of form 'float'.");
  shared.declare(options);
  if (auto code = parseOptions(options, arguments))
    return *code;
  Workspace workspace(shared);
  llvm::StringRef extension = llvm::sys::path::extension(model);
  if (extension != ".onnx" && extension != ".json")
    return workspace.fail("requires a file .onnx or .json, but got '" + model + "'");
  auto module = extension == ".json" ? importGenome(workspace, model) : workspace.readModel(model);
  if (!module || failed(workspace.writeModel(*module, output)))
    return kFailure;
  return kSuccess;
}
