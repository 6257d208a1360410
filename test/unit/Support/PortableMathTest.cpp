// Portable logarithm and cosine against the C library, over their ranges.
// The library is right to the last bit or nearly so.
#include "penjing/Support/PortableMath.h"

#include "gtest/gtest.h"

#include <cmath>

using namespace penjing;

TEST(PortableMath, LogarithmIsAccurate) {
  for (int i = 1; i <= 20000; ++i) {
    double x = std::ldexp(1 + i / 20001.0, i % 120 - 100);
    ASSERT_NEAR(portableLog(x), std::log(x),
                1e-15 * (1 + std::abs(std::log(x))))
        << x;
  }
  EXPECT_EQ(portableLog(1), 0);
}

TEST(PortableMath, CosineIsAccurate) {
  for (int i = 0; i < 20000; ++i) {
    double t = i / 20000.0;
    ASSERT_NEAR(portableCosTurns(t), std::cos(2 * M_PI * t), 2e-15) << t;
  }
  EXPECT_EQ(portableCosTurns(0), 1);
  EXPECT_EQ(portableCosTurns(0.5), -1);
}
