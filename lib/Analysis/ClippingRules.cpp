// The rules that choose a quantized range, and the statistics they stand on:
// exact for weights, a histogram of bounded size for activations.
#include "penjing/Analysis/ClippingRules.h"

#include <algorithm>
#include <cfloat>
#include <cmath>

using namespace penjing;

ValueStatistics penjing::exactStatistics(llvm::ArrayRef<float> values) {
  ValueStatistics result;
  if (values.empty())
    return result;
  std::vector<float> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  result.count = sorted.size();
  result.min = sorted.front();
  result.max = sorted.back();
  double sum = 0, squares = 0;
  for (float value : sorted) {
    sum += value;
    if (result.samples.empty() || result.samples.back().first != value)
      result.samples.push_back({value, 0});
    ++result.samples.back().second;
  }
  result.mean = sum / double(result.count);
  for (float value : sorted)
    squares += (value - result.mean) * (value - result.mean);
  result.sigma = std::sqrt(squares / double(result.count));
  return result;
}

void ValueHistogram::widen() {
  // Bins 2i and 2i + 1 of each side become one: floor division by two around 0.
  std::vector<uint64_t> wider(bins.size(), 0);
  for (int64_t b = 0; b < int64_t(bins.size()); ++b) {
    int64_t index = b - halfBins;
    wider[(index >> 1) + halfBins] += bins[b];
  }
  bins = std::move(wider);
  ++exponent;
}

void ValueHistogram::add(llvm::ArrayRef<float> values) {
  for (float value : values) {
    if (!std::isfinite(value)) {
      ++refused;
      continue;
    }
    if (count == 0)
      min = max = value;
    min = std::min(min, double(value));
    max = std::max(max, double(value));
    ++count;
    sum += value;
    squares += double(value) * value;
    // Zeros have a bin of their own: rounding keeps them exactly.
    if (value == 0) {
      ++zeros;
      continue;
    }
    if (bins.empty()) {
      bins.resize(2 * halfBins);
      // As narrow as the first value allows; the loop below decides the last
      // bit.
      exponent = std::ilogb(value) - 14;
    }
    double scaled;
    while (scaled = std::floor(std::ldexp(double(value), -exponent)),
           scaled < double(-halfBins) || scaled >= double(halfBins))
      widen();
    ++bins[int64_t(scaled) + halfBins];
  }
}

ValueStatistics ValueHistogram::statistics() const {
  ValueStatistics result;
  result.count = count;
  if (count == 0)
    return result;
  result.min = min;
  result.max = max;
  result.mean = sum / double(count);
  result.sigma = std::sqrt(
      std::max(0.0, squares / double(count) - result.mean * result.mean));
  bool zerosDone = zeros == 0;
  auto addZeros = [&] {
    if (!zerosDone)
      result.samples.push_back({0, zeros});
    zerosDone = true;
  };
  for (int64_t b = 0; b < int64_t(bins.size()); ++b) {
    if (b == halfBins)
      addZeros();
    if (bins[b])
      result.samples.push_back(
          {std::clamp(std::ldexp(double(b - halfBins) + 0.5, exponent), min,
                      max),
           bins[b]});
  }
  addZeros();
  return result;
}

/// The value below which `share` of the values lie: the first sample at which
/// the running count reaches it.
static double quantile(const ValueStatistics &statistics, double share) {
  double wanted = share * double(statistics.count);
  uint64_t seen = 0;
  for (const auto &sample : statistics.samples) {
    seen += sample.second;
    if (double(seen) >= wanted)
      return sample.first;
  }
  return statistics.max;
}

static double squaredError(const ValueStatistics &statistics,
                           const ScaleAndZero &map, const IntegerGrid &grid) {
  double error = 0;
  double low = double(grid.qmin - map.zero),
         high = double(grid.qmax - map.zero);
  for (const auto &sample : statistics.samples) {
    double q = std::clamp(std::nearbyint(sample.first / map.scale), low, high);
    double difference = sample.first - q * map.scale;
    error += double(sample.second) * difference * difference;
  }
  return error;
}

static ClippedRange leastSquaresRange(const ValueStatistics &statistics,
                                      const IntegerGrid &grid) {
  constexpr int steps = 100, least = 10;
  double low = std::min(statistics.min, 0.0),
         high = std::max(statistics.max, 0.0);
  ClippedRange best{low, high};
  double bestError = squaredError(statistics, scaleAndZero(best, grid), grid);
  auto consider = [&](ClippedRange range) {
    double error = squaredError(statistics, scaleAndZero(range, grid), grid);
    if (error < bestError) {
      bestError = error;
      best = range;
    }
  };
  if (grid.symmetric) {
    double bound = std::max(-low, high);
    for (int i = steps - 1; i >= least; --i) {
      double t = bound * i / steps;
      consider({std::max(low, -t), std::min(high, t)});
    }
    return best;
  }
  // One end after the other, then once more the first: the ends interact
  // little.
  for (int turn = 0; turn < 3; ++turn) {
    ClippedRange from = best;
    for (int i = steps - 1; i >= least; --i)
      consider(turn % 2 == 0 ? ClippedRange{from.low, high * i / steps}
                             : ClippedRange{low * i / steps, from.high});
  }
  return best;
}

ClippedRange penjing::chooseRange(const ValueStatistics &statistics,
                                  ClipRule rule, const IntegerGrid &grid,
                                  const ClipOptions &options) {
  ClippedRange whole{statistics.min, statistics.max};
  if (statistics.count == 0)
    return {0, 0};
  switch (rule) {
  case ClipRule::MinMax:
    return whole;
  case ClipRule::Percentile: {
    double outside = (1 - options.percentile / 100) / 2;
    return {quantile(statistics, outside), quantile(statistics, 1 - outside)};
  }
  case ClipRule::Sigma:
    return {std::max(whole.low,
                     statistics.mean - options.sigmas * statistics.sigma),
            std::min(whole.high,
                     statistics.mean + options.sigmas * statistics.sigma)};
  case ClipRule::MSE:
    return leastSquaresRange(statistics, grid);
  }
  llvm_unreachable("unknown clip rule");
}

ScaleAndZero penjing::scaleAndZero(const ClippedRange &range,
                                   const IntegerGrid &grid) {
  double low = std::min(range.low, 0.0), high = std::max(range.high, 0.0);
  double scale = grid.symmetric ? std::max(-low, high) / double(grid.qmax)
                                : (high - low) / double(grid.qmax - grid.qmin);
  if (scale == 0)
    scale = 1;
  // Neither the scale nor its reciprocal may be subnormal or infinite.
  float rounded = float(std::clamp(scale, 0x1p-125, 0x1p125));
  if (grid.symmetric)
    return {rounded, 0};
  double zero = std::nearbyint(double(grid.qmin) - low / rounded);
  return {rounded,
          int32_t(std::clamp(zero, double(grid.qmin), double(grid.qmax)))};
}
