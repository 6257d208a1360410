// The integers of a quantized type, and the one way float values reach them.
#ifndef PENJING_LIB_REFERENCE_GRID_H
#define PENJING_LIB_REFERENCE_GRID_H

#include "penjing/Dialect/Penjing/Penjing.h"
#include "penjing/Reference/Tensor.h"

#include <cmath>

namespace penjing::reference {

/// A quantized element type: scales and zero points, one or one per index of a
/// dimension, and the range of the integers.
struct Grid {
  explicit Grid(mlir::Type elementType);

  double scale(int64_t channel) const { return scales[scales.size() == 1 ? 0 : channel]; }
  int64_t zero(int64_t channel) const { return zeros[zeros.size() == 1 ? 0 : channel]; }

  /// clamp(rounded + zero): `rounded` is a whole number or NaN, which gives the least integer.
  int64_t clamp(double rounded, int64_t zero) const {
    double value = rounded + double(zero);
    return !(value > double(min)) ? min : value < double(max) ? int64_t(value) : max;
  }
  /// clamp(round_even(scaled) + zero).
  int64_t nearest(float scaled, int64_t zero) const { return clamp(std::nearbyintf(scaled), zero); }

  llvm::SmallVector<double, 1> scales;
  llvm::SmallVector<int64_t, 1> zeros;
  int64_t min, max;
  /// The dimension the scales run along; -1 for one scale.
  int64_t axis = -1;
};

/// The product of the dimensions behind `axis`: element i has index
/// (i / stride) mod extent along it.
int64_t strideOf(const Tensor &tensor, int64_t axis);

/// The index along the grid's axis of element i; 0 where there is one scale.
struct ChannelOf {
  ChannelOf(const Grid &grid, const Tensor &tensor)
      : stride(grid.axis < 0 ? 1 : strideOf(tensor, grid.axis)),
        extent(grid.axis < 0 ? 1 : tensor.dim(grid.axis)) {}
  int64_t operator()(int64_t i) const { return i / stride % extent; }
  int64_t stride, extent;
};

/// q - zero as i32 elements.
Tensor centered(const Tensor &quantized);

/// Writes acc · multiplier[channel] into a quantized result, clamp(round_even(…) + zero),
/// or into a float one as it is. `channel` maps an element of the result to its multiplier.
void requantize(Tensor &result, const Tensor &accumulators, llvm::ArrayRef<float> multipliers,
                llvm::function_ref<int64_t(int64_t)> channel);

/// Emits a diagnostic and fails unless operands and results are all quantized or
/// none is.
mlir::LogicalResult requireAllQuantized(mlir::Operation *op);

} // namespace penjing::reference

#endif // PENJING_LIB_REFERENCE_GRID_H
