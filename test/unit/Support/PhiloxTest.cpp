// Known answers of Random123 1.09 (kat_vectors, philox4x32 10), and the shape
// of the distributions.
#include "penjing/Support/Philox.h"

#include "gtest/gtest.h"

#include <algorithm>
#include <cmath>
#include <set>

using namespace penjing;

TEST(Philox, KnownAnswers) {
  EXPECT_EQ(philox4x32({0, 0, 0, 0}, {0, 0}),
            (PhiloxBlock{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(philox4x32({0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
                       {0xffffffff, 0xffffffff}),
            (PhiloxBlock{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox4x32({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
                       {0xa4093822, 0x299f31d0}),
            (PhiloxBlock{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(Philox, EveryPartOfTheAddressMatters) {
  std::set<uint32_t> seen;
  for (uint64_t seed : {0ull, 1ull, 1ull << 32})
    for (uint32_t stream : {1u, 2u})
      for (uint32_t step : {0u, 1u})
        for (uint64_t index : {0ull, 1ull, 4ull, 1ull << 40})
          seen.insert(Philox(seed, stream, step).bits(index));
  EXPECT_EQ(seen.size(), 48u);
}

TEST(Philox, UniformHasMeanAndRange) {
  Philox random(7, RandomPurpose::Test);
  double sum = 0, squares = 0;
  for (int i = 0; i < 100000; ++i) {
    float value = random.uniform(i, -2, 4);
    ASSERT_GE(value, -2);
    ASSERT_LT(value, 4);
    sum += value;
    squares += (value - 1) * (value - 1);
  }
  EXPECT_NEAR(sum / 100000, 1, 0.02);
  EXPECT_NEAR(squares / 100000, 3, 0.05);
}

TEST(Philox, NormalMatchesTheLibraryFormula) {
  Philox random(11, RandomPurpose::Test);
  double sum = 0, squares = 0, fourth = 0;
  constexpr int n = 100000;
  for (int i = 0; i < n; ++i) {
    double value = random.normal(i);
    double u = random.uniformDouble(2 * i), v = random.uniformDouble(2 * i + 1);
    double expected = std::sqrt(-2 * std::log1p(-u)) * std::cos(2 * M_PI * v);
    ASSERT_NEAR(value, expected, 1e-13);
    sum += value;
    squares += value * value;
    fourth += value * value * value * value;
  }
  EXPECT_NEAR(sum / n, 0, 0.015);
  EXPECT_NEAR(squares / n, 1, 0.015);
  EXPECT_NEAR(fourth / n, 3, 0.15);
}

TEST(Philox, PermutationIsOneAndDependsOnTheStep) {
  std::vector<uint32_t> first =
      Philox(3, RandomPurpose::Shuffle, 0).permutation(1000);
  std::vector<uint32_t> second =
      Philox(3, RandomPurpose::Shuffle, 1).permutation(1000);
  EXPECT_NE(first, second);
  EXPECT_EQ(first, Philox(3, RandomPurpose::Shuffle, 0).permutation(1000));
  std::sort(first.begin(), first.end());
  for (uint32_t i = 0; i < 1000; ++i)
    ASSERT_EQ(first[i], i);
  EXPECT_TRUE(Philox(3, RandomPurpose::Shuffle).permutation(0).empty());
}

TEST(Philox, BelowIsEvenlySpread) {
  Philox random(5, RandomPurpose::Test);
  int counts[7] = {};
  for (int i = 0; i < 70000; ++i)
    ++counts[random.below(i, 7)];
  for (int count : counts)
    EXPECT_NEAR(count, 10000, 400);
}
