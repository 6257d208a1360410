// Arithmetic on the sizes of tensors whose dynamic dimensions have names.
#include "penjing/Dialect/Penjing/NamedDimensions.h"

#include "penjing/Dialect/Penjing/Penjing.h"

#include "mlir/IR/AffineMap.h"

using namespace mlir;
using namespace penjing;

std::optional<int64_t> penjing::constantSize(AffineExpr size) {
  if (auto constant = dyn_cast<AffineConstantExpr>(size))
    return constant.getValue();
  return std::nullopt;
}

void penjing::printDimension(raw_ostream &os, AffineExpr size, ArrayRef<StringAttr> symbols) {
  if (auto constant = dyn_cast<AffineConstantExpr>(size)) {
    os << constant.getValue();
    return;
  }
  if (auto symbol = dyn_cast<AffineSymbolExpr>(size)) {
    os << symbols[symbol.getPosition()].getValue();
    return;
  }
  auto binary = cast<AffineBinaryOpExpr>(size);
  auto operand = [&](AffineExpr e) {
    bool nested = isa<AffineBinaryOpExpr>(e);
    os << (nested ? "(" : "");
    printDimension(os, e, symbols);
    os << (nested ? ")" : "");
  };
  operand(binary.getLHS());
  switch (binary.getKind()) {
  case AffineExprKind::Add: os << " + "; break;
  case AffineExprKind::Mul: os << " * "; break;
  case AffineExprKind::Mod: os << " mod "; break;
  case AffineExprKind::FloorDiv: os << " floordiv "; break;
  case AffineExprKind::CeilDiv: os << " ceildiv "; break;
  default: llvm_unreachable("not a binary expression");
  }
  operand(binary.getRHS());
}

AffineExpr DimensionScope::symbol(StringAttr name) {
  auto *it = llvm::find(symbols, name);
  unsigned index = it - symbols.begin();
  if (it == symbols.end())
    symbols.push_back(name);
  return getAffineSymbolExpr(index, context);
}

FailureOr<SmallVector<AffineExpr>> DimensionScope::sizes(Type tensorType,
                                                         std::optional<Location> location) {
  auto type = cast<RankedTensorType>(tensorType);
  auto dims = dyn_cast_or_null<DimsAttr>(type.getEncoding());
  SmallVector<AffineExpr> replacements;
  if (dims)
    for (StringAttr name : dims.getSymbols())
      replacements.push_back(symbol(name));
  SmallVector<AffineExpr> result;
  unsigned dynamic = 0;
  for (auto [index, extent] : llvm::enumerate(type.getShape())) {
    if (!ShapedType::isDynamic(extent)) {
      result.push_back(constant(extent));
      continue;
    }
    if (!dims)
      return emitOptionalError(location, "requires dimension ", index, " of ", type,
                               " to have a name, as in '#pj.dims<[N] -> [N]>'");
    result.push_back(dims.getExpressions()[dynamic++].replaceDimsAndSymbols({}, replacements));
  }
  return result;
}

RankedTensorType DimensionScope::type(ArrayRef<AffineExpr> sizes, Type elementType) {
  SmallVector<int64_t> shape;
  SmallVector<AffineExpr> dynamic;
  for (AffineExpr size : sizes) {
    auto value = constantSize(size);
    shape.push_back(value ? *value : ShapedType::kDynamic);
    if (!value)
      dynamic.push_back(size);
  }
  if (dynamic.empty())
    return RankedTensorType::get(shape, elementType);
  // The attribute's own symbols: those in use, sorted by name.
  SmallVector<StringAttr> used;
  for (size_t i = 0; i < symbols.size(); ++i)
    if (llvm::any_of(dynamic, [&](AffineExpr e) { return e.isFunctionOfSymbol(i); }))
      used.push_back(symbols[i]);
  llvm::sort(used, [](StringAttr a, StringAttr b) { return a.getValue() < b.getValue(); });
  SmallVector<AffineExpr> replacements;
  for (StringAttr name : symbols) {
    unsigned position = llvm::find(used, name) - used.begin();
    replacements.push_back(getAffineSymbolExpr(position, context));
  }
  for (AffineExpr &e : dynamic)
    e = simplifyAffineExpr(e.replaceDimsAndSymbols({}, replacements), 0, used.size());
  return RankedTensorType::get(shape, elementType, DimsAttr::get(context, used, dynamic));
}

std::string DimensionScope::str(AffineExpr size) const {
  std::string text;
  llvm::raw_string_ostream os(text);
  printDimension(os, size, symbols);
  return text;
}

std::optional<SmallVector<AffineExpr>> DimensionScope::broadcast(ArrayRef<AffineExpr> lhs,
                                                                 ArrayRef<AffineExpr> rhs) {
  if (lhs.size() < rhs.size())
    std::swap(lhs, rhs);
  SmallVector<AffineExpr> result(lhs);
  size_t offset = lhs.size() - rhs.size();
  for (auto [index, size] : llvm::enumerate(rhs)) {
    AffineExpr &other = result[offset + index];
    if (other == size || constantSize(size) == 1)
      continue;
    if (constantSize(other) != 1)
      return std::nullopt;
    other = size;
  }
  return result;
}

Type penjing::bindDimension(Type type, StringAttr name, int64_t size) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  auto dims = tensor ? dyn_cast_or_null<DimsAttr>(tensor.getEncoding()) : DimsAttr();
  if (!dims || !llvm::is_contained(dims.getSymbols(), name))
    return type;
  MLIRContext *context = type.getContext();
  DimensionScope scope(context);
  auto sizes = *scope.sizes(type, std::nullopt);
  // The scope met this type alone, so its symbols are the attribute's.
  SmallVector<AffineExpr> replacements;
  for (auto [index, symbol] : llvm::enumerate(dims.getSymbols()))
    replacements.push_back(symbol == name ? getAffineConstantExpr(size, context)
                                          : getAffineSymbolExpr(index, context));
  for (AffineExpr &e : sizes)
    e = simplifyAffineExpr(e.replaceSymbols(replacements), 0, replacements.size());
  return scope.type(sizes, tensor.getElementType());
}
