// Arrays: counts that overflow, the rules of conversion, the sharing of bytes
// and alignment.
#include "penjing/Support/Array.h"

#include "gtest/gtest.h"

#include <cmath>
#include <limits>

using namespace penjing;

TEST(Array, CountRefusesOverflowAndNegatives) {
  EXPECT_EQ(elementCount({2, 3, 4}), 24u);
  EXPECT_EQ(elementCount({}), 1u);
  EXPECT_EQ(elementCount({0, 5}), 0u);
  EXPECT_FALSE(elementCount({-1}));
  EXPECT_FALSE(elementCount({int64_t(1) << 32, int64_t(1) << 32}));
  EXPECT_FALSE(elementCount({0, int64_t(1) << 32, int64_t(1) << 32}));
}

TEST(Array, IsAlignedAndZero) {
  Array array(ElementKind::F32, {3, 5});
  EXPECT_EQ(reinterpret_cast<uintptr_t>(array.bytes()) % 64, 0u);
  for (uint64_t i = 0; i < array.size(); ++i)
    EXPECT_EQ(array.data<float>()[i], 0);
}

TEST(Array, CopiesShareTheirBytes) {
  Array array(ElementKind::I32, {2});
  Array copy = array;
  copy.data<int32_t>()[1] = 9;
  EXPECT_EQ(array.data<int32_t>()[1], 9);
  Array deep = array.convertedTo(ElementKind::I32);
  deep.data<int32_t>()[1] = 1;
  EXPECT_EQ(array.data<int32_t>()[1], 9);
}

TEST(Array, ConvertsWithRoundingAndClamping) {
  double nan = std::numeric_limits<double>::quiet_NaN();
  Array array = Array::from<double>(ElementKind::F64, {6},
                                    {0.5, 1.5, -3, 300, nan, 1e300});
  Array bytes = array.convertedTo(ElementKind::U8);
  EXPECT_EQ(
      std::vector<uint8_t>(bytes.data<uint8_t>(), bytes.data<uint8_t>() + 6),
      (std::vector<uint8_t>{0, 2, 0, 255, 0, 255}));
  EXPECT_EQ(array.convertedTo(ElementKind::I64).data<int64_t>()[5],
            std::numeric_limits<int64_t>::max());
  Array half = array.convertedTo(ElementKind::F16);
  EXPECT_EQ(half.data<uint16_t>()[1], 0x3E00);
  EXPECT_EQ(half.valueAt(3), 300);
  EXPECT_TRUE(std::isinf(half.valueAt(5)));
  EXPECT_EQ(array.convertedTo(ElementKind::BF16).valueAt(0), 0.5);
}

TEST(Array, IsFoundByName) {
  std::vector<NamedArray> arrays = {{"x", Array(ElementKind::U8, {1})}};
  EXPECT_EQ(findArray(arrays, "x"), &arrays[0].array);
  EXPECT_EQ(findArray(arrays, "y"), nullptr);
}
