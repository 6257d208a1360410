// Reductions along every kind of dimension on every target that runs here,
// against plain loops.
#include "KernelHarness.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace mlir;
using namespace penjing;
using penjing::test::integers;

namespace {

/// `reduce` with plain copies as element and final.
std::string reduceText(StringRef kind, StringRef type, StringRef dims) {
  return ("func.func @kernel(%x: !llvm.ptr, %y: !llvm.ptr) {\n"
          "pjk.reduce ins(%x) -> %y " +
          kind + " dims [" + dims + "] element {\n^bb0(%0: " + type +
          "):\n  pjk.yield %0 : " + type + "\n} final {\n^bb0(%0: " + type +
          "):\n  pjk.yield %0 : " + type + "\n}\nreturn\n}")
      .str();
}

template <typename In, typename Out>
void run(StringRef text, const Target &target, const std::vector<In> &x,
         std::vector<Out> &y) {
  SCOPED_TRACE(target.name);
  auto context = test::makeContext();
  auto object = test::load(*context, text, target);
  ASSERT_TRUE(object);
  auto kernel = object->lookupAs<void(const In *, Out *)>("kernel");
  ASSERT_TRUE(bool(kernel)) << llvm::toString(kernel.takeError());
  (*kernel)(x.data(), y.data());
}

} // namespace

TEST(Reduce, MaxPoolsOddChannels) {
  // 6 x 6 x 21 in rows of 24 channels, window 3, stride 2 on 2 x 2 outputs.
  auto x = integers<float>(6 * 6 * 24, -99, 99, 1);
  std::string text =
      reduceText("maximumf", "f32",
                 "<\"oh\" parallel 2 [288, 48]>, <\"ow\" parallel 2 [48, 24]>, "
                 "<\"c\" parallel 21 [1, 1]>, <\"kh\" reduction 3 [144, 0]>, "
                 "<\"kw\" reduction 3 [24, 0]>");
  for (const Target &target : test::usableTargets()) {
    std::vector<float> y(2 * 2 * 24, 77);
    run(text, target, x, y);
    for (int oh = 0; oh < 2; ++oh)
      for (int ow = 0; ow < 2; ++ow)
        for (int c = 0; c < 24; ++c) {
          float best = -INFINITY;
          for (int kh = 0; kh < 3; ++kh)
            for (int kw = 0; kw < 3; ++kw)
              best = std::max(
                  best, x[((2 * oh + kh) * 6 + 2 * ow + kw) * 24 + c]);
          EXPECT_EQ(y[(oh * 2 + ow) * 24 + c], c < 21 ? best : 77);
        }
  }
}

TEST(Reduce, MaximumPropagatesNaN) {
  std::vector<float> x(4 * 16, 1.0f);
  x[2 * 16 + 5] = NAN;
  std::string text =
      reduceText("maximumf", "f32",
                 "<\"c\" parallel 16 [1, 1]>, <\"n\" reduction 4 [16, 0]>");
  for (const Target &target : test::usableTargets()) {
    std::vector<float> y(16);
    run(text, target, x, y);
    for (int c = 0; c < 16; ++c)
      EXPECT_EQ(std::isnan(y[c]), c == 5) << target.name;
  }
}

TEST(Reduce, SumsRowsOfEveryLength) {
  for (int length : {1, 3, 16, 50, 67, 200}) {
    SCOPED_TRACE(length);
    auto x = integers<float>(5 * 200, -99, 99, 1);
    std::string text = reduceText(
        "addf", "f32",
        "<\"n\" parallel 5 [200, 1]>, <\"c\" reduction " +
            std::to_string(length) + " [1, 0]>");
    for (const Target &target : test::usableTargets()) {
      std::vector<float> y(6, 77);
      run(text, target, x, y);
      for (int n = 0; n < 5; ++n) {
        float sum = 0;
        for (int c = 0; c < length; ++c)
          sum += x[n * 200 + c];
        EXPECT_EQ(y[n], sum);
      }
      EXPECT_EQ(y[5], 77);
    }
  }
}

TEST(Reduce, SumsEverythingToOneScalar) {
  auto x = integers<float>(3 * 64, -99, 99, 1);
  std::string text =
      reduceText("addf", "f32",
                 "<\"h\" reduction 3 [64, 0]>, <\"w\" reduction 37 [1, 0]>");
  float sum = 0;
  for (int h = 0; h < 3; ++h)
    for (int w = 0; w < 37; ++w)
      sum += x[h * 64 + w];
  for (const Target &target : test::usableTargets()) {
    std::vector<float> y(1);
    run(text, target, x, y);
    EXPECT_EQ(y[0], sum) << target.name;
  }
}

TEST(Reduce, MaxPoolsBytes) {
  auto x = integers<uint8_t>(4 * 100, 0, 255, 1);
  std::string text = reduceText(
      "maxu", "i8", "<\"c\" parallel 100 [1, 1]>, <\"n\" reduction 4 [100, 0]>");
  for (const Target &target : test::usableTargets()) {
    std::vector<uint8_t> y(100);
    run(text, target, x, y);
    for (int c = 0; c < 100; ++c)
      EXPECT_EQ(y[c], std::max({x[c], x[100 + c], x[200 + c], x[300 + c]}));
  }
}

TEST(Reduce, AveragesIntegersWithTwoRegions) {
  auto x = integers<uint8_t>(4 * 40, 0, 255, 1);
  std::string text =
      R"(func.func @kernel(%x: !llvm.ptr, %y: !llvm.ptr) {
        pjk.reduce ins(%x) -> %y addi
            dims [<"c" parallel 37 [1, 1]>, <"n" reduction 4 [40, 0]>] element {
        ^bb0(%0: i8):
          %1 = arith.extui %0 : i8 to i32
          pjk.yield %1 : i32
        } final {
        ^bb0(%0: i32):
          %quarter = arith.constant 0.25 : f32
          %1 = arith.sitofp %0 : i32 to f32
          %2 = arith.mulf %1, %quarter : f32
          %3 = math.roundeven %2 : f32
          %4 = arith.fptosi %3 : f32 to i32
          %5 = arith.trunci %4 : i32 to i8
          pjk.yield %5 : i8
        }
        return
      })";
  for (const Target &target : test::usableTargets()) {
    std::vector<uint8_t> y(40, 77);
    run(text, target, x, y);
    for (int c = 0; c < 40; ++c) {
      int sum = x[c] + x[40 + c] + x[80 + c] + x[120 + c];
      EXPECT_EQ(y[c], c < 37 ? std::nearbyintf(sum * 0.25f) : 77) << c;
    }
  }
}

TEST(Reduce, DependsOnTheVectorWidthAlone) {
  // The documented order: lanes, halves, then the rest.
  std::mt19937 random(5);
  std::vector<float> x(77);
  for (float &value : x)
    value = std::ldexp(static_cast<float>(random() % 1000003), -10);
  std::string text =
      reduceText("addf", "f32", "<\"c\" reduction 77 [1, 0]>");
  for (const Target &target : test::usableTargets()) {
    std::vector<float> y(1);
    run(text, target, x, y);
    int64_t lanes = target.lanes();
    std::vector<float> sums(lanes, -0.0f);
    int64_t whole = 77 / lanes * lanes;
    for (int64_t i = 0; i < whole; ++i)
      sums[i % lanes] += x[i];
    for (int64_t width = lanes; width > 1; width /= 2)
      for (int64_t i = 0; i < width / 2; ++i)
        sums[i] += sums[i + width / 2];
    float rest = -0.0f;
    for (int64_t i = whole; i < 77; ++i)
      rest += x[i];
    EXPECT_EQ(y[0], sums[0] + rest) << target.name;
  }
}
