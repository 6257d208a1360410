// From observed values to the scale and zero point of a quantized tensor: the
// rules minmax, percentile, mse and sigma. Pure numbers; weights and
// activations alike.
#ifndef PENJING_ANALYSIS_CLIPPINGRULES_H
#define PENJING_ANALYSIS_CLIPPINGRULES_H

#include "penjing/Dialect/Penjing/Penjing.h"

#include <cstdint>
#include <utility>
#include <vector>

namespace penjing {

/// The integers a tensor is quantized to.
struct IntegerGrid {
  int64_t qmin, qmax;
  /// Zero is the grid's middle (weights); otherwise the zero point is chosen.
  bool symmetric;

  /// The grid of the op: symmetric exactly where its integers are signed and
  /// narrow.
  static IntegerGrid of(FakeQuantizeOp op) {
    return {op.getQMin(), op.getQMax(), op.getIsSigned() && op.getNarrow()};
  }
};

struct ClippedRange {
  double low, high;
};

struct ScaleAndZero {
  float scale;
  int32_t zero;
};

struct ClipOptions {
  double percentile =
      99.99;         ///< share of the values inside the range, in percent
  double sigmas = 3; ///< the article's k: mean ± k · sigma
};

/// What the rules need to know of values: moments, and the values themselves,
/// ascending, each with how often it occurs.
struct ValueStatistics {
  uint64_t count = 0;
  double min = 0, max = 0, mean = 0, sigma = 0;
  std::vector<std::pair<double, uint64_t>> samples;
};

/// Exact statistics; `values` must be finite.
ValueStatistics exactStatistics(llvm::ArrayRef<float> values);

/// Statistics of a stream of values in bounded memory: counts in bins whose
/// width is a power of two and doubles when a value falls outside, so the
/// counts do not depend on the order of the values.
class ValueHistogram {
public:
  void add(llvm::ArrayRef<float> values);

  /// Samples are the middles of the bins; moments and extremes are exact.
  ValueStatistics statistics() const;
  /// How many values were NaN or infinite; they count in nothing else.
  uint64_t nonFinite() const { return refused; }

private:
  void widen();

  static constexpr int64_t halfBins = 1 << 14;
  std::vector<uint64_t>
      bins; ///< bin b holds [b - halfBins, b - halfBins + 1) · 2^exponent
  int exponent = 0;
  uint64_t count = 0, zeros = 0, refused = 0;
  double min = 0, max = 0, sum = 0, squares = 0;
};

/// The range that `rule` chooses; within [min, max] of the values.
/// mse tries ranges shrunk in steps of a hundredth and takes the one of least
/// mean squared error on `grid` (ties: the widest).
ClippedRange chooseRange(const ValueStatistics &statistics, ClipRule rule,
                         const IntegerGrid &grid,
                         const ClipOptions &options = {});

/// Scale and zero point that map `range`, widened to contain 0, onto `grid`.
/// Symmetric: scale = max |range| / qmax, zero = 0. Affine: scale = (high -
/// low) / (qmax - qmin), zero = qmin - low / scale, rounded half to even. The
/// scale is a normal float of which the reciprocal is finite; of an empty range
/// it is 1.
ScaleAndZero scaleAndZero(const ClippedRange &range, const IntegerGrid &grid);

/// Both at once.
inline ScaleAndZero chooseScale(const ValueStatistics &statistics,
                                ClipRule rule, const IntegerGrid &grid,
                                const ClipOptions &options = {}) {
  return scaleAndZero(chooseRange(statistics, rule, grid, options), grid);
}

} // namespace penjing

#endif // PENJING_ANALYSIS_CLIPPINGRULES_H
