// Sixteen networks at once against one after the other in double precision.
#include "Genomes.h"

#include "penjing/Search/Neat/CartPoles.h"
#include "penjing/Search/Neat/LaneNetworks.h"

#include "gtest/gtest.h"

#include <cmath>
#include <functional>
#include <map>

using namespace penjing;
using namespace penjing::neat;

static double steepened(double x) { return 1 / (1 + std::exp(-4.9 * x)); }

/// The genome's outputs by recursion (feed-forward), or its next state.
static std::map<uint32_t, double> evaluate(const Genome &genome, const Shape &shape, std::vector<double> inputs,
                                           const std::map<uint32_t, double> *state = nullptr) {
  std::map<uint32_t, double> values;
  std::function<double(uint32_t)> value = [&](uint32_t node) -> double {
    if (node < shape.inputs)
      return inputs[node];
    if (node == shape.bias())
      return 1;
    auto place = values.find(node);
    if (place != values.end())
      return place->second;
    double sum = 0;
    for (const Connection &c : genome.connections)
      if (c.enabled && c.to == node)
        sum += double(c.weight) * (state && !shape.isSource(c.from) ? state->at(c.from) : value(c.from));
    return values[node] = steepened(sum);
  };
  for (uint32_t output = 0; output < shape.outputs; ++output)
    value(shape.firstOutput() + output);
  for (uint32_t node : genome.hidden)
    value(node);
  return values;
}

TEST(NeatLanes, SixteenDifferentNetworksAtOnce) {
  Shape shape{3, 2, false};
  LaneNetworks networks(shape);
  std::vector<Genome> genomes;
  for (unsigned lane = 0; lane < kLanes; ++lane) {
    genomes.push_back(test::grown(shape, 3 * lane, lane));
    networks.load(lane, genomes.back());
  }
  for (unsigned sample = 0; sample < 5; ++sample) {
    std::vector<Lanes> inputs(3), outputs(2);
    for (unsigned k = 0; k < 3; ++k)
      for (unsigned lane = 0; lane < kLanes; ++lane)
        inputs[k][lane] = float(int((sample * 7 + k * 5 + lane * 3) % 11) - 5) / 4;
    networks.run(inputs, outputs);
    for (unsigned lane = 0; lane < kLanes; ++lane) {
      auto expected = evaluate(genomes[lane], shape, {inputs[0][lane], inputs[1][lane], inputs[2][lane]});
      for (unsigned output = 0; output < 2; ++output)
        EXPECT_NEAR(outputs[output][lane], expected[shape.firstOutput() + output], 2e-5) << lane;
    }
  }
}

TEST(NeatLanes, RecurrentNetworksKeepTheirState) {
  Shape shape{2, 1, true};
  LaneNetworks networks(shape);
  std::vector<Genome> genomes;
  std::vector<std::map<uint32_t, double>> states(kLanes);
  auto load = [&](unsigned lane, uint32_t steps) {
    genomes[lane] = test::grown(shape, steps, lane + 50);
    networks.load(lane, genomes[lane]);
    states[lane].clear();
    states[lane][shape.firstOutput()] = 0;
    for (uint32_t node : genomes[lane].hidden)
      states[lane][node] = 0;
  };
  genomes.resize(kLanes);
  for (unsigned lane = 0; lane < kLanes; ++lane)
    load(lane, 2 * lane);
  for (unsigned step = 0; step < 12; ++step) {
    // A lane that is given another, larger network in between starts at 0; the others go on.
    if (step == 5)
      load(3, 40);
    std::vector<Lanes> inputs(2), outputs(1);
    for (unsigned lane = 0; lane < kLanes; ++lane)
      inputs[0][lane] = float(step) / 10, inputs[1][lane] = float(lane) / 16 - 0.5f;
    networks.run(inputs, outputs);
    for (unsigned lane = 0; lane < kLanes; ++lane) {
      states[lane] = evaluate(genomes[lane], shape, {inputs[0][lane], inputs[1][lane]}, &states[lane]);
      EXPECT_NEAR(outputs[0][lane], states[lane][shape.firstOutput()], 2e-4) << lane << " at " << step;
    }
  }
}

/// Outputs feed outputs and hidden nodes alike.
TEST(NeatLanes, AnOutputMayFeedAnOutput) {
  Shape shape{1, 2, false};
  Genome genome{{}, {{0, 0, 3, 1, true}, {1, 3, 2, -2, true}, {2, 0, 2, 0.5f, false}}};
  LaneNetworks networks(shape);
  networks.load(0, genome);
  std::vector<Lanes> inputs{Lanes::splat(0.3f)}, outputs(2);
  networks.run(inputs, outputs);
  EXPECT_NEAR(outputs[1][0], steepened(0.3), 1e-6);
  EXPECT_NEAR(outputs[0][0], steepened(-2 * steepened(0.3)), 1e-6);
}

/// The sigmoid over its range, by a network of one connection of weight 1.
TEST(NeatLanes, TheSigmoidIsAccurate) {
  Shape shape{1, 1, false};
  LaneNetworks networks(shape);
  for (unsigned lane = 0; lane < kLanes; ++lane)
    networks.load(lane, {{}, {{0, 0, 2, 1, true}}});
  double worst = 0;
  for (int step = -16'000; step < 16'000; ++step) {
    Lanes input, output;
    for (unsigned lane = 0; lane < kLanes; ++lane)
      input[lane] = float(step) / 1000 + float(lane) / 16000;
    networks.run(input, output);
    for (unsigned lane = 0; lane < kLanes; ++lane) {
      double exact = 1 / (1 + std::exp(-double(4.9f * input[lane])));
      int exponent;
      std::frexp(exact, &exponent);
      worst = std::max(worst, std::fabs(output[lane] - exact) / std::ldexp(1.0, exponent - 24));
    }
  }
  EXPECT_LE(worst, 2.0);
}

/// The same motion by RK4 in double precision and the sines of the library.
TEST(NeatCartPoles, FollowTheEquationsOfMotion) {
  struct State {
    double v[6];
  };
  auto derivative = [](const State &s, double force) {
    double mass[2] = {0.1, 0.01}, length[2] = {0.5, 0.05}, push = force, total = 1, pull[2];
    for (int k = 0; k < 2; ++k) {
      double sine = std::sin(s.v[2 + 2 * k]), cosine = std::cos(s.v[2 + 2 * k]), speed = s.v[3 + 2 * k];
      pull[k] = -9.8 * sine + 0.000002 * speed / (mass[k] * length[k]);
      push += mass[k] * length[k] * speed * speed * sine + 0.75 * mass[k] * cosine * pull[k];
      total += mass[k] * (1 - 0.75 * cosine * cosine);
    }
    State d{{s.v[1], push / total, s.v[3], 0, s.v[5], 0}};
    for (int k = 0; k < 2; ++k)
      d.v[3 + 2 * k] = -0.75 * (d.v[1] * std::cos(s.v[2 + 2 * k]) + pull[k]) / length[k];
    return d;
  };
  auto moved = [](const State &s, const State &d, double time) {
    State result = s;
    for (int k = 0; k < 6; ++k)
      result.v[k] += time * d.v[k];
    return result;
  };
  for (unsigned poles : {1u, 2u}) {
    CartPoles carts;
    std::vector<State> states(kLanes);
    for (unsigned lane = 0; lane < kLanes; ++lane) {
      PoleState start{0.1f * float(lane), -0.2f, 0.02f * float(lane) - 0.15f, 0.1f, poles == 2 ? 0.05f : 0,
                      poles == 2 ? -0.3f : 0};
      carts.place(lane, start);
      std::copy(start.begin(), start.end(), states[lane].v);
    }
    for (int step = 0; step < 10; ++step) {
      Lanes force;
      for (unsigned lane = 0; lane < kLanes; ++lane)
        force[lane] = float((step * 5 + int(lane) * 3) % 21 - 10);
      carts.push(force, poles);
      for (unsigned lane = 0; lane < kLanes; ++lane) {
        State &s = states[lane];
        for (int half = 0; half < 2; ++half) {
          auto slope = [&](const State &at) {
            State d = derivative(at, force[lane]);
            return d;
          };
          State k1 = slope(s), k2 = slope(moved(s, k1, 0.005)), k3 = slope(moved(s, k2, 0.005)),
                k4 = slope(moved(s, k3, 0.01));
          for (int k = 0; k < 6; ++k)
            s.v[k] += 0.01 / 6 * (k1.v[k] + 2 * k2.v[k] + 2 * k3.v[k] + k4.v[k]);
        }
        if (poles == 2)
          for (int k = 0; k < 6; ++k)
            EXPECT_NEAR(carts.state[k][lane], s.v[k], 1e-4 * (1 + std::fabs(s.v[k]))) << step << " " << lane << " " << k;
      }
    }
    if (poles == 1)
      for (unsigned lane = 0; lane < kLanes; ++lane) {
        EXPECT_EQ(carts.state[4][lane], 0);
        EXPECT_EQ(carts.state[5][lane], 0);
      }
  }
}
