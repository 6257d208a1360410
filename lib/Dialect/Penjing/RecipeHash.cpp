// The attribute that names the recipe behind a module.
#include "penjing/Dialect/Penjing/RecipeHash.h"

#include "mlir/IR/Diagnostics.h"

using namespace mlir;
using namespace penjing;

StringRef penjing::getRecipeHash(ModuleOp module) {
  auto hash = module->getAttrOfType<StringAttr>(kRecipeAttr);
  return hash ? hash.getValue() : StringRef();
}

void penjing::setRecipeHash(ModuleOp module, StringRef hash) {
  module->setAttr(kRecipeAttr, StringAttr::get(module.getContext(), hash));
}

LogicalResult penjing::verifyRecipeHash(Operation *op, Attribute value) {
  auto text = dyn_cast<StringAttr>(value);
  if (text && text.size() == 64 && text.getValue().find_first_not_of("0123456789abcdef") == StringRef::npos)
    return success();
  return op->emitError() << "requires 'pj.recipe' to be a SHA-256 of 64 lower-case hex digits, but got " << value;
}
