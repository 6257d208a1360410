// Masks and grids folded into parameters: the interpreter's answers stay what they
// were, bit for bit, and so does what compiled code would have computed.
#include "TransformedModel.h"

#include "gtest/gtest.h"

#include <cstring>

using namespace penjing;

namespace {

/// Weights of every kind of number: NaN, infinities, signed zeros, subnormals, halves;
/// the first, the last and one between are masked.
std::string moduleText(llvm::StringRef attributes) {
  return (R"(
module attributes {pj.form = #pj.form<decided>, pj.version = 1 : i32} {
  pj.param @w : tensor<3x4xf32> {role = #pj.role<weight>, value = dense<[
      [7.0, 0x7FC00000, 0x7F800000, 0xFF800000], [1.0e-40, -1.0e-40, 0.75, -0.75],
      [-0.0, 2.5, 1.0e30, 9.0]]> : tensor<3x4xf32>}
  pj.param @m : tensor<3x4xi1> {role = #pj.role<mask>, value = dense<[
      [false, true, true, true], [true, true, false, true], [true, true, true, false]]> : tensor<3x4xi1>}
  pj.param @s : tensor<3xf32> {role = #pj.role<quant_scale>, value = dense<[0.5, 1.0e-38, 1.0]> : tensor<3xf32>}
  pj.param @z : tensor<3xi32> {role = #pj.role<zero_point>, value = dense<[0, 3, -5]> : tensor<3xi32>}
  func.func @main(%x: tensor<3x4xf32>) -> tensor<3x4xf32> {
    %w = pj.use @w : tensor<3x4xf32>
    %m = pj.use @m : tensor<3x4xi1>
    %s = pj.use @s : tensor<3xf32>
    %z = pj.use @z : tensor<3xi32>
    %0 = pj.masked %w, %m : (tensor<3x4xf32>, tensor<3x4xi1>) -> tensor<3x4xf32>
    %1 = pj.fake_quantize %0, %s, %z {axis = 0 : i32, is_signed)" +
          attributes + R"(}
        : (tensor<3x4xf32>, tensor<3xf32>, tensor<3xi32>) -> tensor<3x4xf32>
    %y = pj.reshape %1 {shape = array<i64: 3, 4>} : (tensor<3x4xf32>) -> tensor<3x4xf32>
    return %y : tensor<3x4xf32>
  }
})").str();
}

void expectSameBits(llvm::StringRef attributes) {
  TransformedModel model(moduleText(attributes));
  std::vector<float> input(12), before = model.evaluate(input);
  model.run("pj-fold-constant-weights");
  EXPECT_EQ(model.count("pj.masked"), 0);
  EXPECT_EQ(model.count("pj.fake_quantize"), 0);
  std::vector<float> after = model.evaluate(input);
  ASSERT_EQ(before.size(), after.size());
  for (size_t i = 0; i < before.size(); ++i) {
    uint32_t expected, found;
    std::memcpy(&expected, &before[i], 4);
    std::memcpy(&found, &after[i], 4);
    EXPECT_EQ(expected, found) << "element " << i << ": " << before[i] << " became " << after[i];
  }
}

TEST(FoldConstantWeights, KeepsTheNumbersRoundedToNearest) { expectSameBits(", narrow"); }

TEST(FoldConstantWeights, KeepsTheNumbersRoundedDown) {
  expectSameBits(", rounding = #pj.rounding<floor>");
}

} // namespace
