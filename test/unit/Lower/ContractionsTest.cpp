// Convolutions and matrix products, compiled and interpreted.
#include "CompiledHarness.h"

#include "gtest/gtest.h"

using namespace penjing;
using namespace penjing::test;

static std::string conv(const std::string &x, const std::string &w, const std::string &y,
                        const std::string &attributes, const std::string &biasLength = "") {
  std::string parameters = "pj.param @w : tensor<" + w + "> {role = #pj.role<weight>}\n";
  std::string bias = biasLength.empty() ? "" : ", %b", biasType = biasLength.empty() ? "" : ", tensor<" + biasLength + ">";
  std::string body = "%w = pj.use @w : tensor<" + w + ">\n";
  if (!biasLength.empty()) {
    parameters += "pj.param @b : tensor<" + biasLength + "> {role = #pj.role<bias>}\n";
    body += "%b = pj.use @b : tensor<" + biasLength + ">\n";
  }
  body += "%y = pj.conv %x, %w" + bias + " {" + attributes + "} : (tensor<" + x + ">, tensor<" + w + ">" + biasType +
          ") -> tensor<" + y + ">\nreturn %y : tensor<" + y + ">";
  return moduleText("(%x: tensor<" + x + ">) -> tensor<" + y + ">", body, parameters);
}

static void expectBoth(const std::string &module) {
  expectAgreement(module);
  Comparison arguments;
  arguments.parameters = ParameterSource::Arguments;
  expectAgreement(module, arguments);
}

TEST(Contractions, ConvolutionWithPadding) {
  expectBoth(conv("1x3x8x8xf32", "16x3x3x3xf32", "1x16x8x8xf32", "pads = array<i64: 1, 1, 1, 1>", "16xf32"));
}
TEST(Contractions, ConvolutionWithStrideAndOddChannels) {
  expectBoth(conv("2x5x9x7xf32", "7x5x3x3xf32", "2x7x5x4xf32",
                  "pads = array<i64: 1, 1, 1, 1>, strides = array<i64: 2, 2>", "7xf32"));
}
TEST(Contractions, ConvolutionWithDilationAndAsymmetricPadding) {
  expectBoth(conv("1x4x10x10xf32", "19x4x3x2xf32", "1x19x9x11xf32",
                  "pads = array<i64: 2, 0, 1, 3>, dilations = array<i64: 2, 2>"));
}
TEST(Contractions, GroupedConvolution) {
  expectBoth(conv("1x6x6x6xf32", "9x2x3x3xf32", "1x9x6x6xf32", "pads = array<i64: 1, 1, 1, 1>, groups = 3", "9xf32"));
}
TEST(Contractions, DepthwiseConvolution) {
  expectBoth(conv("1x18x6x6xf32", "18x1x3x3xf32", "1x18x6x6xf32", "pads = array<i64: 1, 1, 1, 1>, groups = 18", "18xf32"));
}
TEST(Contractions, PointwiseConvolution) {
  expectBoth(conv("1x16x5x5xf32", "32x16x1x1xf32", "1x32x5x5xf32", ""));
}
TEST(Contractions, ConvolutionOfChannelsLast) {
  expectBoth(conv("1x8x8x3xf32", "16x3x3x3xf32", "1x8x8x16xf32", "pads = array<i64: 1, 1, 1, 1>, layout = #pj.layout<nhwc>"));
}

static std::string matmul(const std::string &a, const std::string &b, const std::string &y, const std::string &attributes) {
  return moduleText("(%a: tensor<" + a + ">, %b: tensor<" + b + ">) -> tensor<" + y + ">",
                    "%y = pj.matmul %a, %b {" + attributes + "} : (tensor<" + a + ">, tensor<" + b + ">) -> tensor<" + y +
                        ">\nreturn %y : tensor<" + y + ">");
}
TEST(Contractions, Products) {
  expectAgreement(matmul("3x5xf32", "5x7xf32", "3x7xf32", ""));
  expectAgreement(matmul("5x3xf32", "5x20xf32", "3x20xf32", "transpose_a"));
  expectAgreement(matmul("3x5xf32", "17x5xf32", "3x17xf32", "transpose_b"));
  expectAgreement(matmul("5x3xf32", "17x5xf32", "3x17xf32", "transpose_a, transpose_b"));
  expectAgreement(matmul("1x5xf32", "5x1xf32", "1x1xf32", ""));
  expectAgreement(matmul("2x4x3x5xf32", "4x5x6xf32", "2x4x3x6xf32", ""));
}
TEST(Contractions, ProductWithItself) {
  expectAgreement(moduleText("(%a: tensor<4x4xf32>) -> tensor<4x4xf32>",
                             "%y = pj.matmul %a, %a {transpose_b} : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>\n"
                             "return %y : tensor<4x4xf32>"));
}
TEST(Contractions, Epilogues) {
  expectBoth(moduleText(
      "(%x: tensor<2x4x5x5xf32>, %r: tensor<2x20x5x5xf32>) -> tensor<2x20x5x5xf32>",
      "%w = pj.use @w : tensor<20x4x3x3xf32>\n%b = pj.use @b : tensor<20xf32>\n%s = pj.use @s : tensor<20x1x1xf32>\n"
      "%0 = pj.conv %x, %w, %b {pads = array<i64: 1, 1, 1, 1>} : (tensor<2x4x5x5xf32>, tensor<20x4x3x3xf32>, tensor<20xf32>) -> tensor<2x20x5x5xf32>\n"
      "%1 = pj.mul %0, %s : (tensor<2x20x5x5xf32>, tensor<20x1x1xf32>) -> tensor<2x20x5x5xf32>\n"
      "%2 = pj.add %1, %r : (tensor<2x20x5x5xf32>, tensor<2x20x5x5xf32>) -> tensor<2x20x5x5xf32>\n"
      "%3 = pj.relu %2 : (tensor<2x20x5x5xf32>) -> tensor<2x20x5x5xf32>\nreturn %3 : tensor<2x20x5x5xf32>",
      "pj.param @w : tensor<20x4x3x3xf32> {role = #pj.role<weight>}\npj.param @b : tensor<20xf32> {role = #pj.role<bias>}\n"
      "pj.param @s : tensor<20x1x1xf32> {role = #pj.role<constant>}"));
}

TEST(Contractions, SparseBlocks) {
  std::string w = "tensor<40x6x3x3xf32>";
  std::string nested;
  // The literal as nested lists: O x C x KH x KW.
  nested = "[";
  for (int o = 0; o < 40; ++o) {
    nested += o ? ", [" : "[";
    for (int c = 0; c < 6; ++c) {
      nested += c ? ", [" : "[";
      for (int h = 0; h < 3; ++h)
        nested += std::string(h ? ", " : "") + "[" + (c == 3 && h == 1 ? std::to_string(o - 20) + ".0" : "0.0") + ", 0.0, " +
                  (c == 1 ? "2.0" : "0.0") + "]";
      nested += "]";
    }
    nested += "]";
  }
  nested += "]";
  expectAgreement(moduleText("(%x: tensor<1x6x7x9xf32>) -> tensor<1x40x7x9xf32>",
                             "%w = pj.use @w : " + w + "\n%y = pj.conv %x, %w {pads = array<i64: 1, 1, 1, 1>} : (tensor<1x6x7x9xf32>, " + w +
                                 ") -> tensor<1x40x7x9xf32>\nreturn %y : tensor<1x40x7x9xf32>",
                             "pj.param @w : " + w + " {role = #pj.role<weight>, value = dense<" + nested + "> : " + w + "}"));
}

TEST(Contractions, EpilogueOperandsOfOtherLayouts) {
  // A residual and a plane per channel that lie as the caller has them.
  expectBoth(moduleText(
      "(%x: tensor<2x4x5x5xf32>, %r: tensor<2x20x5x5xf32>, %s: tensor<20x5x5xf32>, %c: tensor<5x1xf32>) -> tensor<2x20x5x5xf32>",
      "%w = pj.use @w : tensor<20x4x3x3xf32>\n"
      "%0 = pj.conv %x, %w {pads = array<i64: 1, 1, 1, 1>} : (tensor<2x4x5x5xf32>, tensor<20x4x3x3xf32>) -> tensor<2x20x5x5xf32>\n"
      "%1 = pj.add %0, %r : (tensor<2x20x5x5xf32>, tensor<2x20x5x5xf32>) -> tensor<2x20x5x5xf32>\n"
      "%2 = pj.mul %1, %s : (tensor<2x20x5x5xf32>, tensor<20x5x5xf32>) -> tensor<2x20x5x5xf32>\n"
      "%3 = pj.sub %c, %2 : (tensor<5x1xf32>, tensor<2x20x5x5xf32>) -> tensor<2x20x5x5xf32>\nreturn %3 : tensor<2x20x5x5xf32>",
      "pj.param @w : tensor<20x4x3x3xf32> {role = #pj.role<weight>}"));
}
