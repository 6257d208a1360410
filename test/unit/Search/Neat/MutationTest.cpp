// Mutations against figure 3 of Stanley & Miikkulainen 2002, and what they promise.
#include "Genomes.h"

#include "gtest/gtest.h"

using namespace penjing;
using namespace penjing::neat;
using namespace penjing::neat::test;

TEST(NeatDraws, AreTheNumbersOfPhilox) {
  Draws draws(7, 3, 5);
  Philox philox(7, RandomPurpose::Search, 3);
  for (uint64_t i = 0; i < 9; ++i)
    EXPECT_EQ(draws.bits(), philox.bits((uint64_t(5) << 32) + i));
}

/// Figure 3, top: a connection 3 → 5 joins under innovation number 7.
TEST(NeatMutation, AddsTheConnectionOfFigure3) {
  bool found = false;
  for (uint64_t seed = 0; seed < 200 && !found; ++seed) {
    Genome child = figure3Parent();
    Innovations innovations(7, 6);
    Draws draws(seed, 0, 0);
    ASSERT_TRUE(addConnection(child, kFigureShape, Parameters(), innovations, draws));
    ASSERT_EQ(child.connections.size(), 7u);
    EXPECT_EQ(child.connections.back().innovation, 7u);
    EXPECT_EQ(findFault(child, kFigureShape), "");
    found = child.connects(2, 5);
  }
  EXPECT_TRUE(found);
}

/// Figure 3, bottom: the connection 3 → 4 is split by node 6: genes 8 and 9.
TEST(NeatMutation, SplitsTheConnectionOfFigure3) {
  bool found = false;
  for (uint64_t seed = 0; seed < 200 && !found; ++seed) {
    Genome child = figure3Parent();
    Innovations innovations(8, 6);
    Draws draws(seed, 0, 0);
    ASSERT_TRUE(addNode(child, innovations, draws));
    found = !geneOf(child, 3)->enabled;
    if (!found)
      continue;
    EXPECT_EQ(child.hidden, (std::vector<uint32_t>{5, 6}));
    EXPECT_EQ(*geneOf(child, 8), (Connection{8, 2, 6, 1, true}));
    EXPECT_EQ(*geneOf(child, 9), (Connection{9, 6, 4, .3f, true}));
    EXPECT_EQ(findFault(child, kFigureShape), "");
  }
  EXPECT_TRUE(found);
}

TEST(NeatMutation, NeverSplitsADisabledConnection) {
  Genome genome{{}, {{0, 0, 4, 1, false}}};
  Innovations innovations(1, 5);
  Draws draws(0, 0, 0);
  EXPECT_FALSE(addNode(genome, innovations, draws));
}

TEST(NeatMutation, FindsNoConnectionWhereAllAreThere) {
  Genome genome;
  for (uint32_t source = 0; source < 4; ++source)
    genome.connections.push_back({source, source, 4, 1, true});
  Innovations innovations(4, 5);
  Draws draws(0, 0, 0);
  EXPECT_FALSE(addConnection(genome, kFigureShape, Parameters(), innovations, draws));
}

TEST(NeatInnovations, TheSameMutationOfAGenerationHasOneNumber) {
  Innovations innovations(10, 20);
  EXPECT_EQ(innovations.connection(1, 2), 10u);
  EXPECT_EQ(innovations.connection(2, 1), 11u);
  EXPECT_EQ(innovations.connection(1, 2), 10u);
  EXPECT_EQ(innovations.split(3), 20u);
  EXPECT_EQ(innovations.split(4), 21u);
  EXPECT_EQ(innovations.split(3), 20u);
  innovations.nextGeneration();
  EXPECT_EQ(innovations.connection(1, 2), 12u);
  EXPECT_EQ(innovations.split(3), 22u);
}

TEST(NeatMutation, WeightsArePerturbedOrDrawnAnew) {
  Parameters p;
  p.perturb = 0.75f, p.perturbation = 0.5f, p.replacement = 2, p.weightLimit = 100;
  size_t near = 0, count = 4000;
  for (uint64_t seed = 0; seed < count; ++seed) {
    Genome genome{{}, {{0, 0, 4, 50, true}}};
    Draws draws(seed, 0, 0);
    mutateWeights(genome, p, draws);
    float weight = genome.connections[0].weight;
    bool isNear = std::fabs(weight - 50) <= 0.5f;
    EXPECT_TRUE(isNear || std::fabs(weight) <= 2) << weight;
    near += isNear;
  }
  EXPECT_NEAR(double(near) / double(count), 0.75, 0.03);
}

TEST(NeatMutation, WeightsKeepTheirLimit) {
  Parameters p;
  p.weightLimit = 3;
  for (uint64_t seed = 0; seed < 50; ++seed) {
    Genome genome{{}, {{0, 0, 4, 3, true}}};
    Draws draws(seed, 0, 0);
    mutateWeights(genome, p, draws);
    EXPECT_LE(std::fabs(genome.connections[0].weight), 3);
  }
}

TEST(NeatMutation, OnlyAShareOfTheWeightsChanges) {
  Parameters p;
  p.changedWeights = 0.3f;
  size_t changed = 0, count = 3000;
  for (uint64_t seed = 0; seed < count; ++seed) {
    Genome genome{{}, {{0, 0, 4, 1, true}}};
    Draws draws(seed, 0, 0);
    mutateWeights(genome, p, draws);
    changed += genome.connections[0].weight != 1;
  }
  EXPECT_NEAR(double(changed) / double(count), 0.3, 0.03);
}

TEST(NeatMutation, HalvingsMakeSmallSteps) {
  Parameters p;
  p.perturb = 1, p.perturbation = 1, p.halvings = 3;
  size_t small = 0, count = 4000;
  for (uint64_t seed = 0; seed < count; ++seed) {
    Genome genome{{}, {{0, 0, 4, 0, true}}};
    Draws draws(seed, 0, 0);
    mutateWeights(genome, p, draws);
    small += std::fabs(genome.connections[0].weight) <= 0.125f;
  }
  // The mean of 1/8, 1/4, 1/2 and 1.
  EXPECT_NEAR(double(small) / double(count), 0.46875, 0.03);
}

TEST(NeatMutation, TogglesAndEnables) {
  Genome genome{{}, {{0, 0, 4, 1, false}}};
  Draws draws(0, 0, 0);
  enable(genome, draws);
  EXPECT_TRUE(genome.connections[0].enabled);
  enable(genome, draws);
  EXPECT_TRUE(genome.connections[0].enabled);
  toggle(genome, draws);
  EXPECT_FALSE(genome.connections[0].enabled);
  Genome none;
  toggle(none, draws);
  enable(none, draws);
  EXPECT_TRUE(none.connections.empty());
}

TEST(NeatMutation, GrownGenomesAreSound) {
  for (bool recurrent : {false, true}) {
    Shape shape{3, 2, recurrent};
    bool cyclic = false;
    for (uint64_t seed = 0; seed < 40; ++seed) {
      Genome genome = grown(shape, 30, seed);
      EXPECT_EQ(findFault(genome, shape), "") << "seed " << seed;
      EXPECT_FALSE(genome.hidden.empty());
      cyclic |= !findFault(genome, {3, 2, false}).empty();
    }
    EXPECT_EQ(cyclic, recurrent);
  }
}

TEST(NeatGenome, FaultsAreNamed) {
  auto fault = [](Genome genome) { return findFault(genome, kFigureShape); };
  EXPECT_EQ(fault({{4}, {}}), "requires ascending ids of hidden nodes, but got 4");
  EXPECT_EQ(fault({{}, {{2, 0, 4, 1, true}, {2, 1, 4, 1, true}}}), "requires ascending innovation numbers, but got 2");
  EXPECT_EQ(fault({{}, {{0, 9, 4, 1, true}}}), "requires connections between nodes of the genome, but got 9 -> 4");
  EXPECT_EQ(fault({{}, {{0, 4, 1, 1, true}}}), "requires connections into hidden or output nodes, but got 4 -> 1");
  EXPECT_EQ(fault({{}, {{0, 0, 4, 1, true}, {1, 0, 4, 1, true}}}),
            "requires one connection of a pair of nodes, but got two of 0 -> 4");
  EXPECT_EQ(fault({{5}, {{0, 5, 4, 1, true}, {1, 4, 5, 1, true}}}),
            "requires a genome without cycles, but got one through 4 -> 5");
}
