// What the names in the types of a block stand for in one instance of it.
#ifndef PENJING_DIALECT_PENJING_SIZEBINDINGS_H
#define PENJING_DIALECT_PENJING_SIZEBINDINGS_H

#include "penjing/Dialect/Penjing/NamedDimensions.h"

#include "llvm/ADT/MapVector.h"

namespace penjing {

/// Names of sizes with the sizes they stand for. Those come from one scope, which
/// must outlive the bindings.
class SizeBindings {
public:
  explicit SizeBindings(DimensionScope &scope) : scope(scope) {}

  void bind(mlir::StringAttr name, mlir::AffineExpr size) { sizes[name] = size; }
  /// The size, or null.
  mlir::AffineExpr lookup(mlir::StringAttr name) const { return sizes.lookup(name); }
  /// Every name bound so far, in the order of binding.
  const llvm::MapVector<mlir::StringAttr, mlir::AffineExpr> &all() const { return sizes; }

  /// The size of dimension `dim` of a type written in names; null where one of
  /// them is not bound.
  mlir::AffineExpr size(mlir::RankedTensorType type, unsigned dim) const;

  /// Binds each name that makes up a size of `declared`, alone or times a number,
  /// is not bound yet and passes `mayBind`, by the size of `actual` at its place.
  /// Gives whether `actual` then is what `declared` says.
  bool unify(mlir::RankedTensorType declared, mlir::Type actual,
             llvm::function_ref<bool(mlir::StringAttr)> mayBind);

  /// The type with names replaced by what they stand for, or by
  /// `rename(name)` where they are not bound.
  mlir::RankedTensorType substitute(mlir::RankedTensorType type,
                                    llvm::function_ref<mlir::StringAttr(mlir::StringAttr)> rename) const;

private:
  DimensionScope &scope;
  llvm::MapVector<mlir::StringAttr, mlir::AffineExpr> sizes;
};

/// Whether two sizes of one scope are equal for all values of the names in them.
bool areEqualSizes(mlir::AffineExpr a, mlir::AffineExpr b);

/// The name that dimension `dim` of the type is on its own; null otherwise.
mlir::StringAttr loneName(mlir::RankedTensorType type, unsigned dim);

/// The names that occur in a type.
llvm::ArrayRef<mlir::StringAttr> namesIn(mlir::Type type);

} // namespace penjing

#endif // PENJING_DIALECT_PENJING_SIZEBINDINGS_H
