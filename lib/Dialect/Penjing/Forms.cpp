// The form of a module: reading it, setting it, and refusing the wrong one.
#include "penjing/Dialect/Penjing/Forms.h"

#include "penjing/Dialect/Penjing/Spaces.h"

using namespace mlir;
using namespace penjing;

std::optional<Form> penjing::getForm(ModuleOp module) {
  if (auto form = module->getAttrOfType<FormAttr>(PenjingDialect::kFormAttr))
    return form.getValue();
  return std::nullopt;
}

void penjing::setForm(ModuleOp module, Form form) {
  MLIRContext *context = module.getContext();
  module->setAttr(PenjingDialect::kFormAttr, FormAttr::get(context, form));
  if (!module->hasAttr(PenjingDialect::kVersionAttr))
    module->setAttr(PenjingDialect::kVersionAttr,
                    IntegerAttr::get(IntegerType::get(context, 32), PenjingDialect::kVersion));
}

LogicalResult penjing::requireResolved(ModuleOp module) {
  // The outermost question comes first.
  auto result = module.walk<WalkOrder::PreOrder>([&](Operation *op) -> WalkResult {
    if (!op->hasTrait<penjing::OpTrait::OnlySpace>() || op->getParentOp() == module)
      return WalkResult::advance();
    return op->emitOpError() << "requires an answer before the network can be used; run pj-resolve-choices first";
  });
  return failure(result.wasInterrupted());
}

LogicalResult penjing::requireForm(ModuleOp module, ArrayRef<Form> forms, StringRef remedy) {
  auto form = getForm(module);
  if (form && llvm::is_contained(forms, *form))
    return requireResolved(module);
  auto diagnostic = module.emitError() << "requires a module of form ";
  llvm::interleave(
      forms, diagnostic, [&](Form f) { diagnostic << "'" << stringifyForm(f) << "'"; }, " or ");
  diagnostic << ", but got " << (form ? ("'" + stringifyForm(*form) + "'").str() : "none");
  if (!remedy.empty())
    diagnostic << "; " << remedy;
  return diagnostic;
}

FailureOr<func::FuncOp> penjing::getEntryFunction(ModuleOp module) {
  SmallVector<func::FuncOp> entries;
  for (auto function : module.getOps<func::FuncOp>()) {
    if (function.getSymName() == "main")
      return function;
    if (function.isPublic() && !function.isExternal())
      entries.push_back(function);
  }
  if (entries.size() == 1)
    return entries.front();
  return module.emitError() << "requires one public function or one named 'main', but got "
                            << entries.size();
}
