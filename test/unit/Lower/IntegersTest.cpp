// Packed modules: integers are the interpreter's, bit for bit.
#include "CompiledHarness.h"

#include "gtest/gtest.h"

using namespace penjing;
using namespace penjing::test;

static const std::string u = "!quant.uniform<u8:f32, 0.05:7>", v = "!quant.uniform<u8:f32, 0.031:131>";

static void expectOnEvery(const std::string &module) {
  for (const char *target : {"training", "native", "x86-64-v3"}) {
    Comparison comparison;
    comparison.target = target;
    expectAgreement(module, comparison);
  }
}

TEST(Integers, ConvolutionPerChannelWithZeroPoint) {
  std::string parameters =
      "pj.param @w : tensor<5x3x3x3x!quant.uniform<i8<-127:127>:f32:0, {0.01,0.02,0.013,0.005,0.011}>> {role = #pj.role<weight>, value = dense<3> : tensor<5x3x3x3xi8>}\n"
      "pj.param @b : tensor<5xi32> {role = #pj.role<bias>, value = dense<[10, -200, 3000, 5, -7]> : tensor<5xi32>}";
  std::string w = "tensor<5x3x3x3x!quant.uniform<i8<-127:127>:f32:0, {0.01,0.02,0.013,0.005,0.011}>>";
  expectOnEvery(moduleText("(%x: tensor<1x3x7x6x" + u + ">) -> tensor<1x5x7x7x" + v + ">",
                           "%w = pj.use @w : " + w + "\n%b = pj.use @b : tensor<5xi32>\n"
                           "%y = pj.conv %x, %w, %b {pads = array<i64: 2, 1, 0, 2>} : (tensor<1x3x7x6x" + u + ">, " + w + ", tensor<5xi32>) -> tensor<1x5x7x7x" + v + ">\n"
                           "return %y : tensor<1x5x7x7x" + v + ">",
                           parameters, "packed"));
}
TEST(Integers, ProductsToFloat) {
  std::string w = "tensor<10x33x!quant.uniform<i8<-127:127>:f32, 0.01>>";
  expectOnEvery(moduleText("(%x: tensor<2x33x" + u + ">) -> tensor<2x10xf32>",
                           "%w = pj.use @w : " + w + "\n"
                           "%y = pj.matmul %x, %w {transpose_b} : (tensor<2x33x" + u + ">, " + w + ") -> tensor<2x10xf32>\n"
                           "return %y : tensor<2x10xf32>",
                           "pj.param @w : " + w + " {role = #pj.role<weight>, value = dense<-5> : tensor<10x33xi8>}", "packed"));
}
static std::string elementwise(const std::string &body, const std::string &result) {
  return moduleText("(%a: tensor<2x5x4x4x" + u + ">, %b: tensor<2x5x4x4x" + v + ">) -> " + result, body + "\nreturn %y : " + result, "", "packed");
}
TEST(Integers, Elementwise) {
  std::string a = "tensor<2x5x4x4x" + u + ">", b = "tensor<2x5x4x4x" + v + ">";
  for (const char *op : {"add", "sub", "mul"})
    expectOnEvery(elementwise(std::string("%y = pj.") + op + " %a, %b : (" + a + ", " + b + ") -> " + b, b));
  expectOnEvery(elementwise("%y = pj.relu %a : (" + a + ") -> " + a, a));
  expectOnEvery(elementwise("%y = pj.relu %a : (" + a + ") -> " + b, b));
  expectOnEvery(elementwise("%y = pj.clip %a {min = 0.0 : f64, max = 6.0 : f64} : (" + a + ") -> " + a, a));
  expectOnEvery(elementwise("%y = pj.dequantize %a : (" + a + ") -> tensor<2x5x4x4xf32>", "tensor<2x5x4x4xf32>"));
  expectOnEvery(elementwise("%y = pj.concat %a, %b {axis = 1 : i32} : (" + a + ", " + b + ") -> tensor<2x10x4x4x" + u + ">", "tensor<2x10x4x4x" + u + ">"));
}
TEST(Integers, Pools) {
  std::string a = "tensor<2x5x4x4x" + u + ">";
  expectOnEvery(elementwise("%y = pj.max_pool %a {kernel = array<i64: 3, 3>, strides = array<i64: 2, 2>, pads = array<i64: 1, 1, 1, 1>} : (" + a + ") -> tensor<2x5x2x2x" + u + ">", "tensor<2x5x2x2x" + u + ">"));
  expectOnEvery(elementwise("%y = pj.average_pool %a {kernel = array<i64: 3, 3>, pads = array<i64: 1, 1, 1, 1>} : (" + a + ") -> tensor<2x5x4x4x" + v + ">", "tensor<2x5x4x4x" + v + ">"));
  expectOnEvery(elementwise("%y = pj.global_average_pool %a : (" + a + ") -> tensor<2x5x1x1x" + v + ">", "tensor<2x5x1x1x" + v + ">"));
}
TEST(Integers, WindowsWithoutTaps) {
  // Dilated windows of a narrow image: the middle column has both taps outside.
  std::string x = "tensor<1x3x2x1x", y = "tensor<1x3x2x3x";
  std::string window = " {kernel = array<i64: 1, 2>, dilations = array<i64: 1, 2>, pads = array<i64: 0, 2, 0, 2>";
  for (const std::string &type : {u, std::string("!quant.uniform<i8<-127:127>:f32, 0.05:-7>")})
    for (const char *pool : {"max_pool", "average_pool"})
      expectOnEvery(moduleText("(%x: " + x + type + ">) -> " + y + type + ">",
                               std::string("%y = pj.") + pool + " %x" + window + "} : (" + x + type + ">) -> " + y + type + ">\nreturn %y : " + y + type + ">",
                               "", "packed"));
}
TEST(Integers, NaNIsTheLeast) {
  for (const std::string &type : {u, std::string("!quant.uniform<i8<-127:127>:f32, 0.05:-7>")})
    for (const char *rounding : {"nearest", "floor"})
      expectOnEvery(moduleText("(%x: tensor<35xf32>) -> tensor<35x" + type + ">",
                               "%z = pj.sub %x, %x : (tensor<35xf32>, tensor<35xf32>) -> tensor<35xf32>\n"
                               "%n = pj.div %z, %z : (tensor<35xf32>, tensor<35xf32>) -> tensor<35xf32>\n"
                               "%y = pj.quantize %n {rounding = #pj.rounding<" + std::string(rounding) + ">} : (tensor<35xf32>) -> tensor<35x" + type + ">\n"
                               "return %y : tensor<35x" + type + ">",
                               "", "packed"));
}
TEST(Integers, Quantize) {
  Comparison reals;
  reals.exact = false;
  for (const char *rounding : {"nearest", "floor"})
    expectAgreement(moduleText("(%x: tensor<45xf32>) -> tensor<45x" + v + ">",
                               std::string("%y = pj.quantize %x {rounding = #pj.rounding<") + rounding + ">} : (tensor<45xf32>) -> tensor<45x" + v + ">\nreturn %y : tensor<45x" + v + ">",
                               "", "packed"), reals);
}

TEST(Integers, SignedActivations) {
  std::string q = "!quant.uniform<i8:f32, 0.05:-3>", r = "!quant.uniform<i8:f32, 0.4:17>";
  std::string w = "tensor<20x6x3x3x!quant.uniform<i8<-127:127>:f32, 0.01>>";
  Comparison comparison;
  comparison.exact = false;
  for (const char *target : {"training", "native", "x86-64-v3"}) {
    comparison.target = target;
    expectAgreement(moduleText("(%x: tensor<1x6x7x6xf32>) -> tensor<1x20x3x3xf32>",
                               "%w = pj.use @w : " + w + "\n%q = pj.quantize %x : (tensor<1x6x7x6xf32>) -> tensor<1x6x7x6x" + q + ">\n"
                               "%c = pj.conv %q, %w {pads = array<i64: 1, 1, 1, 1>} : (tensor<1x6x7x6x" + q + ">, " + w + ") -> tensor<1x20x7x6x" + r + ">\n"
                               "%a = pj.relu %c : (tensor<1x20x7x6x" + r + ">) -> tensor<1x20x7x6x" + r + ">\n"
                               "%p = pj.max_pool %a {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>} : (tensor<1x20x7x6x" + r + ">) -> tensor<1x20x3x3x" + r + ">\n"
                               "%y = pj.dequantize %p : (tensor<1x20x3x3x" + r + ">) -> tensor<1x20x3x3xf32>\nreturn %y : tensor<1x20x3x3xf32>",
                               "pj.param @w : " + w + " {role = #pj.role<weight>, value = dense<3> : tensor<20x6x3x3xi8>}", "packed"),
                    comparison);
  }
}
