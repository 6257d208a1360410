// Scales and zero points of each clip rule on values whose answer is known, and
// the histogram against exact statistics.
#include "penjing/Analysis/ClippingRules.h"

#include "gtest/gtest.h"

#include <algorithm>
#include <cmath>
#include <limits>

using namespace penjing;

namespace {
constexpr IntegerGrid weights{-127, 127, true}, activations{0, 255, false};
}

TEST(ClippingRules, MinMaxMapsTheEndsOntoTheGrid) {
  ValueStatistics statistics = exactStatistics({-0.5f, 0.25f, 2.0f});
  ScaleAndZero symmetric = chooseScale(statistics, ClipRule::MinMax, weights);
  EXPECT_EQ(symmetric.scale, float(2.0 / 127));
  EXPECT_EQ(symmetric.zero, 0);
  ScaleAndZero affine = chooseScale(statistics, ClipRule::MinMax, activations);
  EXPECT_EQ(affine.scale, float(2.5 / 255));
  EXPECT_EQ(affine.zero, 51);
}

TEST(ClippingRules, RangesAreWidenedToZero) {
  EXPECT_EQ(scaleAndZero({3, 5}, activations).zero, 0);
  EXPECT_EQ(scaleAndZero({3, 5}, activations).scale, float(5.0 / 255));
  EXPECT_EQ(scaleAndZero({-5, -3}, activations).zero, 255);
}

TEST(ClippingRules, ScalesAreAlwaysUsable) {
  EXPECT_EQ(scaleAndZero({0, 0}, weights).scale, 1);
  EXPECT_EQ(chooseScale(exactStatistics({}), ClipRule::MSE, activations).scale,
            1);
  for (double extreme : {1e-45, 3e38})
    for (const IntegerGrid &grid : {weights, activations}) {
      float scale = scaleAndZero({-extreme, extreme}, grid).scale;
      EXPECT_TRUE(std::isnormal(scale) && std::isnormal(1 / scale));
    }
}

TEST(ClippingRules, SigmaIsTheArticles) {
  // Mean 1, deviation 2, and one far value.
  std::vector<float> values(1000);
  for (int i = 0; i < 1000; ++i)
    values[i] = i % 2 ? 3 : -1;
  values.push_back(100);
  ValueStatistics statistics = exactStatistics(values);
  ClippedRange range = chooseRange(statistics, ClipRule::Sigma, activations);
  EXPECT_EQ(range.low, -1);
  EXPECT_NEAR(range.high, statistics.mean + 3 * statistics.sigma, 1e-9);
  EXPECT_LT(range.high, 20);
}

TEST(ClippingRules, PercentileDropsTheTails) {
  std::vector<float> values(10001);
  for (int i = 0; i <= 10000; ++i)
    values[i] = float(i);
  ClipOptions options;
  options.percentile = 98;
  ClippedRange range = chooseRange(exactStatistics(values),
                                   ClipRule::Percentile, activations, options);
  EXPECT_NEAR(range.low, 100, 1.5);
  EXPECT_NEAR(range.high, 9900, 1.5);
}

TEST(ClippingRules, MeanSquaredErrorClipsAnOutlierAndKeepsAFlatRange) {
  std::vector<float> flat(1000);
  for (int i = 0; i < 1000; ++i)
    flat[i] = float(i) / 999 * 2 - 1;
  EXPECT_GE(chooseRange(exactStatistics(flat), ClipRule::MSE, weights).high,
            0.98);
  std::vector<float> tailed = flat;
  for (int i = 0; i < 100; ++i)
    tailed.insert(tailed.end(), flat.begin(), flat.end());
  tailed.push_back(3);
  IntegerGrid fourBits{-7, 7, true};
  ClippedRange range =
      chooseRange(exactStatistics(tailed), ClipRule::MSE, fourBits);
  EXPECT_LT(range.high, 1.5);
  EXPECT_GT(range.high, 0.8);
}

TEST(ClippingRules, HistogramAgreesWithExactStatistics) {
  std::vector<float> values;
  for (int i = 0; i < 20000; ++i) {
    double x = std::sin(i * 12.9898) * 43758.5453;
    values.push_back(i % 3 ? float((x - std::floor(x)) * 6 - 1.5) : 0);
  }
  ValueHistogram histogram;
  llvm::ArrayRef<float> all(values);
  histogram.add(all.take_front(7));
  histogram.add(all.drop_front(7));
  ValueStatistics exact = exactStatistics(values),
                  binned = histogram.statistics();
  EXPECT_EQ(binned.count, exact.count);
  EXPECT_EQ(binned.min, exact.min);
  EXPECT_EQ(binned.max, exact.max);
  EXPECT_NEAR(binned.mean, exact.mean, 1e-9);
  EXPECT_NEAR(binned.sigma, exact.sigma, 1e-9);
  for (ClipRule rule : {ClipRule::MinMax, ClipRule::Percentile, ClipRule::Sigma,
                        ClipRule::MSE}) {
    ClippedRange a = chooseRange(exact, rule, activations),
                 b = chooseRange(binned, rule, activations);
    EXPECT_NEAR(a.low, b.low, 0.02);
    EXPECT_NEAR(a.high, b.high, 0.06);
  }
}

TEST(ClippingRules, HistogramDoesNotDependOnTheOrder) {
  std::vector<float> values = {1e-20f, -3,    7e5f, -0x1p20f, 0,
                               0.5f,   -0.0f, 2,    2,        1e-3f};
  ValueHistogram forward, backward;
  forward.add(values);
  std::reverse(values.begin(), values.end());
  backward.add(values);
  EXPECT_EQ(forward.statistics().samples, backward.statistics().samples);
  EXPECT_EQ(forward.statistics().count, 10u);
}

TEST(ClippingRules, HistogramCountsWhatIsNotFinite) {
  ValueHistogram histogram;
  histogram.add({1, std::numeric_limits<float>::infinity(), std::nanf("")});
  EXPECT_EQ(histogram.nonFinite(), 2u);
  EXPECT_EQ(histogram.statistics().count, 1u);
}
