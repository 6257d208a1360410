// The packed layouts, element by element, and what packing refuses.
// The kernels' own tests cover every shape.
#include "KernelHarness.h"

#include "penjing/Codegen/Packing.h"

#include "mlir/AsmParser/AsmParser.h"

#include <gtest/gtest.h>

using namespace mlir;
using namespace penjing;

static kernel::ContractionAttr parse(MLIRContext &context, StringRef dims,
                                     StringRef rest) {
  std::string text =
      ("#pjk.contraction<dims = [" + dims + "], " + rest + ">").str();
  return cast<kernel::ContractionAttr>(parseAttribute(text, &context));
}

template <typename T> static ArrayRef<char> bytesOf(ArrayRef<T> values) {
  return {reinterpret_cast<const char *>(values.data()),
          values.size() * sizeof(T)};
}

TEST(Packing, TilesOfVectorsHoldOneStepAfterTheOther) {
  auto context = test::makeContext();
  // 5 outputs in vectors of 2: tiles of 2 and 1 vectors.
  auto contraction =
      parse(*context,
            "<\"n\" vector 5 tile 2 [0, 10, 1]>, <\"k\" reduction 2 [1, 1, 0]>",
            "a = f32, b = f32, acc = f32, leaf = \"fma\", lanes = 2 storage = packed");
  std::vector<float> weight(50);
  for (int i = 0; i < 50; ++i)
    weight[i] = i + 1;
  auto packed = packWeight(contraction, bytesOf<float>(weight));
  ASSERT_TRUE(bool(packed)) << llvm::toString(packed.takeError());
  std::vector<float> values(12);
  ASSERT_EQ(packed->values.size(), 48u);
  std::memcpy(values.data(), packed->values.data(), 48);
  EXPECT_EQ(values, (std::vector<float>{1, 11, 21, 31, 2, 12, 22, 32, 41, 0, 42,
                                        0}));
  EXPECT_EQ(llvm::cantFail(packedBytes(contraction)), 48);
}

TEST(Packing, GroupsLieTogether) {
  auto context = test::makeContext();
  auto contraction = parse(
      *context,
      "<\"n\" vector 2 [0, 5, 1]>, <\"k\" reduction 5 [1, 1, 0]>",
      "a = ui8, b = si8, acc = i32, leaf = \"vpdpbusd\", lanes = 2 storage = packed");
  std::vector<int8_t> weight = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
  auto packed = packWeight(contraction, bytesOf<int8_t>(weight));
  ASSERT_TRUE(bool(packed)) << llvm::toString(packed.takeError());
  EXPECT_EQ(packed->values, (std::vector<char>{1, 2, 3, 4, 6, 7, 8, 9, 5, 0, 0,
                                               0, 10, 0, 0, 0}));
}

TEST(Packing, BlocksKeepWhatIsNotZero) {
  auto context = test::makeContext();
  auto contraction = parse(
      *context,
      "<\"n\" vector 4 [0, 3, 1]>, <\"k\" reduction 3 [7, 1, 0]>",
      "a = f32, b = f32, acc = f32, leaf = \"fma\", lanes = 2 storage = packed "
      "sparsity = block");
  // Outputs 0 and 1 use step 1 (minus zero is zero), 2 and 3 steps 0 and 2.
  std::vector<float> weight = {0, 1, -0.0f, 0, 2, 0, 3, 0, 0, 0, 0, 4};
  auto packed = packWeight(contraction, bytesOf<float>(weight));
  ASSERT_TRUE(bool(packed)) << llvm::toString(packed.takeError());
  EXPECT_EQ(packed->index, (std::vector<int32_t>{0, 1, 3, 7, 0, 14}));
  std::vector<float> values(6);
  ASSERT_EQ(packed->values.size(), 24u);
  std::memcpy(values.data(), packed->values.data(), 24);
  EXPECT_EQ(values, (std::vector<float>{1, 2, 3, 0, 0, 4}));
  EXPECT_EQ(packed->stored, 3);
  EXPECT_EQ(packed->total, 6);
}

TEST(Packing, RefusesWhatItCannotRead) {
  auto context = test::makeContext();
  StringRef dims = "<\"n\" vector 4 [0, 3, 1]>, <\"k\" reduction 3 [1, 1, 0]>";
  auto message = [&](StringRef rest, size_t elements, int64_t origin = 0) {
    std::vector<float> weight(elements);
    auto packed = packWeight(parse(*context, dims, rest),
                             bytesOf<float>(weight), origin);
    return packed ? std::string() : llvm::toString(packed.takeError());
  };
  StringRef good =
      "a = f32, b = f32, acc = f32, leaf = \"fma\", lanes = 4 storage = packed";
  EXPECT_EQ(message(good, 12), "");
  EXPECT_EQ(message(good, 11),
            "requires a weight of elements 0 to 11, but got 11 elements");
  EXPECT_EQ(message(good, 12, -1),
            "requires a weight of elements -1 to 10, but got 12 elements");
  EXPECT_EQ(message("a = f32, b = f32, acc = f32, leaf = \"fma\", lanes = 4", 12),
            "requires packed storage, but got strided");
  EXPECT_EQ(message("a = f32, b = f32, acc = f32, leaf = \"x\", lanes = 4", 12),
            "requires a leaf among fma, portable, vpdpbusd, vpmaddwd, but got 'x'");
}
