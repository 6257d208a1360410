// A folded batch normalization leaves the network's answers as they were, to
// rounding.
#include "TransformedModel.h"

#include "gtest/gtest.h"

#include <cmath>

using namespace penjing;

namespace {

constexpr char kNetwork[] = R"(
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  pj.param @w : tensor<6x2x3x3xf32> {role = #pj.role<weight>, init = #pj.init<zeros>}
  pj.param @b : tensor<6xf32> {role = #pj.role<bias>, init = #pj.init<zeros>}
  pj.param @d : tensor<6x1x3x3xf32> {role = #pj.role<weight>, init = #pj.init<zeros>}
  pj.param @s : tensor<6xf32> {role = #pj.role<norm_scale>, init = #pj.init<zeros>}
  pj.param @t : tensor<6xf32> {role = #pj.role<norm_shift>, init = #pj.init<zeros>}
  pj.param @m : tensor<6xf32> {role = #pj.role<running_mean>, init = #pj.init<zeros>}
  pj.param @v : tensor<6xf32> {role = #pj.role<running_variance>, init = #pj.init<zeros>}
  pj.param @c : tensor<6x1x1xf32> {role = #pj.role<constant>, init = #pj.init<zeros>}
  func.func @main(%x: tensor<1x2x5x5xf32>) -> tensor<1x6x5x5xf32> {
    %w = pj.use @w : tensor<6x2x3x3xf32>
    %b = pj.use @b : tensor<6xf32>
    %d = pj.use @d : tensor<6x1x3x3xf32>
    %s = pj.use @s : tensor<6xf32>
    %t = pj.use @t : tensor<6xf32>
    %m = pj.use @m : tensor<6xf32>
    %v = pj.use @v : tensor<6xf32>
    %c = pj.use @c : tensor<6x1x1xf32>
    %0 = pj.conv %x, %w, %b {pads = array<i64: 1, 1, 1, 1>} : (tensor<1x2x5x5xf32>, tensor<6x2x3x3xf32>, tensor<6xf32>) -> tensor<1x6x5x5xf32>
    %1 = pj.batch_norm %0, %s, %t, %m, %v {epsilon = 1.0e-3 : f64} : (tensor<1x6x5x5xf32>, tensor<6xf32>, tensor<6xf32>, tensor<6xf32>, tensor<6xf32>) -> tensor<1x6x5x5xf32>
    %2 = pj.relu %1 : (tensor<1x6x5x5xf32>) -> tensor<1x6x5x5xf32>
    %3 = pj.conv %2, %d {groups = 6 : i64, pads = array<i64: 1, 1, 1, 1>} : (tensor<1x6x5x5xf32>, tensor<6x1x3x3xf32>) -> tensor<1x6x5x5xf32>
    %4 = pj.mul %3, %c : (tensor<1x6x5x5xf32>, tensor<6x1x1xf32>) -> tensor<1x6x5x5xf32>
    %5 = pj.batch_norm %4, %s, %t, %m, %v : (tensor<1x6x5x5xf32>, tensor<6xf32>, tensor<6xf32>, tensor<6xf32>, tensor<6xf32>) -> tensor<1x6x5x5xf32>
    return %5 : tensor<1x6x5x5xf32>
  }
})";

TEST(FoldBatchNorm, keepsTheAnswerToRounding) {
  TransformedModel model(kNetwork);
  model.fillParameters(0.1, 0.9);
  std::vector<float> input = model.drawInput();
  std::vector<float> before = model.evaluate(input);
  model.run("pj-fold-batch-norm");
  EXPECT_EQ(model.count("pj.batch_norm"), 0);
  EXPECT_EQ(model.count("pj.mul"), 0);
  std::vector<float> after = model.evaluate(input);
  ASSERT_EQ(before.size(), after.size());
  for (size_t i = 0; i < before.size(); ++i)
    EXPECT_NEAR(before[i], after[i], 2e-5 * (1 + std::fabs(before[i])));
}

} // namespace
