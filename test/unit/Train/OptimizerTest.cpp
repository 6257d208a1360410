// Optimizers against their definitions in double, masks, and a state that goes
// out and in without a trace.
#include "penjing/Train/Optimizer.h"

#include "ErrorText.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include <cmath>

using namespace penjing;
using namespace penjing::test;
using testing::HasSubstr;

/// Runs steps with the gradient of 0.5·(w - 1)² and gives the values.
static std::vector<float> run(OptimizerOptions options, double rate, int steps,
                              std::vector<float> w = {0.5f, -2, 3}) {
  Optimizer optimizer(options, {w.size()});
  for (int s = 0; s < steps; ++s) {
    std::vector<float> g;
    for (float value : w)
      g.push_back(value - 1);
    optimizer.step(rate, {{w, g, {}}});
  }
  return w;
}

/// The same rule in double, straight from the definition.
static std::vector<double> sgdByDefinition(double momentum, bool nesterov,
                                           double decay, double rate,
                                           int steps) {
  std::vector<double> w = {0.5, -2, 3}, v(3);
  for (int s = 0; s < steps; ++s)
    for (int i = 0; i < 3; ++i) {
      double g = w[i] - 1 + decay * w[i];
      v[i] = momentum * v[i] + g;
      w[i] -= rate * (nesterov ? g + momentum * v[i] : v[i]);
    }
  return w;
}

TEST(Optimizer, SGDFollowsItsDefinition) {
  for (bool nesterov : {false, true})
    for (float momentum : {0.0f, 0.9f}) {
      if (nesterov && momentum == 0)
        continue;
      OptimizerOptions options;
      options.momentum = momentum;
      options.nesterov = nesterov;
      options.weightDecay = 0.01f;
      std::vector<float> w = run(options, 0.1, 10);
      std::vector<double> expected =
          sgdByDefinition(momentum, nesterov, 0.01, 0.1, 10);
      for (int i = 0; i < 3; ++i)
        EXPECT_NEAR(w[i], expected[i], 2e-6);
    }
}

TEST(Optimizer, AdamWFollowsItsDefinition) {
  OptimizerOptions options;
  options.kind = OptimizerKind::AdamW;
  options.weightDecay = 0.1f;
  std::vector<float> w = run(options, 0.01, 25);
  double expected[3] = {0.5, -2, 3};
  for (double &x : expected) {
    double m = 0, v = 0;
    for (int t = 1; t <= 25; ++t) {
      double g = x - 1;
      x -= 0.01 * 0.1 * x;
      m = 0.9 * m + 0.1 * g;
      v = 0.999 * v + 0.001 * g * g;
      x -= 0.01 * (m / (1 - std::pow(0.9, t))) /
           (std::sqrt(v / (1 - std::pow(0.999, t))) + 1e-8);
    }
  }
  for (int i = 0; i < 3; ++i)
    EXPECT_NEAR(w[i], expected[i], 1e-5);
}

TEST(Optimizer, MaskedElementsKeepTheirValue) {
  for (OptimizerKind kind : {OptimizerKind::SGD, OptimizerKind::AdamW}) {
    OptimizerOptions options;
    options.kind = kind;
    options.momentum = 0.9f;
    options.weightDecay = 0.1f;
    Optimizer optimizer(options, {3});
    std::vector<float> w = {0.1f, 0.2f, 0.3f}, g = {1, 1, 1};
    std::vector<uint8_t> mask = {1, 0, 1};
    for (int i = 0; i < 5; ++i)
      optimizer.step(0.1, {{w, g, mask}});
    EXPECT_EQ(w[1], 0.2f);
    EXPECT_LT(w[0], 0.1f);
    EXPECT_LT(w[2], 0.3f);
  }
}

TEST(Optimizer, StateGoesOutAndIn) {
  for (OptimizerKind kind : {OptimizerKind::SGD, OptimizerKind::AdamW}) {
    OptimizerOptions options;
    options.kind = kind;
    options.momentum = 0.9f;
    std::vector<float> a = {1, 2}, b = {3}, ga = {0.5f, -1}, gb = {2};
    Optimizer whole(options, {2, 1});
    for (int i = 0; i < 4; ++i)
      whole.step(0.1, {{a, ga, {}}, {b, gb, {}}});
    std::vector<float> a2 = {1, 2}, b2 = {3};
    Optimizer first(options, {2, 1}), second(options, {2, 1});
    for (int i = 0; i < 2; ++i)
      first.step(0.1, {{a2, ga, {}}, {b2, gb, {}}});
    std::vector<std::string> names = {"a", "b"};
    ASSERT_EQ(errorText(second.restore(names, first.state(names))), "no error");
    for (int i = 0; i < 2; ++i)
      second.step(0.1, {{a2, ga, {}}, {b2, gb, {}}});
    EXPECT_EQ(a, a2);
    EXPECT_EQ(b, b2);
  }
}

TEST(Optimizer, RefusesAnotherState) {
  OptimizerOptions options;
  options.momentum = 0.9f;
  Optimizer optimizer(options, {2}), other(options, {3});
  EXPECT_EQ(errorText(optimizer.restore({"w"}, {})),
            "requires the optimizer's state to count its steps");
  EXPECT_EQ(
      errorText(optimizer.restore({"w"}, other.state({"w"}))),
      "requires 2 values of the optimizer's state \"w.momentum\", but got 3");
  EXPECT_EQ(
      errorText(optimizer.restore({"w"}, other.state({"v"}))),
      "requires 2 values of the optimizer's state \"w.momentum\", but got 0");
}

TEST(Optimizer, NamesAreChecked) {
  EXPECT_EQ(*parseOptimizerKind("adamw"), OptimizerKind::AdamW);
  EXPECT_EQ(*parseOptimizerKind("sgd"), OptimizerKind::SGD);
  EXPECT_EQ(
      errorText(parseOptimizerKind("adam")),
      "requires option \"optimizer\" to be sgd or adamw, but got \"adam\"");
}
