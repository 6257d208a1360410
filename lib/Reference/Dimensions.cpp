// Named dimensions at run time: names get the sizes that the inputs have.
#include "penjing/Reference/Interpreter.h"

#include "mlir/IR/AffineExpr.h"
#include "mlir/IR/Diagnostics.h"

using namespace mlir;
using namespace penjing;

/// The value of a size whose symbols are known; nothing where one is not, or
/// where a division has no meaning.
static std::optional<int64_t> valueOf(AffineExpr size, ArrayRef<StringAttr> symbols, const DimensionSizes &sizes) {
  if (auto constant = dyn_cast<AffineConstantExpr>(size))
    return constant.getValue();
  if (auto symbol = dyn_cast<AffineSymbolExpr>(size)) {
    auto it = sizes.find(symbols[symbol.getPosition()].getValue());
    return it == sizes.end() ? std::nullopt : std::optional(it->second);
  }
  auto binary = dyn_cast<AffineBinaryOpExpr>(size);
  if (!binary)
    return std::nullopt;
  auto lhs = valueOf(binary.getLHS(), symbols, sizes), rhs = valueOf(binary.getRHS(), symbols, sizes);
  if (!lhs || !rhs)
    return std::nullopt;
  auto folded = getAffineBinaryOpExpr(size.getKind(), getAffineConstantExpr(*lhs, size.getContext()),
                                      getAffineConstantExpr(*rhs, size.getContext()));
  auto constant = dyn_cast<AffineConstantExpr>(folded);
  return constant ? std::optional(constant.getValue()) : std::nullopt;
}

std::optional<SmallVector<int64_t>> penjing::getShape(RankedTensorType type, const DimensionSizes &sizes) {
  SmallVector<int64_t> shape(type.getShape());
  auto dims = dyn_cast_or_null<DimsAttr>(type.getEncoding());
  unsigned dynamic = 0;
  for (int64_t &extent : shape) {
    if (!ShapedType::isDynamic(extent))
      continue;
    auto value = dims ? valueOf(dims.getExpressions()[dynamic++], dims.getSymbols(), sizes) : std::nullopt;
    if (!value || *value < 0)
      return std::nullopt;
    extent = *value;
  }
  return shape;
}

/// Solves size(name) = extent for the only name that has no size yet, where the
/// size is linear in it.
static void solve(AffineExpr size, ArrayRef<StringAttr> symbols, int64_t extent, DimensionSizes &sizes) {
  StringAttr unknown;
  for (auto [index, name] : llvm::enumerate(symbols))
    if (size.isFunctionOfSymbol(index) && !sizes.count(name.getValue())) {
      if (unknown)
        return;
      unknown = name;
    }
  if (!unknown)
    return;
  auto at = [&](int64_t value) {
    sizes[unknown.getValue()] = value;
    return valueOf(size, symbols, sizes);
  };
  auto zero = at(0), one = at(1);
  if (zero && one && *one != *zero) {
    int64_t solution = (extent - *zero) / (*one - *zero);
    if (solution >= 0 && at(solution) == extent)
      return;
  }
  sizes.erase(unknown.getValue());
}

FailureOr<DimensionSizes> penjing::bindDimensions(TypeRange types, ArrayRef<SmallVector<int64_t>> shapes,
                                                  Location location) {
  DimensionSizes sizes;
  // Names that stand alone first, then what follows from them.
  for (bool alone : {true, false})
    for (auto [type, shape] : llvm::zip(types, shapes)) {
      auto tensor = cast<RankedTensorType>(type);
      auto dims = dyn_cast_or_null<DimsAttr>(tensor.getEncoding());
      if (!dims || size_t(tensor.getRank()) != shape.size())
        continue;
      unsigned dynamic = 0;
      for (auto [index, extent] : llvm::enumerate(tensor.getShape())) {
        if (!ShapedType::isDynamic(extent))
          continue;
        AffineExpr size = dims.getExpressions()[dynamic++];
        if (isa<AffineSymbolExpr>(size) == alone)
          solve(size, dims.getSymbols(), shape[index], sizes);
      }
    }
  for (auto [index, pair] : llvm::enumerate(llvm::zip(types, shapes))) {
    auto [type, shape] = pair;
    auto wanted = getShape(cast<RankedTensorType>(type), sizes);
    if (!wanted || *wanted != shape)
      return emitError(location) << "requires input " << index << " of type " << type
                                 << ", but got the shape [" << ArrayRef<int64_t>(shape) << "]";
  }
  return sizes;
}
