// The polynomials against double precision on a sample of all floats: at most 2
// units in the last place, NaN and infinities right, the same bits everywhere.
#include "KernelHarness.h"

#include <gtest/gtest.h>

#include <cfloat>
#include <cmath>
#include <cstring>

using namespace mlir;
using namespace penjing;

namespace {

float fromBits(uint32_t bits) {
  float value;
  std::memcpy(&value, &bits, 4);
  return value;
}

uint32_t toBits(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, 4);
  return bits;
}

/// Every 1,021st float, subnormal ones aside, and the corners.
std::vector<float> sample() {
  std::vector<float> values = {0.0f,    -0.0f,   1.0f,   -1.0f,  88.72283f,
                               88.722839f, -87.33654f, INFINITY, -INFINITY, NAN,
                               0.625f,  3.9f,    4.0f,   1e30f};
  for (uint64_t bits = 0; bits < (1ull << 32); bits += 1021)
    if (float value = fromBits(bits);
        std::fabs(value) >= FLT_MIN || std::isnan(value))
      values.push_back(value);
  return values;
}

/// Distance in units of the last place of the exact value's binade.
double ulps(float got, double exact) {
  if (std::isnan(exact))
    return std::isnan(got) ? 0 : INFINITY;
  float nearest = static_cast<float>(exact);
  if (std::isinf(nearest) || std::isinf(got))
    return nearest == got ? 0 : INFINITY;
  // Results may be flushed, as the environment of an entry point would.
  if (std::fabs(exact) < FLT_MIN)
    return std::fabs(got) <= FLT_MIN ? 0 : INFINITY;
  int exponent;
  std::frexp(exact, &exponent);
  return std::fabs(got - exact) / std::ldexp(1.0, exponent - 24);
}

std::vector<float> evaluate(StringRef op, const std::vector<float> &inputs,
                            const Target &target) {
  auto context = test::makeContext();
  std::string text =
      "func.func @f(%x: !llvm.ptr, %y: !llvm.ptr) {\n"
      "pjk.map ins(%x) -> %y dims [<\"i\" parallel " +
      std::to_string(inputs.size()) +
      " [1, 1]>] {\n^bb0(%0: f32):\n  %1 = math." + op.str() +
      " %0 : f32\n  pjk.yield %1 : f32\n}\nreturn\n}";
  std::vector<float> results(inputs.size());
  auto object = test::load(*context, text, target);
  if (!object)
    return results;
  auto f = object->lookupAs<void(const float *, float *)>("f");
  (*f)(inputs.data(), results.data());
  return results;
}

void check(StringRef op, double (*exact)(double)) {
  std::vector<float> inputs = sample(), first;
  for (const Target &target : test::usableTargets()) {
    SCOPED_TRACE(op.str() + " on " + target.name);
    std::vector<float> results = evaluate(op, inputs, target);
    if (first.empty()) {
      first = results;
      double worst = 0;
      float where = 0;
      for (size_t i = 0; i < inputs.size(); ++i)
        if (double distance = ulps(results[i], exact(inputs[i]));
            distance > worst) {
          worst = distance;
          where = inputs[i];
        }
      testing::Test::RecordProperty("ulps", std::to_string(worst));
      EXPECT_LE(worst, 2.0) << "at " << where;
      continue;
    }
    size_t different = 0;
    for (size_t i = 0; i < inputs.size(); ++i)
      different += toBits(first[i]) != toBits(results[i]) &&
                   !(std::isnan(first[i]) && std::isnan(results[i]));
    EXPECT_EQ(different, 0u);
  }
}

} // namespace

TEST(MathFunctions, ExpIsWithinTwoUlps) { check("exp", std::exp); }
TEST(MathFunctions, LogIsWithinTwoUlps) { check("log", std::log); }
TEST(MathFunctions, TanhIsWithinTwoUlps) { check("tanh", std::tanh); }
TEST(MathFunctions, ErfIsWithinTwoUlps) { check("erf", std::erf); }

/// Rounding has one right answer, sign of zero included.
static void checkExact(StringRef op, float (*exact)(float)) {
  std::vector<float> inputs = sample();
  for (float half : {0.5f, 1.5f, 2.5f, -0.5f, -1.5f, -0.3f, 0.7f, -0.7f,
                     8388607.5f, -8388607.5f, 8388608.0f})
    inputs.push_back(half);
  for (const Target &target : test::usableTargets()) {
    SCOPED_TRACE(op.str() + " on " + target.name);
    std::vector<float> results = evaluate(op, inputs, target);
    size_t wrong = 0;
    for (size_t i = 0; i < inputs.size(); ++i) {
      float expected = exact(inputs[i]);
      wrong += std::isnan(expected) ? !std::isnan(results[i])
                                    : toBits(results[i]) != toBits(expected);
    }
    EXPECT_EQ(wrong, 0u);
  }
}

TEST(MathFunctions, RoundingIsExact) {
  checkExact("roundeven", std::nearbyint);
  checkExact("floor", std::floor);
  checkExact("ceil", std::ceil);
  checkExact("trunc", std::trunc);
}
