// A network shrunk by channels meets its budgets and answers as the one whose
// channels were zero.
#include "TransformedModel.h"

#include "penjing/Dialect/Penjing/ParameterValues.h"

#include "gtest/gtest.h"

#include <cmath>

using namespace penjing;

namespace {

/// A convolution of 16 channels, a pool, a linear layer of 24, another of 4.
constexpr char kNetwork[] = R"(
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  pj.param @w : tensor<16x2x3x3xf32> {role = #pj.role<weight>, init = #pj.init<zeros>}
  pj.param @b : tensor<16xf32> {role = #pj.role<bias>, init = #pj.init<zeros>}
  pj.param @v : tensor<24x64xf32> {role = #pj.role<weight>, init = #pj.init<zeros>}
  pj.param @u : tensor<4x24xf32> {role = #pj.role<weight>, init = #pj.init<zeros>}
  func.func @main(%x: tensor<1x2x4x4xf32>) -> tensor<1x4xf32> {
    %w = pj.use @w : tensor<16x2x3x3xf32>
    %b = pj.use @b : tensor<16xf32>
    %v = pj.use @v : tensor<24x64xf32>
    %u = pj.use @u : tensor<4x24xf32>
    %0 = pj.conv %x, %w, %b {pads = array<i64: 1, 1, 1, 1>} : (tensor<1x2x4x4xf32>, tensor<16x2x3x3xf32>, tensor<16xf32>) -> tensor<1x16x4x4xf32>
    %1 = pj.max_pool %0 {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>} : (tensor<1x16x4x4xf32>) -> tensor<1x16x2x2xf32>
    %2 = pj.reshape %1 {shape = array<i64: 1, 64>} : (tensor<1x16x2x2xf32>) -> tensor<1x64xf32>
    %3 = pj.matmul %2, %v {transpose_b} : (tensor<1x64xf32>, tensor<24x64xf32>) -> tensor<1x24xf32>
    %4 = pj.relu %3 : (tensor<1x24xf32>) -> tensor<1x24xf32>
    %5 = pj.matmul %4, %u {transpose_b} : (tensor<1x24xf32>, tensor<4x24xf32>) -> tensor<1x4xf32>
    return %5 : tensor<1x4xf32>
  }
})";

int64_t countParameters(mlir::ModuleOp module) {
  int64_t count = 0;
  for (auto param : module.getOps<ParamOp>())
    count += param.getTensorType().getNumElements();
  return count;
}

mlir::RankedTensorType typeOf(mlir::ModuleOp module, llvm::StringRef name) {
  return module.lookupSymbol<ParamOp>(name).getTensorType();
}

TEST(ShrinkChannels, meetsTheBudgetOfParameters) {
  for (const char *share : {"0.1", "0.3", "0.5", "0.8"}) {
    TransformedModel model(kNetwork);
    model.fillParameters(-1, 1);
    int64_t before = countParameters(model.module());
    model.run("pj-shrink-channels{parameters=" + std::string(share) + " round=none}");
    EXPECT_LE(countParameters(model.module()), before * (1 - std::stod(share)) + 1e-6) << share;
  }
}

TEST(ShrinkChannels, stopsAtTheFirstWidthThatMeetsTheBudget) {
  TransformedModel model(kNetwork);
  model.fillParameters(-1, 1);
  int64_t before = countParameters(model.module());
  model.run("pj-shrink-channels{parameters=0.4 round=none}");
  // The widest group: a channel of the convolution with its four columns.
  int64_t largest = 2 * 9 + 1 + 4 * 24;
  EXPECT_GT(countParameters(model.module()), before * 0.6 - largest);
}

TEST(ShrinkChannels, meetsBothBudgetsTogether) {
  TransformedModel model(kNetwork);
  model.fillParameters(-1, 1);
  int64_t before = countParameters(model.module());
  model.run("pj-shrink-channels{macs=0.6 parameters=0.6 round=none}");
  EXPECT_LE(countParameters(model.module()), before * 0.4);
  auto conv = typeOf(model.module(), "w"), hidden = typeOf(model.module(), "v"), last = typeOf(model.module(), "u");
  int64_t whole = 16 * 2 * 9 * 16 + 24 * 64 + 4 * 24;
  int64_t kept = conv.getNumElements() * 16 + hidden.getNumElements() + last.getNumElements();
  EXPECT_LE(kept, whole * 0.4);
}

TEST(ShrinkChannels, keepsWidthsAtMultiplesUnderABudgetOfParameters) {
  TransformedModel model(kNetwork);
  model.fillParameters(-1, 1);
  model.run("pj-shrink-channels{parameters=0.5 round=auto}");
  EXPECT_EQ(typeOf(model.module(), "w").getDimSize(0) % 8, 0);
  EXPECT_EQ(typeOf(model.module(), "v").getDimSize(0) % 8, 0);
  EXPECT_LT(typeOf(model.module(), "w").getDimSize(0) + typeOf(model.module(), "v").getDimSize(0), 16 + 24);
}

TEST(ShrinkChannels, countsNoMaskAsParameters) {
  // Masks shrink along, but neither their elements nor the zeros under them make
  // the network look larger or smaller.
  TransformedModel plain(kNetwork), masked(kNetwork);
  plain.fillParameters(1, 1.001), masked.fillParameters(1, 1.001);
  masked.run("pj-prune-magnitude{sparsity=0}");
  plain.run("pj-shrink-channels{parameters=0.5 round=none}");
  masked.run("pj-shrink-channels{parameters=0.5 round=none}");
  for (const char *name : {"w", "b", "v", "u"})
    EXPECT_EQ(typeOf(plain.module(), name).getShape(), typeOf(masked.module(), name).getShape()) << name;
}

} // namespace
