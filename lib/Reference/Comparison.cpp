// How far apart two tensors are.
#include "penjing/Reference/Comparison.h"

#include <cmath>

using namespace penjing;

Comparison penjing::compare(const Tensor &actual, const Tensor &expected, const Tensor &bounds) {
  assert(actual.shape() == expected.shape() && "tensors of different shapes");
  Comparison result;
  double signal = 0, noise = 0, dot = 0, other = 0;
  for (int64_t i = 0; i < actual.size(); ++i) {
    double a = actual.valueAt(i), e = expected.valueAt(i);
    bool same = a == e || (std::isnan(a) && std::isnan(e));
    double error = same ? 0 : std::isfinite(a) && std::isfinite(e) ? std::abs(a - e) : INFINITY;
    result.different += !same;
    if (std::isfinite(a) && std::isfinite(e)) {
      signal += e * e;
      other += a * a;
      dot += a * e;
    }
    noise += error * error;
    if (bounds) {
      double bound = bounds.valueAt(i);
      double excess = error == 0 || std::isinf(bound) ? 0 : error / bound;
      if (excess > result.maxExcess) {
        result.maxExcess = excess;
        result.worst = i;
      }
    } else if (error > result.maxError) {
      result.worst = i;
    }
    result.maxError = std::max(result.maxError, error);
  }
  if (noise > 0)
    result.sqnr = 10 * std::log10(signal / noise);
  if (signal > 0 || other > 0)
    result.cosine = dot / std::sqrt(signal * other);
  return result;
}
