// The built-in tasks, the user's own, and whole runs on a few seeds.
#include "Genomes.h"

#include "penjing/Search/Neat/Evolution.h"
#include "penjing/Search/Neat/Tasks.h"
#include "penjing/Support/Session.h"

#include "gtest/gtest.h"

using namespace penjing;
using namespace penjing::neat;

static Statistics run(std::function<std::unique_ptr<Task>()> make, uint32_t seeds, unsigned threads = 1) {
  Session session;
  ExperimentOptions options;
  options.makeTask = std::move(make);
  options.seeds = seeds;
  options.threads = threads;
  return runExperiment(options, session);
}

static std::function<std::unique_ptr<Task>()> named(const char *name) {
  return [name] { return llvm::cantFail(findTask(name)); };
}

/// Two hidden nodes, or and nand, by hand: 2 inputs, bias 2, output 3, hidden 4 and 5.
TEST(NeatXor, KnowsASolutionByHand) {
  Genome solution{{4, 5},
                  {{0, 0, 4, 4, true}, {1, 1, 4, 4, true}, {2, 2, 4, -2, true}, {3, 0, 5, -4, true}, {4, 1, 5, -4, true},
                   {5, 2, 5, 6, true}, {6, 4, 3, 4, true}, {7, 5, 3, 4, true}, {8, 2, 3, -6, true}}};
  std::unique_ptr<Task> task = xorTask(3.9);
  ASSERT_EQ(findFault(solution, task->shape()), "");
  // It stands behind others that are no solution, in the second batch of sixteen.
  std::vector<Genome> genomes(20);
  genomes[18] = solution;
  std::vector<double> fitness(20);
  auto winner = task->evaluate(genomes, fitness);
  ASSERT_TRUE(winner);
  EXPECT_EQ(winner->index, 18u);
  EXPECT_GT(fitness[18], 15);
  // Without a connection every output is 0.5: four errors of a half.
  EXPECT_DOUBLE_EQ(fitness[0], 4);
  genomes[18] = Genome();
  EXPECT_FALSE(xorTask()->evaluate(genomes, fitness));
}

TEST(NeatXor, IsSolvedForEverySeed) {
  Statistics statistics = run(named("xor"), 40);
  EXPECT_EQ(statistics.solved, 40u);
  EXPECT_LE(statistics.evaluations, 4755);
  EXPECT_LE(statistics.hidden, 2.35);
  // Nobody solves it without a hidden node.
  for (const Outcome &outcome : statistics.outcomes)
    EXPECT_GE(outcome.genome.hidden.size(), 1u);
}

TEST(NeatExperiment, DoesNotDependOnThreads) {
  Statistics one = run(named("xor"), 6, 1), three = run(named("xor"), 6, 3);
  for (uint32_t seed = 0; seed < 6; ++seed) {
    EXPECT_EQ(one.outcomes[seed].evaluations, three.outcomes[seed].evaluations);
    EXPECT_TRUE(one.outcomes[seed].genome == three.outcomes[seed].genome);
  }
}

TEST(NeatExperiment, TellsItsFigures) {
  Statistics statistics = run(named("xor"), 3);
  llvm::json::Object json = toJson(statistics);
  EXPECT_EQ(json.getInteger("seeds"), 3);
  EXPECT_EQ(json.getInteger("solved"), int64_t(statistics.solved));
  EXPECT_EQ(json.getNumber("mean_evaluations"), statistics.evaluations);
  EXPECT_EQ(json.getNumber("mean_hidden"), statistics.hidden);
  EXPECT_TRUE(json.getNumber("seconds"));
  EXPECT_EQ(toJson(Statistics()).get("mean_evaluations")->kind(), llvm::json::Value::Null);
}

TEST(NeatExperiment, StopsWhereTheSessionIsCancelled) {
  Session session;
  session.requestCancel();
  ExperimentOptions options;
  options.makeTask = named("xor");
  options.seeds = 100;
  EXPECT_EQ(runExperiment(options, session).solved, 0u);
}

TEST(NeatPoles, AreBalanced) {
  EXPECT_EQ(run(named("pole"), 2).solved, 2u);
  EXPECT_EQ(run(named("pole2"), 1).solved, 1u);
  Statistics hidden = run(named("pole2-no-velocity"), 1);
  ASSERT_EQ(hidden.solved, 1u);
  EXPECT_GE(hidden.generalization, 200);
  EXPECT_LE(hidden.generalization, 625);
}

TEST(NeatPoles, UnknownTasksAreNamed) {
  EXPECT_EQ(llvm::toString(findTask("walk").takeError()),
            "requires a task among xor, pole, pole-no-velocity, pole2, pole2-no-velocity, but got 'walk'");
}

/// A function of one's own: the output shall be 0.25 for every input.
TEST(NeatFunction, IsTheUsersOwn) {
  auto make = [] {
    return functionTask(
        {1, 1, false},
        [](Network &network) {
          double error = 0;
          for (float x : {-1.0f, 0.0f, 1.0f})
            error += std::fabs(network.step({x})[0] - 0.25);
          return 1 / (1 + error);
        },
        0.97, 20'000);
  };
  Statistics statistics = run(make, 2);
  EXPECT_EQ(statistics.solved, 2u);
  EXPECT_GE(statistics.outcomes[0].fitness, 0.97);
}

static std::vector<NamedArray> arrays(std::vector<float> x, std::vector<float> y) {
  int64_t count = int64_t(y.size());
  return {{"x", Array::from<float>(ElementKind::F32, {count, int64_t(x.size()) / count}, x)},
          {"y", Array::from<float>(ElementKind::F32, {count}, y)}};
}

TEST(NeatSamples, Classification) {
  // Two classes divided by a line.
  std::vector<float> x, y;
  for (int i = 0; i < 24; ++i) {
    float a = float(i % 6) / 3 - 1, b = float(i / 6) / 2 - 1;
    x.insert(x.end(), {a, b});
    y.push_back(a + b > 0.1f);
  }
  auto samples = samplesFromArrays(arrays(x, y), true);
  ASSERT_TRUE(bool(samples));
  EXPECT_EQ(samples->features, 2u);
  EXPECT_EQ(samples->targets, 2u);
  EXPECT_EQ(run([&] { return samplesTask(*samples, 1.0); }, 2).solved, 2u);
}

TEST(NeatSamples, Regression) {
  std::vector<float> x, y;
  for (int i = 0; i <= 10; ++i)
    x.push_back(float(i) / 10), y.push_back(0.2f + 0.5f * float(i) / 10);
  auto samples = samplesFromArrays(arrays(x, y), false);
  ASSERT_TRUE(bool(samples));
  EXPECT_EQ(samples->targets, 1u);
  EXPECT_EQ(run([&] { return samplesTask(*samples, 0.998); }, 2).solved, 2u);
}

TEST(NeatSamples, FaultsAreNamed) {
  auto fault = [](std::vector<NamedArray> given, bool classes) {
    return llvm::toString(samplesFromArrays(given, classes).takeError());
  };
  EXPECT_EQ(fault({}, true), "requires arrays 'x' and 'y', but got others");
  EXPECT_EQ(fault(arrays({1, 2}, {0, 0.5f}), true), "requires classes from 0 to 1023 as 'y', but got 0.500000");
  EXPECT_EQ(fault(arrays({1, 2}, {0, 1.5f}), false), "requires numbers in [0, 1] as 'y', but got 1.500000");
  EXPECT_EQ(fault(arrays({1, INFINITY}, {0, 1}), true), "requires finite samples, but got inf");
  std::vector<NamedArray> flat = arrays({1, 2}, {0, 1});
  flat[0].array = flat[1].array;
  EXPECT_EQ(fault(flat, true), "requires 'x' of samples x at most 65536 features, but got 2");
  std::vector<NamedArray> uneven = arrays({1, 2}, {0, 1});
  uneven[1].array = arrays({1, 2, 3}, {0, 1, 0})[1].array;
  EXPECT_EQ(fault(uneven, true), "requires 'y' of as many rows as 'x' has, but got 3 for 2x1");
  std::vector<float> x(262'145, 0), y(262'145, 1023);
  EXPECT_EQ(fault(arrays(x, y), true), "requires at most 2^28 targets of all samples, but got 268436480");
}
