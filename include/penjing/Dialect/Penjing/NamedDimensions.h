// Arithmetic on the sizes of tensors whose dynamic dimensions have names.
#ifndef PENJING_DIALECT_PENJING_NAMEDDIMENSIONS_H
#define PENJING_DIALECT_PENJING_NAMEDDIMENSIONS_H

#include "mlir/IR/AffineExpr.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"

#include <optional>
#include <string>

namespace penjing {

/// Sizes as affine expressions over one set of named symbols. Sizes of
/// different types are comparable when they come from the same scope: two are
/// equal exactly when the expressions are.
class DimensionScope {
public:
  explicit DimensionScope(mlir::MLIRContext *context) : context(context) {}

  /// The sizes of all dimensions. Fails, with a message where a location is
  /// given, on a `?` that has no name.
  mlir::FailureOr<llvm::SmallVector<mlir::AffineExpr>>
  sizes(mlir::Type tensorType, std::optional<mlir::Location> location);

  mlir::AffineExpr constant(int64_t value) {
    return mlir::getAffineConstantExpr(value, context);
  }

  /// The size of the dimension called `name`.
  mlir::AffineExpr symbol(mlir::StringAttr name);

  /// The tensor type with these sizes: constants become static dimensions, the
  /// rest `?` with their names in the encoding.
  mlir::RankedTensorType type(llvm::ArrayRef<mlir::AffineExpr> sizes, mlir::Type elementType);

  /// The expression in the names of its symbols, as in `2 * N + 1`.
  std::string str(mlir::AffineExpr size) const;

  /// The common shape of NumPy's broadcasting, or nothing where there is none.
  std::optional<llvm::SmallVector<mlir::AffineExpr>>
  broadcast(llvm::ArrayRef<mlir::AffineExpr> lhs, llvm::ArrayRef<mlir::AffineExpr> rhs);

private:
  mlir::MLIRContext *context;
  llvm::SmallVector<mlir::StringAttr> symbols;
};

/// The value of a size that is a constant.
std::optional<int64_t> constantSize(mlir::AffineExpr size);

/// Prints an expression with `s0, s1, …` replaced by names.
void printDimension(llvm::raw_ostream &os, mlir::AffineExpr size,
                    llvm::ArrayRef<mlir::StringAttr> symbols);

/// The type with every dimension called `name` replaced by `size`.
mlir::Type bindDimension(mlir::Type type, mlir::StringAttr name, int64_t size);

} // namespace penjing

#endif // PENJING_DIALECT_PENJING_NAMEDDIMENSIONS_H
