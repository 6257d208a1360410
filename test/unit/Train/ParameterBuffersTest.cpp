// Initializers, masks, and values that go from a module into buffers and back
// without touching what another module shares.
#include "penjing/Train/ParameterBuffers.h"

#include "penjing/Dialect/Penjing/ParameterValues.h"

#include "mlir/Parser/Parser.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include <cmath>
#include <set>

using namespace penjing;
using namespace mlir;
using testing::HasSubstr;

namespace {
struct ParameterBuffers : testing::Test {
  ParameterBuffers() {
    context.loadDialect<PenjingDialect, func::FuncDialect>();
    handler.emplace(&context, [this](Diagnostic &diagnostic) {
      llvm::raw_string_ostream os(messages);
      os << diagnostic << "\n";
    });
  }

  OwningOpRef<ModuleOp> parse(llvm::StringRef params,
                              llvm::StringRef body = "") {
    std::string text =
        ("module attributes {pj.form = #pj.form<decided>, pj.version = 1 : "
         "i32} {\n" +
         params + "\nfunc.func @main() {\n" + body + "return\n}\n}")
            .str();
    OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>(text, &context);
    EXPECT_TRUE(bool(module)) << messages;
    return module;
  }

  static llvm::ArrayRef<float> floats(const TrainingValue &value) {
    return {value.value.data<float>(), value.value.size()};
  }

  MLIRContext context;
  std::string messages;
  std::optional<ScopedDiagnosticHandler> handler;
};

const char *initialized = "pj.param @z : tensor<2xf32> {role = #pj.role<bias>, "
                          "trainable, init = #pj.init<zeros>}\n"
                          "pj.param @o : tensor<2xf32> {role = "
                          "#pj.role<norm_scale>, init = #pj.init<ones>}\n"
                          "pj.param @k : tensor<50x20xf32> {role = "
                          "#pj.role<weight>, trainable, init = "
                          "#pj.init<kaiming_uniform, fan_in = 16>}\n"
                          "pj.param @l : tensor<50x20xf32> {role = "
                          "#pj.role<weight>, trainable, init = "
                          "#pj.init<kaiming_uniform, fan_in = 16>}";
} // namespace

TEST_F(ParameterBuffers, InitializersFill) {
  OwningOpRef<ModuleOp> module = parse(initialized), again = parse(initialized),
                        other = parse(initialized);
  ASSERT_TRUE(succeeded(initializeParameters(*module, 3)));
  ASSERT_TRUE(succeeded(initializeParameters(*again, 3)));
  ASSERT_TRUE(succeeded(initializeParameters(*other, 4)));
  std::vector<TrainingValue> values = *readParameters(*module);
  EXPECT_EQ(floats(values[0]), llvm::ArrayRef<float>({0, 0}));
  EXPECT_EQ(floats(values[1]), llvm::ArrayRef<float>({1, 1}));
  EXPECT_TRUE(values[0].trained);
  EXPECT_FALSE(values[1].trained);
  // Uniform in ±1/sqrt(fan in) = ±0.25.
  double largest = 0, sum = 0;
  for (float x : floats(values[2])) {
    largest = std::max(largest, std::abs(double(x)));
    sum += x;
  }
  EXPECT_LE(largest, 0.25);
  EXPECT_GT(largest, 0.249);
  EXPECT_NEAR(sum / 1000, 0, 0.02);
  EXPECT_NE(floats(values[2]), floats(values[3]));
  EXPECT_EQ(floats((*readParameters(*again))[2]), floats(values[2]));
  EXPECT_NE(floats((*readParameters(*other))[2]), floats(values[2]));
  OwningOpRef<ModuleOp> half =
      parse("pj.param @h : tensor<2xf16> {role = #pj.role<weight>, init = "
            "#pj.init<ones>}");
  EXPECT_TRUE(failed(initializeParameters(*half, 0)));
  EXPECT_THAT(
      messages,
      HasSubstr("requires an initializer on a parameter of f32, but got"));
}

TEST_F(ParameterBuffers, ValuesGoBackOnceAndReachNoClone) {
  OwningOpRef<ModuleOp> module = parse(initialized);
  ASSERT_TRUE(succeeded(initializeParameters(*module, 3)));
  OwningOpRef<ModuleOp> clone = module->clone();
  rekeyParameters(*clone);
  std::vector<TrainingValue> values = *readParameters(*module);
  float before = floats(values[2])[0];
  values[2].value.data<float>()[0] = 7;
  EXPECT_EQ(floats((*readParameters(*module))[2])[0], before)
      << "buffers are copies";
  writeParameters(*module, values);
  EXPECT_EQ(floats((*readParameters(*module))[2])[0], 7);
  EXPECT_EQ(floats((*readParameters(*clone))[2])[0], before);
}

TEST_F(ParameterBuffers, MasksBelongToTheirWeight) {
  const char *params =
      "pj.param @w : tensor<4xf32> {role = #pj.role<weight>, trainable, value "
      "= dense<1.0> : tensor<4xf32>}\n"
      "pj.param @m : tensor<4xi1> {role = #pj.role<mask>, value = dense<[true, "
      "false, true, false]> : tensor<4xi1>}\n"
      "pj.param @n : tensor<4xi1> {role = #pj.role<mask>, value = "
      "dense<[false, false, true, true]> : tensor<4xi1>}";
  std::string once =
      "%w = pj.use @w : tensor<4xf32>\n%m = pj.use @m : tensor<4xi1>\n"
      "%p = pj.masked %w, %m : (tensor<4xf32>, tensor<4xi1>) -> "
      "tensor<4xf32>\n";
  std::string twice = once + "%n = pj.use @n : tensor<4xi1>\n"
                             "%q = pj.masked %w, %n : (tensor<4xf32>, "
                             "tensor<4xi1>) -> tensor<4xf32>\n";
  std::string bare =
      once + "%r = pj.relu %w : (tensor<4xf32>) -> tensor<4xf32>\n";
  auto maskOf = [&](const std::string &body) {
    std::vector<TrainingValue> values = *readParameters(*parse(params, body));
    EXPECT_EQ(values[1].mask.size(), 0u);
    const Array &mask = values[0].mask;
    if (!mask.size())
      return std::vector<uint8_t>();
    return std::vector<uint8_t>(mask.data<uint8_t>(),
                                mask.data<uint8_t>() + mask.size());
  };
  EXPECT_EQ(maskOf(once), (std::vector<uint8_t>{1, 0, 1, 0}));
  EXPECT_EQ(maskOf(twice), (std::vector<uint8_t>{1, 0, 1, 1}));
  EXPECT_EQ(maskOf(bare), std::vector<uint8_t>());
}

TEST_F(ParameterBuffers, MissingAndForeignValuesAreRefused) {
  EXPECT_TRUE(failed(readParameters(
      *parse("pj.param @s : tensor<f32> {role = #pj.role<quant_scale>}"))));
  EXPECT_THAT(messages, HasSubstr("requires a value of parameter 's', but got "
                                  "none; run pj-calibrate first"));
  EXPECT_TRUE(failed(readParameters(
      *parse("pj.param @w : tensor<1xf64> {role = #pj.role<weight>, trainable, "
             "value = dense<1.0> : tensor<1xf64>}"))));
  EXPECT_THAT(messages,
              HasSubstr("requires trained parameters of f32, but got"));
}
