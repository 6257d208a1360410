// The floating-point state is set inside the scope and restored after it, even
// when the surrounding state is unusual.
#include "penjing/Support/FlushDenormals.h"

#include "gtest/gtest.h"

#include <cfenv>

using namespace penjing;

#if defined(__x86_64__) || defined(__aarch64__)
TEST(FlushDenormals, FlushesResultsAndOperands) {
  volatile float tiny = 0x1p-126f, half = 0.5f, subnormal = 0x1p-130f,
                 big = 0x1p40f;
  {
    FlushDenormals scope;
    volatile float result = tiny * half, operand = subnormal * big;
    EXPECT_EQ(result, 0.0f);
    EXPECT_EQ(operand, 0.0f);
  }
  volatile float result = tiny * half, operand = subnormal * big;
  EXPECT_EQ(result, 0x1p-127f);
  EXPECT_EQ(operand, 0x1p-90f);
}
#endif

TEST(FlushDenormals, RestoresTheRounding) {
  volatile float one = 1, ten = 10, nearest = one / ten;
  std::fesetround(FE_DOWNWARD);
  volatile float before = one / ten, within = 0;
  {
    FlushDenormals scope;
    within = one / ten;
  }
  volatile float after = one / ten;
  std::fesetround(FE_TONEAREST);
  EXPECT_NE(before, nearest) << "a tenth is rounded up to nearest";
  EXPECT_EQ(within, nearest);
  EXPECT_EQ(after, before);
}
