// The ops that differentiation writes, compiled and interpreted.
#include "CompiledHarness.h"

#include "gtest/gtest.h"

using namespace penjing;
using namespace penjing::test;

/// One op on function arguments.
static std::string single(const std::string &op, const std::vector<std::string> &types, const std::vector<std::string> &results,
                          const std::string &attributes, const std::vector<std::string> &names = {}) {
  std::string signature, operands, operandTypes, resultTypes, values;
  for (size_t i = 0; i < types.size(); ++i) {
    std::string comma = i ? ", " : "";
    signature += comma + "%a" + std::to_string(i) + ": tensor<" + types[i] + ">";
    if (i < names.size() && !names[i].empty())
      signature += " {pj.name = \"" + names[i] + "\"}";
    operands += comma + "%a" + std::to_string(i);
    operandTypes += comma + "tensor<" + types[i] + ">";
  }
  for (size_t i = 0; i < results.size(); ++i) {
    std::string comma = i ? ", " : "";
    resultTypes += comma + "tensor<" + results[i] + ">";
    values += comma + "%r" + std::to_string(i);
  }
  return moduleText("(" + signature + ") -> (" + resultTypes + ")",
                    values + " = pj." + op + " " + operands + " {" + attributes + "} : (" + operandTypes + ") -> (" + resultTypes +
                        ")\nreturn " + values + " : " + resultTypes);
}

static Comparison reals(double tolerance) {
  Comparison comparison;
  comparison.exact = false;
  comparison.tolerance = tolerance;
  return comparison;
}

TEST(Gradients, ConvolutionInput) {
  expectAgreement(single("conv_input_gradient", {"2x16x8x8xf32", "16x3x3x3xf32", "2x3x8x8xf32"}, {"2x3x8x8xf32"}, "pads = array<i64: 1, 1, 1, 1>"));
  expectAgreement(single("conv_input_gradient", {"2x7x5x4xf32", "7x5x3x3xf32", "2x5x9x7xf32"}, {"2x5x9x7xf32"},
                         "pads = array<i64: 1, 1, 1, 1>, strides = array<i64: 2, 2>"));
  expectAgreement(single("conv_input_gradient", {"1x19x9x11xf32", "19x4x3x2xf32", "1x4x10x10xf32"}, {"1x4x10x10xf32"},
                         "pads = array<i64: 2, 0, 1, 3>, dilations = array<i64: 2, 2>"));
  expectAgreement(single("conv_input_gradient", {"1x8x4x4xf32", "8x6x1x1xf32", "1x6x8x8xf32"}, {"1x6x8x8xf32"}, "strides = array<i64: 2, 2>"));
  expectAgreement(single("conv_input_gradient", {"1x9x6x6xf32", "9x2x3x3xf32", "1x6x6x6xf32"}, {"1x6x6x6xf32"},
                         "pads = array<i64: 1, 1, 1, 1>, groups = 3"));
  expectAgreement(single("conv_input_gradient", {"1x18x6x6xf32", "18x1x3x3xf32", "1x18x6x6xf32"}, {"1x18x6x6xf32"},
                         "pads = array<i64: 1, 1, 1, 1>, groups = 18"));
}
TEST(Gradients, ConvolutionWeight) {
  expectAgreement(single("conv_weight_gradient", {"2x16x8x8xf32", "2x3x8x8xf32"}, {"16x3x3x3xf32"}, "kernel = array<i64: 3, 3>, pads = array<i64: 1, 1, 1, 1>"));
  expectAgreement(single("conv_weight_gradient", {"2x7x5x4xf32", "2x5x9x7xf32"}, {"7x5x3x3xf32"},
                         "kernel = array<i64: 3, 3>, pads = array<i64: 1, 1, 1, 1>, strides = array<i64: 2, 2>"));
  expectAgreement(single("conv_weight_gradient", {"1x9x6x6xf32", "1x6x6x6xf32"}, {"9x2x3x3xf32"},
                         "kernel = array<i64: 3, 3>, pads = array<i64: 1, 1, 1, 1>, groups = 3"));
  expectAgreement(single("conv_weight_gradient", {"1x18x6x6xf32", "1x18x6x6xf32"}, {"18x1x3x3xf32"},
                         "kernel = array<i64: 3, 3>, pads = array<i64: 1, 1, 1, 1>, groups = 18"));
}
TEST(Gradients, Pools) {
  expectAgreement(single("max_pool_gradient", {"2x5x4x4xf32", "2x5x8x8xf32"}, {"2x5x8x8xf32"}, "kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>"));
  expectAgreement(single("max_pool_gradient", {"1x5x4x4xf32", "1x5x7x7xf32"}, {"1x5x7x7xf32"},
                         "kernel = array<i64: 3, 3>, strides = array<i64: 2, 2>, pads = array<i64: 1, 1, 1, 1>"));
  expectAgreement(single("average_pool_gradient", {"2x5x4x4xf32", "2x5x8x8xf32"}, {"2x5x8x8xf32"}, "kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>"));
  expectAgreement(single("average_pool_gradient", {"1x5x4x4xf32", "1x5x7x7xf32"}, {"1x5x7x7xf32"},
                         "kernel = array<i64: 3, 3>, strides = array<i64: 2, 2>, pads = array<i64: 1, 1, 1, 1>"), reals(1e-6));
}
TEST(Gradients, PoolsOfWindowsWithoutTaps) {
  for (const char *pool : {"max_pool_gradient", "average_pool_gradient"})
    expectAgreement(single(pool, {"1x3x2x3xf32", "1x3x2x1xf32"}, {"1x3x2x1xf32"},
                           "kernel = array<i64: 1, 2>, dilations = array<i64: 1, 2>, pads = array<i64: 0, 2, 0, 2>"));
}
TEST(Gradients, BatchNorm) {
  expectAgreement(single("batch_norm_training", {"4x5x3x4xf32", "5xf32", "5xf32"}, {"4x5x3x4xf32", "5xf32", "5xf32"}, ""), reals(1e-5));
  expectAgreement(single("batch_norm_gradient", {"4x5x3x4xf32", "4x5x3x4xf32", "5xf32", "5xf32", "5xf32"}, {"4x5x3x4xf32", "5xf32", "5xf32"}, "",
                         {"", "", "", "", "positive"}), reals(1e-5));
}
TEST(Gradients, Losses) {
  expectAgreement(single("cross_entropy", {"6x10xf32", "6xi32"}, {"f32"}, "", {"", "labels"}), reals(2e-6));
  expectAgreement(single("cross_entropy", {"6x10xf32", "6xi64"}, {"f32"}, "label_smoothing = 0.1 : f64", {"", "labels"}), reals(2e-6));
  expectAgreement(single("cross_entropy_gradient", {"f32", "6x10xf32", "6xi32"}, {"6x10xf32"}, "label_smoothing = 0.1 : f64", {"", "", "labels"}), reals(2e-6));
  expectAgreement(single("distillation_loss", {"6x10xf32", "6x10xf32"}, {"f32"}, "temperature = 4.0 : f64"), reals(5e-6));
  expectAgreement(single("distillation_loss_gradient", {"f32", "6x10xf32", "6x10xf32"}, {"6x10xf32"}, "temperature = 4.0 : f64"), reals(2e-6));
  expectAgreement(single("softmax_gradient", {"4x10xf32", "4x10xf32"}, {"4x10xf32"}, "axis = 1 : i32"), reals(2e-6));
}
TEST(Gradients, FakeQuantizeAndMask) {
  std::string parameters = "pj.param @w : tensor<6x4x3x3xf32> {role = #pj.role<weight>}\npj.param @m : tensor<6x4x3x3xi1> {role = #pj.role<mask>}\n"
                           "pj.param @s : tensor<6xf32> {role = #pj.role<quant_scale>}\npj.param @z : tensor<6xi32> {role = #pj.role<zero_point>}";
  std::string body =
      "%w = pj.use @w : tensor<6x4x3x3xf32>\n%m = pj.use @m : tensor<6x4x3x3xi1>\n%s = pj.use @s : tensor<6xf32>\n%z = pj.use @z : tensor<6xi32>\n"
      "%0 = pj.masked %w, %m : (tensor<6x4x3x3xf32>, tensor<6x4x3x3xi1>) -> tensor<6x4x3x3xf32>\n"
      "%1 = pj.fake_quantize %0, %s, %z {bits = 3 : i32, is_signed, narrow, axis = 0 : i32} : (tensor<6x4x3x3xf32>, tensor<6xf32>, tensor<6xi32>) -> tensor<6x4x3x3xf32>\n"
      "%2 = pj.conv %x, %1 {pads = array<i64: 1, 1, 1, 1>} : (tensor<1x4x5x5xf32>, tensor<6x4x3x3xf32>) -> tensor<1x6x5x5xf32>\n"
      "%3 = pj.fake_quantize_gradient %1, %0, %s, %z {bits = 3 : i32, is_signed, narrow, axis = 0 : i32} : (tensor<6x4x3x3xf32>, tensor<6x4x3x3xf32>, tensor<6xf32>, tensor<6xi32>) -> tensor<6x4x3x3xf32>\n"
      "return %2, %3 : tensor<1x6x5x5xf32>, tensor<6x4x3x3xf32>";
  std::string module = moduleText("(%x: tensor<1x4x5x5xf32>) -> (tensor<1x6x5x5xf32>, tensor<6x4x3x3xf32>)", body, parameters, "decided");
  expectAgreement(module);
  Comparison arguments;
  arguments.parameters = ParameterSource::Arguments;
  expectAgreement(module, arguments);
}
