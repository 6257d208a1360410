// Memory that a kernel needs beside its operands and results while it runs.
#ifndef PENJING_ANALYSIS_SCRATCH_H
#define PENJING_ANALYSIS_SCRATCH_H

#include "penjing/Dialect/Penjing/Penjing.h"

namespace penjing {

/// Attribute of an op: offset of its scratch memory in the arena, in bytes.
constexpr llvm::StringLiteral kScratchAttr = "pj.scratch";

/// Number of vectors of `scratchLength` elements that the op's kernels keep
/// between them; 0 for most ops. Elements are those of the first operand.
int64_t scratchVectors(mlir::Operation *op);

/// Elements of one such vector: the rows of a softmax or a loss, the channels of
/// a normalization.
int64_t scratchLength(mlir::Operation *op);

/// Bytes of all of them, each vector padded to 64.
int64_t scratchBytes(mlir::Operation *op);

/// Bytes between two vectors.
int64_t scratchStride(mlir::Operation *op);

} // namespace penjing

#endif // PENJING_ANALYSIS_SCRATCH_H
