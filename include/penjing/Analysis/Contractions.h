// The iteration spaces of convolutions, matrix products and their adjoints, from
// the views of their operands: what `pjk.contract` will say.
#ifndef PENJING_ANALYSIS_CONTRACTIONS_H
#define PENJING_ANALYSIS_CONTRACTIONS_H

#include "penjing/Analysis/Views.h"
#include "penjing/Dialect/Kernel/Kernel.h"

namespace penjing {

/// Whether `op` is a sum of products: conv, matmul, the adjoints of conv.
bool isContraction(mlir::Operation *op);

/// One contraction of an op. An adjoint with strides has one per phase.
struct ContractionPiece {
  /// Without leaf, and with tiles of 1, until a kernel is chosen.
  kernel::ContractionAttr contraction;
  /// Elements from the roots of A, B, C and the epilogue's operands to the first
  /// point.
  llvm::SmallVector<int64_t> offsets;
  /// No product reaches these elements: they are zero.
  bool isZero = false;
};

/// Views that a contraction addresses.
struct ContractionViews {
  View a, b, c;
  /// Operands of the epilogue, with the result's shape.
  llvm::SmallVector<View> extras;
  /// Whether B is a constant, to be packed.
  bool packed = false;
  /// Whether lanes behind the channels of C and of the operands may be touched.
  bool paddedLanes = false;
  int64_t lanes = 1;
};

/// The operands of `op` that take the places of A and B.
mlir::Value operandA(mlir::Operation *op);
mlir::Value operandB(mlir::Operation *op);

/// The contractions of `op`; fails with a diagnostic where an operand's layout
/// does not allow it.
mlir::FailureOr<llvm::SmallVector<ContractionPiece>>
describeContraction(mlir::Operation *op, const ContractionViews &views);

/// Rows of halo that `op` reads around an operand, before and behind each
/// dimension; empty where it needs none.
struct Halo {
  llvm::SmallVector<int64_t, 4> low, high;
  bool isEmpty() const { return low.empty(); }
};
Halo haloOf(mlir::Operation *op, unsigned operand);

/// The contraction with a weight of this form. Of blocks, a tile of pixels meets
/// all output blocks in turn: the vector dimension moves behind the other loops.
kernel::ContractionAttr withWeightForm(kernel::ContractionAttr contraction, WeightForm form);

/// The contraction with a leaf, lanes and a tile per dimension (clamped to its size).
kernel::ContractionAttr withKernel(kernel::ContractionAttr contraction, KernelAttr kernel);

} // namespace penjing

#endif // PENJING_ANALYSIS_CONTRACTIONS_H
