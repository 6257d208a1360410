// What is packed answers as what was decided: integers within the last
// rounding, masks bit for bit.
#include "TransformedModel.h"

#include "gtest/gtest.h"

#include <algorithm>
#include <cmath>

using namespace penjing;

namespace {

/// A stem with asymmetric padding, a residual stage, a branch that is
/// concatenated, both mean pools, a depthwise layer and a softmax.
constexpr char kNetwork[] = R"(
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  pj.param @stem : tensor<5x2x3x3xf32> {role = #pj.role<weight>, init = #pj.init<zeros>}
  pj.param @stem_bias : tensor<5xf32> {role = #pj.role<bias>, init = #pj.init<zeros>}
  pj.param @inner : tensor<5x5x1x1xf32> {role = #pj.role<weight>, init = #pj.init<zeros>}
  pj.param @depth : tensor<5x1x3x3xf32> {role = #pj.role<weight>, init = #pj.init<zeros>}
  pj.param @fc : tensor<10x4xf32> {role = #pj.role<weight>, init = #pj.init<zeros>}
  pj.param @fc_bias : tensor<4xf32> {role = #pj.role<bias>, init = #pj.init<zeros>}
  func.func @main(%x: tensor<1x2x8x8xf32> {pj.name = "x"}) -> tensor<1x4xf32> {
    %sw = pj.use @stem : tensor<5x2x3x3xf32>
    %sb = pj.use @stem_bias : tensor<5xf32>
    %iw = pj.use @inner : tensor<5x5x1x1xf32>
    %dw = pj.use @depth : tensor<5x1x3x3xf32>
    %fw = pj.use @fc : tensor<10x4xf32>
    %fb = pj.use @fc_bias : tensor<4xf32>
    %0 = pj.conv %x, %sw, %sb {pads = array<i64: 1, 0, 1, 2>} : (tensor<1x2x8x8xf32>, tensor<5x2x3x3xf32>, tensor<5xf32>) -> tensor<1x5x8x8xf32>
    %1 = pj.clip %0 {min = 0.0 : f64, max = 3.0 : f64} : (tensor<1x5x8x8xf32>) -> tensor<1x5x8x8xf32>
    %2 = pj.max_pool %1 {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>} : (tensor<1x5x8x8xf32>) -> tensor<1x5x4x4xf32>
    %3 = pj.conv %2, %iw : (tensor<1x5x4x4xf32>, tensor<5x5x1x1xf32>) -> tensor<1x5x4x4xf32>
    %4 = pj.add %3, %2 : (tensor<1x5x4x4xf32>, tensor<1x5x4x4xf32>) -> tensor<1x5x4x4xf32>
    %5 = pj.relu %4 : (tensor<1x5x4x4xf32>) -> tensor<1x5x4x4xf32>
    %6 = pj.conv %5, %dw {groups = 5 : i64, pads = array<i64: 1, 1, 1, 1>} : (tensor<1x5x4x4xf32>, tensor<5x1x3x3xf32>) -> tensor<1x5x4x4xf32>
    %7 = pj.concat %5, %6 {axis = 1 : i32} : (tensor<1x5x4x4xf32>, tensor<1x5x4x4xf32>) -> tensor<1x10x4x4xf32>
    %8 = pj.average_pool %7 {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>} : (tensor<1x10x4x4xf32>) -> tensor<1x10x2x2xf32>
    %9 = pj.global_average_pool %8 : (tensor<1x10x2x2xf32>) -> tensor<1x10x1x1xf32>
    %10 = pj.reshape %9 {shape = array<i64: 1, 10>} : (tensor<1x10x1x1xf32>) -> tensor<1x10xf32>
    %11 = pj.matmul %10, %fw, %fb : (tensor<1x10xf32>, tensor<10x4xf32>, tensor<4xf32>) -> tensor<1x4xf32>
    %12 = pj.softmax %11 {axis = 1 : i32} : (tensor<1x4xf32>) -> tensor<1x4xf32>
    return %12 : tensor<1x4xf32>
  }
})";

size_t best(const std::vector<float> &values) {
  return std::max_element(values.begin(), values.end()) - values.begin();
}

struct Agreement {
  int predictions = 0;
  double largest = 0;
};

/// Compares the decided model's answers with those after packing.
Agreement packAndCompare(TransformedModel &model, int inputs) {
  std::vector<std::vector<float>> drawn, before;
  for (int i = 0; i < inputs; ++i) {
    drawn.push_back(model.drawInput());
    before.push_back(model.evaluate(drawn.back()));
  }
  model.run("pj-pack");
  Agreement agreement;
  for (int i = 0; i < inputs; ++i) {
    std::vector<float> after = model.evaluate(drawn[i]);
    agreement.predictions += best(before[i]) == best(after);
    for (size_t k = 0; k < after.size(); ++k)
      agreement.largest = std::max(agreement.largest, std::fabs(double(after[k]) - before[i][k]));
  }
  return agreement;
}

TEST(Pack, integersAnswerAsTheirSimulation) {
  TransformedModel model(kNetwork);
  model.fillParameters(-0.5, 0.5);
  model.run("pj-quantize");
  model.fillGrids();
  Agreement agreement = packAndCompare(model, 400);
  EXPECT_GE(agreement.predictions, 398);
  EXPECT_LE(agreement.largest, 0.02);
  EXPECT_EQ(model.count("pj.fake_quantize"), 0);
  // Integers from the input to the logits, float behind.
  EXPECT_EQ(model.count("pj.quantize"), 1);
  EXPECT_EQ(model.count("pj.dequantize"), 0);
}

TEST(Pack, weightsOfLayersLeftInFloatStayOnTheirGrid) {
  TransformedModel model(kNetwork);
  model.fillParameters(-0.5, 0.5);
  model.run("pj-quantize{rule=floor bits=6 per-channel=false}");
  model.fillGrids();
  Agreement agreement = packAndCompare(model, 200);
  EXPECT_GE(agreement.predictions, 199);
  EXPECT_LE(agreement.largest, 0.02);
}

TEST(Pack, masksKeepEveryBit) {
  TransformedModel model(kNetwork);
  model.fillParameters(-0.5, 0.5);
  model.run("pj-prune-magnitude{sparsity=0.6 block=4x1}");
  EXPECT_EQ(model.count("pj.masked"), 4);
  Agreement agreement = packAndCompare(model, 20);
  EXPECT_EQ(agreement.predictions, 20);
  EXPECT_EQ(agreement.largest, 0);
  EXPECT_EQ(model.count("pj.masked"), 0);
}

TEST(Pack, masksAndGridsTogether) {
  TransformedModel model(kNetwork);
  model.fillParameters(-0.5, 0.5);
  model.run("pj-prune-magnitude{alpha=0.3},pj-quantize{clip=mse}");
  model.fillGrids();
  Agreement agreement = packAndCompare(model, 200);
  EXPECT_GE(agreement.predictions, 199);
  EXPECT_LE(agreement.largest, 0.02);
}

} // namespace
