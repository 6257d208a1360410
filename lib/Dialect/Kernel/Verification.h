// Checks that the three kernel ops share: dimensions,
// regions, alignments.
#ifndef PENJING_LIB_DIALECT_KERNEL_VERIFICATION_H
#define PENJING_LIB_DIALECT_KERNEL_VERIFICATION_H

#include "penjing/Dialect/Kernel/Kernel.h"

namespace penjing::kernel {

/// Size and tile at least 1, and one stride per each of `operands` pointers.
mlir::LogicalResult verifyDim(mlir::Operation *op, DimAttr dim,
                              unsigned operands);

/// The region's arguments have the types `arguments` (a null type stands for
/// any integer or float) and its terminator yields one scalar. `what` names
/// the region in the message.
mlir::LogicalResult verifySignature(mlir::Operation *op, mlir::Region &region,
                                    llvm::StringRef what,
                                    mlir::TypeRange arguments);

/// Only ops of arith and math without integer division.
mlir::LogicalResult verifyBody(mlir::Operation *op, mlir::Region &region);

/// Powers of two, one per each of `operands` pointers.
mlir::LogicalResult
verifyAlignments(mlir::Operation *op,
                 std::optional<llvm::ArrayRef<int64_t>> alignments,
                 unsigned operands);

/// The type a region yields.
mlir::Type getYieldedType(mlir::Region &region);

} // namespace penjing::kernel

#endif // PENJING_LIB_DIALECT_KERNEL_VERIFICATION_H
