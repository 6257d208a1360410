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

/// A weight of these dimensions in nested lists; four of five elements are zero.
static std::string scattered(llvm::ArrayRef<int64_t> shape, unsigned &seed) {
  if (shape.empty()) {
    seed = seed * 1664525 + 1013904223;
    return (seed >> 8) % 5 ? "0.0" : std::to_string(int((seed >> 16) % 7) - 3) + ".0";
  }
  std::string text = "[";
  for (int64_t index = 0; index < shape.front(); ++index)
    text += (index ? ", " : "") + scattered(shape.drop_front(), seed);
  return text + "]";
}

static std::string typeText(llvm::ArrayRef<int64_t> shape) {
  std::string text = "tensor<";
  for (int64_t size : shape)
    text += std::to_string(size) + "x";
  return text + "f32>";
}

/// A parameter @NAME whose single zeros are skipped.
static std::string scatteredParameter(const std::string &name, llvm::ArrayRef<int64_t> shape) {
  unsigned seed = 5;
  return "pj.param @" + name + " : " + typeText(shape) + " {role = #pj.role<weight>, value = dense<" +
         scattered(shape, seed) + "> : " + typeText(shape) + "}\n";
}

static const std::string unstructured = "pj.kernel = #pj.kernel<\"fma\", lanes = 1, tiles = [1], unstructured, \"as asked\">";

/// y = relu(x · w + b) with the weight as it is or transposed.
static void expectUnstructuredProduct(int64_t rows, int64_t inner, int64_t columns, bool transposed) {
  std::string x = typeText({rows, inner}), y = typeText({rows, columns}), b = typeText({columns});
  llvm::SmallVector<int64_t> shape = {transposed ? columns : inner, transposed ? inner : columns};
  std::string w = typeText(shape);
  expectAgreement(moduleText(
      "(%x: " + x + ") -> " + y,
      "%w = pj.use @w : " + w + "\n%b = pj.use @b : " + b + "\n%0 = pj.matmul %x, %w, %b {" +
          (transposed ? "transpose_b, " : "") + unstructured + "} : (" + x + ", " + w + ", " + b + ") -> " + y +
          "\n%1 = pj.relu %0 : (" + y + ") -> " + y + "\nreturn %1 : " + y,
      scatteredParameter("w", shape) + "pj.param @b : " + b + " {role = #pj.role<bias>}\n"));
}
TEST(Contractions, UnstructuredProducts) {
  for (int64_t rows : {1, 3, 8, 16, 37})
    for (bool transposed : {false, true}) {
      SCOPED_TRACE(std::to_string(rows) + (transposed ? " rows, transposed" : " rows"));
      expectUnstructuredProduct(rows, 29, 11, transposed);
    }
}

/// y = relu(conv(x, w) + b), the weight unstructured.
static void expectUnstructuredConv(llvm::ArrayRef<int64_t> x, llvm::ArrayRef<int64_t> w, llvm::ArrayRef<int64_t> y,
                                   const std::string &attributes) {
  std::string bias = typeText({w[0]});
  expectAgreement(moduleText(
      "(%x: " + typeText(x) + ") -> " + typeText(y),
      "%w = pj.use @w : " + typeText(w) + "\n%b = pj.use @b : " + bias + "\n%0 = pj.conv %x, %w, %b {" + attributes +
          unstructured + "} : (" + typeText(x) + ", " + typeText(w) + ", " + bias + ") -> " + typeText(y) +
          "\n%1 = pj.relu %0 : (" + typeText(y) + ") -> " + typeText(y) + "\nreturn %1 : " + typeText(y),
      scatteredParameter("w", w) + "pj.param @b : " + bias + " {role = #pj.role<bias>}\n"));
}
TEST(Contractions, UnstructuredConvolutions) {
  expectUnstructuredConv({1, 6, 5, 5}, {7, 6, 1, 1}, {1, 7, 5, 5}, "");
  expectUnstructuredConv({2, 6, 8, 8}, {7, 6, 1, 1}, {2, 7, 8, 8}, "");
  expectUnstructuredConv({1, 5, 7, 20}, {9, 5, 3, 3}, {1, 9, 7, 20}, "pads = array<i64: 1, 1, 1, 1>, ");
  expectUnstructuredConv({1, 5, 9, 7}, {4, 5, 3, 2}, {1, 4, 4, 8},
                         "pads = array<i64: 1, 2, 0, 1>, strides = array<i64: 2, 1>, dilations = array<i64: 1, 2>, ");
  expectUnstructuredConv({1, 7, 9, 5}, {4, 5, 3, 3}, {1, 7, 9, 4}, "pads = array<i64: 1, 1, 1, 1>, layout = #pj.layout<nhwc>, ");
}

TEST(Contractions, UnstructuredAmongOthers) {
  // The usual order before and behind, a chain of two, a residual, and a flattened product.
  std::string x = typeText({1, 3, 8, 8}), y = typeText({1, 12, 8, 8}), half = typeText({1, 12, 4, 4});
  expectAgreement(moduleText(
      "(%x: " + x + ") -> tensor<1x6xf32>",
      "%v = pj.use @v : tensor<12x3x3x3xf32>\n%w = pj.use @w : tensor<12x12x1x1xf32>\n%u = pj.use @u : tensor<12x12x3x3xf32>\n"
      "%f = pj.use @f : tensor<6x192xf32>\n"
      "%0 = pj.conv %x, %v {pads = array<i64: 1, 1, 1, 1>} : (" + x + ", tensor<12x3x3x3xf32>) -> " + y +
          "\n%1 = pj.conv %0, %w {" + unstructured + "} : (" + y + ", tensor<12x12x1x1xf32>) -> " + y +
          "\n%2 = pj.conv %1, %u {pads = array<i64: 1, 1, 1, 1>, " + unstructured + "} : (" + y + ", tensor<12x12x3x3xf32>) -> " + y +
          "\n%3 = pj.add %1, %2 : (" + y + ", " + y + ") -> " + y +
          "\n%4 = pj.max_pool %3 {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>} : (" + y + ") -> " + half +
          "\n%5 = pj.reshape %4 {shape = array<i64: 1, 192>} : (" + half + ") -> tensor<1x192xf32>"
          "\n%6 = pj.matmul %5, %f {transpose_b, " + unstructured + "} : (tensor<1x192xf32>, tensor<6x192xf32>) -> tensor<1x6xf32>"
          "\nreturn %6 : tensor<1x6xf32>",
      "pj.param @v : tensor<12x3x3x3xf32> {role = #pj.role<weight>}\n" + scatteredParameter("w", {12, 12, 1, 1}) +
          scatteredParameter("u", {12, 12, 3, 3}) + scatteredParameter("f", {6, 192})));
}
