// The entry of the room: from a path to a verified module.
#include "penjing/Import/OnnxImport.h"

#include "GraphImport.h"

#include "penjing/Dialect/Penjing/ParameterValues.h"

#include "mlir/IR/Verifier.h"
#include "llvm/Support/Path.h"

using namespace mlir;
using namespace penjing;
using namespace penjing::onnx_ir;

llvm::Expected<ShapeBinding> penjing::parseShapeBinding(StringRef text) {
  ShapeBinding binding;
  auto [name, sizes] = text.rsplit('=');
  binding.name = name.str();
  SmallVector<StringRef> parts;
  if (name.size() != text.size() && !name.empty())
    sizes.split(parts, sizes.contains(',') ? ',' : 'x');
  for (StringRef part : parts) {
    int64_t size = -1;
    if (part != "?" && (part.getAsInteger(10, size) || size < 0)) {
      parts.clear();
      break;
    }
    binding.sizes.push_back(size);
  }
  if (parts.empty())
    return llvm::createStringError("requires NAME=SIZE or INPUT=SIZExSIZEx…, but got \"%s\"", text.str().c_str());
  return binding;
}

OwningOpRef<ModuleOp> penjing::importOnnx(StringRef path, MLIRContext *context, const ImportOptions &options) {
  context->loadDialect<PenjingDialect>();
  FileErrors errors(context, llvm::sys::path::filename(path).str());
  auto model = readModel(path, options.limits, errors);
  if (!model)
    return {};
  nameNodes(*model);
  orderNodes(*model, errors);
  OwningOpRef<ModuleOp> module(ModuleOp::create(FileLineColLoc::get(context, errors.fileName(), 0, 0)));
  LogicalResult imported = GraphImport(*model, errors, *module).run(options);
  errors.finish();
  if (failed(imported) || errors.any() || failed(verify(*module))) {
    releaseParameters(*module);
    return {};
  }
  return module;
}
