// From a fake_quantize with its parameters to the quantized type it stands for.
#ifndef PENJING_LIB_TRANSFORMS_MATERIALIZE_GRIDS_H
#define PENJING_LIB_TRANSFORMS_MATERIALIZE_GRIDS_H

#include "penjing/Analysis/Layers.h"

namespace penjing {

/// The grid of a fake_quantize: one scale and zero point, or one per element of
/// the axis.
struct Grid {
  std::vector<float> scales;
  std::vector<int32_t> zeros;
  std::optional<int64_t> axis;
  int64_t qmin, qmax;
  bool isSigned;
  RoundingRule rounding;

  bool isSymmetric() const {
    return isSigned && llvm::all_of(zeros, [](int32_t z) { return z == 0; });
  }
  /// The quantized element type with this grid.
  mlir::quant::QuantizedType type(mlir::Type expressed) const;
  /// The integer of x, with the numbers of channel `c`.
  int64_t quantize(float x, size_t c) const;
};

/// Reads the grid; fails with a message where a number is missing or useless.
/// An 8-bit activation is moved to unsigned integers, with the same values.
mlir::FailureOr<Grid> readGrid(FakeQuantizeOp op);

} // namespace penjing

#endif // PENJING_LIB_TRANSFORMS_MATERIALIZE_GRIDS_H
