// The entry of the export: from a module to a file.
#include "penjing/Emit/OnnxExport.h"

#include "OnnxExporter.h"

#include "penjing/Dialect/Penjing/Forms.h"
#include "penjing/Support/OutputFile.h"

using namespace mlir;
using namespace penjing;

LogicalResult penjing::exportOnnx(ModuleOp module, StringRef path) {
  if (failed(requireForm(module, {Form::Float, Form::Decided}, "export the module that the stage before pj-pack left: 'penjing compress' "
                                                                 "keeps it with --stages, and writes it to an output .onnx")))
    return failure();
  auto function = getEntryFunction(module);
  if (failed(function))
    return failure();
  auto graph = onnx_out::Exporter(module, *function).run();
  if (!graph)
    return failure();
  auto bytes = onnx_out::serialize(*graph);
  if (!bytes)
    return module.emitError() << llvm::toString(bytes.takeError());
  if (llvm::Error error = writeOutputFile(path, *bytes))
    return module.emitError() << llvm::toString(std::move(error));
  return success();
}
