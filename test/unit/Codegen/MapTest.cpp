// Maps of every stride pattern on every target that runs here, against plain
// loops.
#include "KernelHarness.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace mlir;
using namespace penjing;
using penjing::test::integers;

/// Runs `kernel(pointers…)` of `text` on every target and calls `check`.
template <typename... Pointers>
static void onEveryTarget(StringRef text, llvm::function_ref<void()> prepare,
                          llvm::function_ref<void()> check,
                          Pointers *...pointers) {
  for (const Target &target : test::usableTargets()) {
    SCOPED_TRACE(target.name);
    auto context = test::makeContext();
    auto object = test::load(*context, text, target);
    ASSERT_TRUE(object);
    auto kernel = object->lookupAs<void(Pointers *...)>("kernel");
    ASSERT_TRUE(bool(kernel)) << llvm::toString(kernel.takeError());
    prepare();
    (*kernel)(pointers...);
    check();
  }
}

TEST(Map, BroadcastsAndLeavesNeighboursAlone) {
  // y[h, w] = x[h, w] + row[h] * column[w] on 5 x 37 of rows of 40.
  auto x = integers<float>(5 * 40, -9, 9, 1), row = integers<float>(5, -9, 9, 2),
       column = integers<float>(37, -9, 9, 3);
  std::vector<float> y(5 * 40);
  onEveryTarget(
      R"(func.func @kernel(%x: !llvm.ptr, %row: !llvm.ptr, %column: !llvm.ptr, %y: !llvm.ptr) {
        pjk.map ins(%x, %row, %column) -> %y
            dims [<"h" parallel 5 [40, 1, 0, 40]>, <"w" parallel 37 [1, 0, 1, 1]>] {
        ^bb0(%0: f32, %1: f32, %2: f32):
          %3 = arith.mulf %1, %2 : f32
          %4 = arith.addf %0, %3 : f32
          pjk.yield %4 : f32
        }
        return
      })",
      [&] { std::fill(y.begin(), y.end(), 77); },
      [&] {
        for (int h = 0; h < 5; ++h)
          for (int w = 0; w < 40; ++w)
            EXPECT_EQ(y[h * 40 + w],
                      w < 37 ? x[h * 40 + w] + row[h] * column[w] : 77);
      },
      x.data(), row.data(), column.data(), y.data());
}

TEST(Map, TransposesAndReverses) {
  auto x = integers<float>(6 * 20, -9, 9, 1);
  std::vector<float> y(6 * 20);
  // y[w, 5 - h] = x[h, w].
  onEveryTarget(
      R"(func.func @kernel(%x: !llvm.ptr, %y: !llvm.ptr) {
        %last = llvm.getelementptr %y[5] : (!llvm.ptr) -> !llvm.ptr, f32
        pjk.map ins(%x) -> %last dims [<"h" parallel 6 [20, -1]>, <"w" parallel 20 [1, 6]>] {
        ^bb0(%0: f32):
          pjk.yield %0 : f32
        }
        return
      })",
      [&] { std::fill(y.begin(), y.end(), 77); },
      [&] {
        for (int h = 0; h < 6; ++h)
          for (int w = 0; w < 20; ++w)
            EXPECT_EQ(y[w * 6 + 5 - h], x[h * 20 + w]);
      },
      x.data(), y.data());
}

TEST(Map, TransposesSquaresAndRests) {
  // y[b, w, h] = 2 x[b, h, w] for sizes around the squares, rows padded.
  for (auto size : std::vector<std::pair<int, int>>{
           {4, 4}, {16, 16}, {37, 20}, {5, 70}, {64, 6}}) {
    int height = size.first, width = size.second;
    auto x = integers<float>(2 * height * (width + 3), -9, 9, 1);
    std::vector<float> y(2 * width * (height + 1));
    auto strides = [](int a, int b) {
      return " [" + std::to_string(a) + ", " + std::to_string(b) + "]>";
    };
    std::string text =
        "func.func @kernel(%x: !llvm.ptr, %y: !llvm.ptr) {\n"
        "pjk.map ins(%x) -> %y dims [<\"b\" parallel 2" +
        strides(height * (width + 3), width * (height + 1)) +
        ", <\"h\" parallel " + std::to_string(height) +
        strides(width + 3, 1) + ", <\"w\" parallel " +
        std::to_string(width) + strides(1, height + 1) +
        "] {\n^bb0(%0: f32):\n  %1 = arith.addf %0, %0 : f32\n"
        "  pjk.yield %1 : f32\n}\nreturn\n}";
    onEveryTarget(
        text, [&] { std::fill(y.begin(), y.end(), 77); },
        [&] {
          for (int b = 0; b < 2; ++b)
            for (int w = 0; w < width; ++w)
              for (int h = 0; h <= height; ++h)
                EXPECT_EQ(y[(b * width + w) * (height + 1) + h],
                          h == height
                              ? 77
                              : 2 * x[(b * height + h) * (width + 3) + w]);
        },
        x.data(), y.data());
  }
}

TEST(Map, FillsBytes) {
  std::vector<uint8_t> y(300);
  onEveryTarget(
      R"(func.func @kernel(%y: !llvm.ptr) {
        pjk.map "fill" -> %y dims [<"i" parallel 211 [1]>] {
          %0 = arith.constant 3 : i8
          pjk.yield %0 : i8
        }
        return
      })",
      [&] { std::fill(y.begin(), y.end(), 77); },
      [&] {
        for (int i = 0; i < 300; ++i)
          EXPECT_EQ(y[i], i < 211 ? 3 : 77) << i;
      },
      y.data());
}

TEST(Map, QuantizesAndUpdatesInPlace) {
  auto x = integers<float>(53, -500, 500, 1);
  std::vector<uint8_t> q(60);
  onEveryTarget(
      R"(func.func @kernel(%x: !llvm.ptr, %q: !llvm.ptr) {
        pjk.map "quantize" ins(%x) -> %q dims [<"i" parallel 53 [1, 1]>] {
        ^bb0(%0: f32):
          %scale = arith.constant 0.5 : f32
          %zero_point = arith.constant 100.0 : f32
          %low = arith.constant 0.0 : f32
          %high = arith.constant 255.0 : f32
          %1 = arith.mulf %0, %scale : f32
          %2 = math.roundeven %1 : f32
          %3 = arith.addf %2, %zero_point : f32
          %4 = arith.cmpf ogt, %3, %low : f32
          %5 = arith.select %4, %3, %low : f32
          %6 = arith.cmpf olt, %5, %high : f32
          %7 = arith.select %6, %5, %high : f32
          %8 = arith.fptosi %7 : f32 to i32
          %9 = arith.trunci %8 : i32 to i8
          pjk.yield %9 : i8
        }
        return
      })",
      [&] { std::fill(q.begin(), q.end(), 77); },
      [&] {
        for (int i = 0; i < 60; ++i) {
          float value = i < 53 ? std::nearbyintf(x[i] * 0.5f) + 100 : 77;
          EXPECT_EQ(q[i], std::min(std::max(value, 0.0f), 255.0f)) << i;
        }
      },
      x.data(), q.data());

  // w -= g / 4, the same buffer in and out.
  auto start = integers<float>(70, -9, 9, 2), g = integers<float>(70, -9, 9, 3);
  std::vector<float> w(70);
  onEveryTarget(
      R"(func.func @kernel(%w: !llvm.ptr, %g: !llvm.ptr) {
        pjk.map "sgd" ins(%w, %g) -> %w dims [<"i" parallel 67 [1, 1, 1]>] {
        ^bb0(%0: f32, %1: f32):
          %rate = arith.constant 0.25 : f32
          %2 = arith.mulf %1, %rate : f32
          %3 = arith.subf %0, %2 : f32
          pjk.yield %3 : f32
        }
        return
      })",
      [&] { std::copy(start.begin(), start.end(), w.begin()); },
      [&] {
        for (int i = 0; i < 70; ++i)
          EXPECT_EQ(w[i], i < 67 ? start[i] - g[i] / 4 : start[i]);
      },
      w.data(), g.data());
}
