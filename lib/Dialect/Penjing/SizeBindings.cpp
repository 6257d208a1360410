// Matches types written in names with the types of an instance, and writes the
// instance's types.
#include "penjing/Dialect/Penjing/SizeBindings.h"

#include "penjing/Dialect/Penjing/Penjing.h"

using namespace mlir;
using namespace penjing;

/// The expression of a dynamic dimension over the names of its type.
static AffineExpr expressionOf(RankedTensorType type, unsigned dim) {
  auto dims = cast<DimsAttr>(type.getEncoding());
  unsigned position = llvm::count_if(type.getShape().take_front(dim), ShapedType::isDynamic);
  return dims.getExpressions()[position];
}

bool penjing::areEqualSizes(AffineExpr a, AffineExpr b) {
  if (a == b)
    return true;
  if (constantSize(a) && constantSize(b))
    return false;
  // Two ways to write one size differ by nothing.
  AffineExpr difference = a - b;
  unsigned symbols = 0;
  difference.walk([&](AffineExpr e) {
    if (auto symbol = dyn_cast<AffineSymbolExpr>(e))
      symbols = std::max(symbols, symbol.getPosition() + 1);
  });
  return simplifyAffineExpr(difference, 0, symbols) == 0;
}

ArrayRef<StringAttr> penjing::namesIn(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  auto dims = tensor ? dyn_cast_or_null<DimsAttr>(tensor.getEncoding()) : DimsAttr();
  return dims ? dims.getSymbols() : ArrayRef<StringAttr>();
}

/// The name and the factor of a size such as `2 * H` or `H`; a null name otherwise.
static std::pair<StringAttr, int64_t> multipleOfName(RankedTensorType type, unsigned dim) {
  if (StringAttr name = loneName(type, dim))
    return {name, 1};
  if (!type.isDynamicDim(dim) || namesIn(type).empty())
    return {};
  auto product = dyn_cast<AffineBinaryOpExpr>(expressionOf(type, dim));
  if (!product || product.getKind() != AffineExprKind::Mul)
    return {};
  auto symbol = dyn_cast<AffineSymbolExpr>(product.getLHS());
  auto factor = constantSize(product.getRHS());
  if (!symbol || !factor || *factor <= 0)
    return {};
  return {namesIn(type)[symbol.getPosition()], *factor};
}

StringAttr penjing::loneName(RankedTensorType type, unsigned dim) {
  if (!type.isDynamicDim(dim) || namesIn(type).empty())
    return {};
  auto symbol = dyn_cast<AffineSymbolExpr>(expressionOf(type, dim));
  return symbol ? namesIn(type)[symbol.getPosition()] : StringAttr();
}

AffineExpr SizeBindings::size(RankedTensorType type, unsigned dim) const {
  if (!type.isDynamicDim(dim))
    return scope.constant(type.getDimSize(dim));
  if (namesIn(type).empty())
    return {};
  AffineExpr expression = expressionOf(type, dim);
  SmallVector<AffineExpr> replacements;
  for (auto [index, name] : llvm::enumerate(namesIn(type))) {
    AffineExpr bound = lookup(name);
    if (!bound && expression.isFunctionOfSymbol(index))
      return {};
    replacements.push_back(bound ? bound : scope.constant(0));
  }
  return expression.replaceDimsAndSymbols({}, replacements);
}

bool SizeBindings::unify(RankedTensorType declared, Type actualType, function_ref<bool(StringAttr)> mayBind) {
  auto actual = dyn_cast<RankedTensorType>(actualType);
  if (!actual || actual.getRank() != declared.getRank() ||
      getExpressedElementType(actual) != getExpressedElementType(declared))
    return false;
  auto have = scope.sizes(actual, std::nullopt);
  if (failed(have))
    return false;
  for (auto [dim, size] : llvm::enumerate(*have)) {
    auto [name, factor] = multipleOfName(declared, dim);
    if (name && !lookup(name) && mayBind(name))
      bind(name, size.floorDiv(factor));
  }
  for (auto [dim, have] : llvm::enumerate(*have)) {
    AffineExpr want = size(declared, dim);
    if (!want || !areEqualSizes(want, have))
      return false;
  }
  return true;
}

RankedTensorType SizeBindings::substitute(RankedTensorType type,
                                          function_ref<StringAttr(StringAttr)> rename) const {
  SizeBindings whole(scope);
  for (StringAttr name : namesIn(type)) {
    AffineExpr bound = lookup(name);
    whole.bind(name, bound ? bound : scope.symbol(rename(name)));
  }
  SmallVector<AffineExpr> result;
  for (int64_t dim = 0; dim < type.getRank(); ++dim) {
    AffineExpr size = whole.size(type, dim);
    if (!size)
      return type;
    result.push_back(size);
  }
  return scope.type(result, type.getElementType());
}
