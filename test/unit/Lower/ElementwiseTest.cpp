// Elementwise ops, pools, shapes, softmax and losses, compiled and interpreted.
#include "CompiledHarness.h"

#include "gtest/gtest.h"

using namespace penjing;
using namespace penjing::test;

static std::string unary(const std::string &op, const std::string &in, const std::string &out, const std::string &attributes = "",
                         const std::string &name = "x") {
  return moduleText("(%x: tensor<" + in + "> {pj.name = \"" + name + "\"}) -> tensor<" + out + ">",
                    "%y = pj." + op + " %x {" + attributes + "} : (tensor<" + in + ">) -> tensor<" + out +
                        ">\nreturn %y : tensor<" + out + ">");
}
static std::string binary(const std::string &op, const std::string &a, const std::string &b, const std::string &y,
                          const std::string &attributes = "") {
  return moduleText("(%a: tensor<" + a + ">, %b: tensor<" + b + ">) -> tensor<" + y + ">",
                    "%y = pj." + op + " %a, %b {" + attributes + "} : (tensor<" + a + ">, tensor<" + b + ">) -> tensor<" + y +
                        ">\nreturn %y : tensor<" + y + ">");
}

TEST(Elementwise, Arithmetic) {
  expectAgreement(binary("add", "2x3x4x5xf32", "3x1x5xf32", "2x3x4x5xf32"));
  expectAgreement(binary("sub", "3x4xi32", "4xi32", "3x4xi32"));
  expectAgreement(binary("mul", "7xi64", "7xi64", "7xi64"));
  expectAgreement(binary("div", "33xi32", "33xi32", "33xi32"));
  Comparison reals;
  reals.exact = false;
  expectAgreement(binary("div", "3x4xf32", "1x4xf32", "3x4xf32"), reals);
  expectAgreement(unary("relu", "2x3x4x5xf32", "2x3x4x5xf32"));
  expectAgreement(unary("neg", "37xf32", "37xf32"));
  expectAgreement(unary("clip", "37xf32", "37xf32", "min = -1.0 : f64, max = 2.0 : f64"));
  expectAgreement(unary("sqrt", "37xf32", "37xf32", "", "positive"));
  reals.tolerance = 1e-6;
  expectAgreement(unary("exp", "37xf32", "37xf32"), reals);
  expectAgreement(unary("sigmoid", "37xf32", "37xf32"), reals);
  expectAgreement(unary("tanh", "37xf32", "37xf32"), reals);
  expectAgreement(unary("log", "37xf32", "37xf32", "", "positive"), reals);
}
TEST(Elementwise, ComparisonsAndCasts) {
  for (const char *predicate : {"eq", "ne", "lt", "le", "gt", "ge"})
    expectAgreement(binary("compare", "3x5xf32", "5xf32", "3x5xi1", std::string("predicate = #pj.compare<") + predicate + ">"));
  expectAgreement(binary("compare", "9xi32", "9xi32", "9xi1", "predicate = #pj.compare<lt>"));
  expectAgreement(unary("cast", "21xf32", "21xi32", "to = i32"));
  expectAgreement(unary("cast", "21xi1", "21xf32", "to = f32"));
  expectAgreement(unary("cast", "21xf32", "21xi1", "to = i1"));
  expectAgreement(unary("cast", "21xi32", "21xi64", "to = i64"));
  expectAgreement(moduleText("(%m: tensor<4x1xi1>, %a: tensor<4x5xf32>, %b: tensor<5xf32>) -> tensor<4x5xf32>",
                             "%y = pj.select %m, %a, %b : (tensor<4x1xi1>, tensor<4x5xf32>, tensor<5xf32>) -> tensor<4x5xf32>\n"
                             "return %y : tensor<4x5xf32>"));
}
TEST(Elementwise, Chains) {
  expectAgreement(moduleText("(%a: tensor<2x5xf32>, %b: tensor<5xf32>) -> tensor<2x5xf32>",
                             "%0 = pj.add %a, %b : (tensor<2x5xf32>, tensor<5xf32>) -> tensor<2x5xf32>\n"
                             "%1 = pj.mul %0, %a : (tensor<2x5xf32>, tensor<2x5xf32>) -> tensor<2x5xf32>\n"
                             "%2 = pj.relu %1 : (tensor<2x5xf32>) -> tensor<2x5xf32>\nreturn %2 : tensor<2x5xf32>"));
}
TEST(Pools, Windows) {
  expectAgreement(unary("max_pool", "2x5x8x8xf32", "2x5x4x4xf32", "kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>"));
  expectAgreement(unary("max_pool", "1x5x7x7xf32", "1x5x4x4xf32",
                        "kernel = array<i64: 3, 3>, strides = array<i64: 2, 2>, pads = array<i64: 1, 1, 1, 1>"));
  expectAgreement(unary("max_pool", "1x3x6x7xf32", "1x3x3x4xf32", "kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>, ceil_mode"));
  Comparison reals;
  reals.exact = false;
  reals.tolerance = 1e-6;
  expectAgreement(unary("average_pool", "1x5x7x7xf32", "1x5x4x4xf32",
                        "kernel = array<i64: 3, 3>, strides = array<i64: 2, 2>, pads = array<i64: 1, 1, 1, 1>"), reals);
  expectAgreement(unary("average_pool", "1x5x7x7xf32", "1x5x4x4xf32",
                        "kernel = array<i64: 3, 3>, strides = array<i64: 2, 2>, pads = array<i64: 1, 1, 1, 1>, count_include_pad"), reals);
  // Windows whose taps all lie in the padding, left and right of a narrow image.
  for (const char *pool : {"max_pool", "average_pool"})
    expectAgreement(unary(pool, "1x3x2x1xf32", "1x3x2x3xf32",
                          "kernel = array<i64: 1, 2>, dilations = array<i64: 1, 2>, pads = array<i64: 0, 2, 0, 2>"));
  expectAgreement(unary("global_average_pool", "2x5x4x4xf32", "2x5x1x1xf32"));
}
TEST(Shapes, Moves) {
  expectAgreement(unary("reshape", "2x3x4xf32", "4x6xf32", "shape = array<i64: 4, 6>"));
  expectAgreement(unary("transpose", "2x3x4xf32", "4x2x3xf32", "permutation = array<i64: 2, 0, 1>"));
  expectAgreement(unary("pad", "1x2x3x4xf32", "1x2x5x3xf32", "low = array<i64: 0, 0, 1, -1>, high = array<i64: 0, 0, 1, 0>, value = 3.0 : f64"));
  expectAgreement(unary("slice", "4x8xf32", "4x3xf32", "offsets = array<i64: 0, 2>, sizes = array<i64: 4, 3>, strides = array<i64: 1, 2>"));
  expectAgreement(binary("concat", "1x4x3x3xf32", "1x6x3x3xf32", "1x10x3x3xf32", "axis = 1 : i32"));
  expectAgreement(binary("broadcast", "10xf32", "4x10xf32", "4x10xf32"));
  expectAgreement(unary("reduce_sum", "4x3x2xf32", "1x3x1xf32", "axes = array<i64: 0, 2>, keep_dims"));
  expectAgreement(unary("reduce_sum", "4x3x20xi32", "20xi32", "axes = array<i64: 0, 1>"));
}
TEST(Shapes, ReshapeOfPaddedRows) {
  expectAgreement(moduleText("(%x: tensor<6x10xf32>) -> tensor<4x15xf32>",
                             "%0 = pj.relu %x : (tensor<6x10xf32>) -> tensor<6x10xf32>\n"
                             "%1 = pj.reshape %0 {shape = array<i64: 4, 15>} : (tensor<6x10xf32>) -> tensor<4x15xf32>\n"
                             "%2 = pj.relu %1 : (tensor<4x15xf32>) -> tensor<4x15xf32>\nreturn %2 : tensor<4x15xf32>"));
}
TEST(Softmax, Axes) {
  Comparison reals;
  reals.exact = false;
  reals.tolerance = 2e-6;
  expectAgreement(unary("softmax", "4x10xf32", "4x10xf32", "axis = 1 : i32"), reals);
  expectAgreement(unary("softmax", "2x5x3x4xf32", "2x5x3x4xf32", "axis = 1 : i32"), reals);
}
TEST(Normalization, StoredStatistics) {
  Comparison reals;
  reals.exact = false;
  reals.tolerance = 2e-6;
  expectAgreement(moduleText(
      "(%x: tensor<2x5x3x4xf32>, %v: tensor<5xf32> {pj.name = \"positive\"}) -> tensor<2x5x3x4xf32>",
      "%s = pj.use @s : tensor<5xf32>\n%m = pj.use @m : tensor<5xf32>\n"
      "%y = pj.batch_norm %x, %s, %m, %m, %v : (tensor<2x5x3x4xf32>, tensor<5xf32>, tensor<5xf32>, tensor<5xf32>, tensor<5xf32>) -> tensor<2x5x3x4xf32>\n"
      "return %y : tensor<2x5x3x4xf32>",
      "pj.param @s : tensor<5xf32> {role = #pj.role<norm_scale>}\npj.param @m : tensor<5xf32> {role = #pj.role<running_mean>}"), reals);
}

TEST(Shapes, ViewsThatCutDimensionsApart) {
  expectAgreement(moduleText("(%x: tensor<1x4x4x2xf32>) -> tensor<1x2x2x2xf32>",
                             "%0 = pj.transpose %x {permutation = array<i64: 0, 1, 3, 2>} : (tensor<1x4x4x2xf32>) -> tensor<1x4x2x4xf32>\n"
                             "%1 = pj.reshape %0 {shape = array<i64: 1, 2, 4, 4>} : (tensor<1x4x2x4xf32>) -> tensor<1x2x4x4xf32>\n"
                             "%2 = pj.max_pool %1 {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>} : (tensor<1x2x4x4xf32>) -> tensor<1x2x2x2xf32>\n"
                             "return %2 : tensor<1x2x2x2xf32>"));
  expectAgreement(moduleText("(%x: tensor<2x3xf32>, %y: tensor<3x2xf32>) -> tensor<6xf32>",
                             "%0 = pj.transpose %x {permutation = array<i64: 1, 0>} : (tensor<2x3xf32>) -> tensor<3x2xf32>\n"
                             "%1 = pj.reshape %0 {shape = array<i64: 6>} : (tensor<3x2xf32>) -> tensor<6xf32>\n"
                             "%2 = pj.transpose %y {permutation = array<i64: 1, 0>} : (tensor<3x2xf32>) -> tensor<2x3xf32>\n"
                             "%3 = pj.reshape %2 {shape = array<i64: 6>} : (tensor<2x3xf32>) -> tensor<6xf32>\n"
                             "%4 = pj.add %1, %3 : (tensor<6xf32>, tensor<6xf32>) -> tensor<6xf32>\nreturn %4 : tensor<6xf32>"));
}
