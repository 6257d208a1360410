// The views of a scheduled contraction: its operands, its result, and what its
// epilogue reads.
#ifndef PENJING_ANALYSIS_CONTRACTIONVIEWS_H
#define PENJING_ANALYSIS_CONTRACTIONVIEWS_H

#include "penjing/Analysis/Contractions.h"

namespace penjing {

struct Target;

/// The value of `pj.fused` around `op`, or the op's own result.
mlir::Value kernelResult(mlir::Operation *op);

/// Ops behind the contraction in its region, in order.
llvm::SmallVector<mlir::Operation *> epilogueOps(mlir::Operation *op);

/// Operands that the kernel of `op` reads beside A and B, in the order of its
/// epilogue: the bias, then values from outside the region.
llvm::SmallVector<mlir::Value> epilogueOperands(mlir::Operation *op);

/// Channels along which vectors of scales lie: the result's channel or column.
int64_t channelAxis(mlir::Operation *op);

/// Whether the value is a parameter or constant with a value.
bool isKnownValue(mlir::Value value);

/// Whether the product is one of integers; its epilogue then reads a corrected
/// bias (i32) and a multiplier (f32) per channel before the other operands.
bool isIntegerContraction(mlir::Operation *op);

/// All views of a contraction whose module has placements. The first two extras
/// of an integer contraction have no root: corrected bias and multipliers.
ContractionViews contractionViews(mlir::Operation *op, const Target &target);

} // namespace penjing

#endif // PENJING_ANALYSIS_CONTRACTIONVIEWS_H
