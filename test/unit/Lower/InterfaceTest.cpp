// What a compiled module says about itself, and what it refuses.
#include "CompiledHarness.h"

#include "penjing/InitAll.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/Parser/Parser.h"
#include "gtest/gtest.h"

#include <thread>

using namespace mlir;
using namespace penjing;
using namespace penjing::test;

namespace {
struct Interfaces : testing::Test {
  Interfaces() : context(registry()) { context.loadAllAvailableDialects(); }
  static DialectRegistry registry() {
    DialectRegistry registry;
    registerAllDialects(registry);
    return registry;
  }
  OwningOpRef<ModuleOp> parse(const std::string &text) { return parseSourceString<ModuleOp>(text, &context); }
  /// The diagnostics of a compilation that must fail.
  std::string refusal(const std::string &text) {
    std::string told;
    ScopedDiagnosticHandler handler(&context, [&](Diagnostic &diagnostic) {
      told += diagnostic.str() + "\n";
      return success();
    });
    auto module = parse(text);
    CompileOptions options;
    options.target = trainingTarget();
    EXPECT_TRUE(failed(compile(*module, options)));
    return told;
  }
  MLIRContext context;
};
} // namespace

static const char *batch = "tensor<?x4xf32, #pj.dims<[N] -> [N]>>";

TEST_F(Interfaces, DescribesBoundary) {
  std::string type = batch;
  auto module = parse(moduleText("(%x: " + type + " {pj.name = \"x\"}) -> (" + type + " {pj.name = \"y\"}) attributes {pj.dims = [\"N\"]}",
                                 "%b = pj.use @b : tensor<4xf32>\n%y = pj.add %x, %b : (" + type + ", tensor<4xf32>) -> " + type + "\nreturn %y : " + type,
                                 "pj.param @b : tensor<4xf32> {role = #pj.role<bias>, value = dense<1.0> : tensor<4xf32>}"));
  CompileOptions options;
  options.target = trainingTarget();
  options.parameters = ParameterSource::Arguments;
  auto compiled = compile(*module, options);
  ASSERT_TRUE(succeeded(compiled));
  CompiledModule &code = **compiled;
  EXPECT_TRUE(code.hasSamples());
  EXPECT_EQ(code.inputs()[0].name, "x");
  EXPECT_EQ(code.outputs()[0].name, "y");
  EXPECT_EQ(code.inputs()[0].shape, (std::vector<int64_t>{-1, 4}));
  ASSERT_EQ(code.parameters().size(), 1u);
  EXPECT_EQ(code.parameters()[0].name, "b");
  // Two threads on two arenas.
  auto work = [&](float start, std::vector<float> &y) {
    std::vector<float> x(4000, start), b = {1, 2, 3, 4};
    void *arena = std::aligned_alloc(64, (code.arenaBytes() + 127) / 64 * 64);
    for (int run = 0; run < 50; ++run) {
      const void *in = x.data(), *table = b.data();
      void *out = y.data();
      code.run(in, out, table, 1000, arena);
    }
    std::free(arena);
  };
  std::vector<float> first(4000), second(4000);
  std::thread other(work, 10, std::ref(second));
  work(0, first);
  other.join();
  for (int i = 0; i < 4000; ++i) {
    ASSERT_EQ(first[i], 1 + i % 4);
    ASSERT_EQ(second[i], 11 + i % 4);
  }
}

TEST_F(Interfaces, RefusesMixedSamples) {
  std::string type = batch;
  std::string told = refusal(moduleText("(%x: " + type + ") -> tensor<1x4xf32> attributes {pj.dims = [\"N\"]}",
                                        "%y = pj.reduce_sum %x {axes = array<i64: 0>, keep_dims} : (" + type + ") -> tensor<1x4xf32>\nreturn %y : tensor<1x4xf32>"));
  EXPECT_NE(told.find("requires ops that keep the samples of 'N' apart, but 'pj.reduce_sum' mixes them"), std::string::npos) << told;
}

TEST_F(Interfaces, RefusesForeignTarget) {
  auto module = parse(moduleText("(%x: tensor<4xf32>) -> tensor<4xf32>", "return %x : tensor<4xf32>"));
  std::string told;
  ScopedDiagnosticHandler handler(&context, [&](Diagnostic &diagnostic) {
    told = diagnostic.str();
    return success();
  });
  CompileOptions options;
  options.target = llvm::cantFail(findTarget("aarch64"));
  EXPECT_TRUE(failed(compile(*module, options)));
  EXPECT_EQ(told, "requires a target that this machine runs, but got 'aarch64'");
}

/// A packed product of `x` by a weight of this type, with a bias or without.
static std::string packedProduct(const std::string &weight, const std::string &values, const std::string &bias) {
  std::string u = "tensor<2x4x!quant.uniform<u8:f32, 0.5:3>>";
  std::string parameters = "pj.param @w : " + weight + " {role = #pj.role<weight>, value = " + values + "}\n";
  std::string body = "%w = pj.use @w : " + weight + "\n", operand, type;
  if (!bias.empty()) {
    parameters += "pj.param @b : " + bias + " {role = #pj.role<bias>, value = dense<1> : " + bias + "}\n";
    body += "%b = pj.use @b : " + bias + "\n";
    operand = ", %b";
    type = ", " + bias;
  }
  return moduleText("(%x: " + u + ") -> tensor<2x8xf32>",
                    body + "%y = pj.matmul %x, %w" + operand + " : (" + u + ", " + weight + type + ") -> tensor<2x8xf32>\nreturn %y : tensor<2x8xf32>",
                    parameters, "packed");
}

TEST_F(Interfaces, RefusesIntegersItCannotMultiply) {
  std::string w = "tensor<4x8x!quant.uniform<i8<-127:127>:f32, 0.1>>";
  EXPECT_NE(refusal(packedProduct(w, "dense<1> : tensor<4x8xi8>", "tensor<8xi16>")).find("requires a bias that is a parameter of 32-bit integers"),
            std::string::npos);
  EXPECT_NE(refusal(packedProduct("tensor<4x8x!quant.uniform<i16:f32, 0.1>>", "dense<1> : tensor<4x8xi16>", ""))
                .find("requires element types that target"),
            std::string::npos);
  std::string batched = "tensor<1x4x8x!quant.uniform<i8<-127:127>:f32, 0.1>>", u = "tensor<1x2x4x!quant.uniform<u8:f32, 0.5:3>>";
  EXPECT_NE(refusal(moduleText("(%x: " + u + ") -> tensor<1x2x8xf32>",
                               "%w = pj.use @w : " + batched + "\n%y = pj.matmul %x, %w : (" + u + ", " + batched + ") -> tensor<1x2x8xf32>\nreturn %y : tensor<1x2x8xf32>",
                               "pj.param @w : " + batched + " {role = #pj.role<weight>, value = dense<1> : tensor<1x4x8xi8>}", "packed"))
                .find("requires a quantized weight of rank 2, but got rank 3"),
            std::string::npos);
  std::string s = "tensor<4x4x!quant.uniform<u8:f32, 0.5:3>>", i = "tensor<4x4x!quant.uniform<i8:f32, 0.5>>";
  EXPECT_NE(refusal(moduleText("(%x: " + s + ", %w: " + i + ") -> tensor<4x4xf32>",
                               "%y = pj.matmul %x, %w : (" + s + ", " + i + ") -> tensor<4x4xf32>\nreturn %y : tensor<4x4xf32>", "", "packed"))
                .find("requires an input quantized per tensor and a weight that is a parameter"),
            std::string::npos);
}
