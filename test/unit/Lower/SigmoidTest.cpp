// The compiled sigmoid against double precision on a sample of all floats: at
// most 2.5 units in the last place, no overflow at either end.
#include "CompiledHarness.h"

#include "penjing/InitAll.h"

#include "mlir/Parser/Parser.h"
#include "gtest/gtest.h"

#include <cfloat>
#include <cstring>

using namespace mlir;
using namespace penjing;

/// Every 4,093rd float, subnormal ones aside, and the corners.
static std::vector<float> sample() {
  std::vector<float> values = {0.0f, -0.0f, 88.8f, -88.8f, -87.33654f, INFINITY, -INFINITY, NAN};
  for (uint64_t bits = 0; bits < (1ull << 32); bits += 4093) {
    uint32_t word = uint32_t(bits);
    float value;
    std::memcpy(&value, &word, sizeof value);
    if (std::fabs(value) >= FLT_MIN)
      values.push_back(value);
  }
  return values;
}

/// Distance in units of the last place of the exact value's binade.
static double ulps(float got, double exact) {
  if (std::isnan(exact))
    return std::isnan(got) ? 0 : INFINITY;
  // Subnormal results may be flushed.
  if (exact < FLT_MIN)
    return std::fabs(got) <= FLT_MIN ? 0 : INFINITY;
  int exponent;
  std::frexp(exact, &exponent);
  return std::fabs(got - exact) / std::ldexp(1.0, exponent - 24);
}

TEST(Sigmoid, IsWithinTwoAndAHalfUlps) {
  std::vector<float> x = sample(), y(x.size());
  std::string type = "tensor<" + std::to_string(x.size()) + "xf32>";
  DialectRegistry registry;
  registerAllDialects(registry);
  MLIRContext context(registry);
  context.loadAllAvailableDialects();
  auto module = parseSourceString<ModuleOp>(
      test::moduleText("(%x: " + type + ") -> " + type,
                       "%y = pj.sigmoid %x : (" + type + ") -> " + type + "\nreturn %y : " + type),
      &context);
  ASSERT_TRUE(module);
  CompileOptions options;
  options.target = trainingTarget();
  auto compiled = compile(*module, options);
  ASSERT_TRUE(succeeded(compiled));
  (*compiled)->run({x.data()}, {y.data()});
  double worst = 0;
  float where = 0;
  for (size_t i = 0; i < x.size(); ++i)
    if (double distance = ulps(y[i], 1 / (1 + std::exp(-double(x[i])))); distance > worst)
      worst = distance, where = x[i];
  EXPECT_LE(worst, 2.5) << "at " << where;
}
