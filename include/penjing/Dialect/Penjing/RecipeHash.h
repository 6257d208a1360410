// Which recipe made a module: a hash in the module's attribute `pj.recipe`.
#ifndef PENJING_DIALECT_PENJING_RECIPEHASH_H
#define PENJING_DIALECT_PENJING_RECIPEHASH_H

#include "mlir/IR/BuiltinOps.h"

namespace penjing {

/// On a module: SHA-256 of the bytes of the recipe that made it, in lower-case hex.
inline constexpr llvm::StringLiteral kRecipeAttr = "pj.recipe";

/// The hash, or nothing where no recipe made the module.
llvm::StringRef getRecipeHash(mlir::ModuleOp module);
void setRecipeHash(mlir::ModuleOp module, llvm::StringRef hash);

/// Checks the attribute's value: it stands in C headers, so nothing but digits
/// may get there.
mlir::LogicalResult verifyRecipeHash(mlir::Operation *op, mlir::Attribute value);

} // namespace penjing

#endif // PENJING_DIALECT_PENJING_RECIPEHASH_H
