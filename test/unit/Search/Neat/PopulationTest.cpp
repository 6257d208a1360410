// Speciation, fitness sharing, stagnation and elitism on small populations.
#include "Genomes.h"

#include "penjing/Search/Neat/Population.h"

#include "llvm/ADT/STLExtras.h"
#include "gtest/gtest.h"

#include <numeric>

using namespace penjing;
using namespace penjing::neat;

static const Shape kShape{2, 1, false};

static std::vector<double> everybody(const Population &population, double fitness) {
  return std::vector<double>(population.genomes().size(), fitness);
}

static size_t membersOf(const Population &population) {
  size_t members = 0;
  for (const Species &species : population.species())
    members += species.members.size();
  return members;
}

TEST(NeatApportion, KeepsTheSumAndTheProportions) {
  EXPECT_EQ(apportion({1, 1, 2}, 8), (std::vector<uint32_t>{2, 2, 4}));
  // 3.33 each: the first of the equal remainders gets the one that is left.
  EXPECT_EQ(apportion({1, 1, 1}, 10), (std::vector<uint32_t>{4, 3, 3}));
  EXPECT_EQ(apportion({0, 5, 0}, 7), (std::vector<uint32_t>{0, 7, 0}));
  EXPECT_EQ(apportion({2.9, 0.1}, 10), (std::vector<uint32_t>{10, 0}));
}

TEST(NeatPopulation, StartsConnectedOrNot) {
  Parameters p;
  Population connected(kShape, p, 0);
  ASSERT_EQ(connected.genomes().size(), 150u);
  for (const Genome &genome : connected.genomes()) {
    EXPECT_EQ(genome.connections.size(), 3u); // two inputs and the bias
    EXPECT_EQ(findFault(genome, kShape), "");
  }
  p.startConnected = false;
  for (const Genome &genome : Population(kShape, p, 0).genomes())
    EXPECT_TRUE(genome.connections.empty());
}

TEST(NeatPopulation, StaysSoundAndWhole) {
  Parameters p;
  p.addNode = p.addConnection = 0.3f, p.threshold = 1;
  for (bool recurrent : {false, true}) {
    Shape shape{3, 2, recurrent};
    Population population(shape, p, 4);
    std::vector<double> fitness(p.population);
    for (uint32_t generation = 0; generation < 30; ++generation) {
      for (auto [index, genome] : llvm::enumerate(population.genomes())) {
        ASSERT_EQ(findFault(genome, shape), "") << "generation " << generation;
        fitness[index] = double(genome.connections.size() % 7);
      }
      EXPECT_EQ(membersOf(population), p.population);
      population.advance(fitness);
    }
    EXPECT_GT(population.species().size(), 1u);
  }
}

TEST(NeatPopulation, DependsOnSeedAndFitnessAlone) {
  auto run = [](uint64_t seed) {
    Population population(kShape, Parameters(), seed);
    for (uint32_t generation = 0; generation < 5; ++generation) {
      std::vector<double> fitness;
      for (const Genome &genome : population.genomes())
        fitness.push_back(double(genome.connections.front().weight) + 100);
      population.advance(fitness);
    }
    return population.genomes().vec();
  };
  EXPECT_TRUE(run(1) == run(1));
  EXPECT_FALSE(run(1) == run(2));
}

/// Everybody is within the threshold of the representative that came first.
TEST(NeatPopulation, GroupsByDistance) {
  Parameters p;
  p.weightDifference = 3, p.threshold = 2;
  Population population(kShape, p, 9);
  ASSERT_GT(population.species().size(), 2u);
  for (auto [rank, species] : llvm::enumerate(population.species()))
    for (uint32_t member : species.members) {
      EXPECT_LT(distance(population.genomes()[member], species.representative, p), 2);
      for (const Species &before : population.species().take_front(rank))
        EXPECT_GE(distance(population.genomes()[member], before.representative, p), 2);
    }
}

TEST(NeatPopulation, MovesTheThresholdTowardsTheTarget) {
  Parameters p;
  p.weightDifference = 3, p.threshold = 0.5f, p.targetSpecies = 10;
  Population many(kShape, p, 0);
  EXPECT_GT(many.species().size(), 10u);
  EXPECT_FLOAT_EQ(many.threshold(), 0.8f);
  for (uint32_t generation = 0; generation < 60; ++generation)
    many.advance(everybody(many, 1));
  EXPECT_NEAR(double(many.species().size()), 10, 5);
  p.threshold = 100;
  Population one(kShape, p, 0);
  EXPECT_EQ(one.species().size(), 1u);
  EXPECT_FLOAT_EQ(one.threshold(), 99.7f);
}

/// Shared fitness: a species' offspring follow its mean, not its size.
TEST(NeatPopulation, SharesFitnessWithinASpecies) {
  Parameters p;
  p.weightDifference = 3, p.threshold = 2;
  Population population(kShape, p, 3);
  std::vector<Species> before = population.species().vec();
  ASSERT_GE(before.size(), 3u);
  std::vector<double> fitness(p.population);
  for (auto [rank, species] : llvm::enumerate(before))
    for (uint32_t member : species.members)
      fitness[member] = rank == 1 ? 2 : 1;
  population.advance(fitness);
  uint32_t all = uint32_t(before.size());
  for (const Species &species : population.species())
    for (auto [rank, old] : llvm::enumerate(before))
      if (old.id == species.id)
        EXPECT_NEAR(species.offspring, double(rank == 1 ? 2 : 1) / (all + 1) * p.population, 1);
}

TEST(NeatPopulation, StagnantSpeciesHaveNoOffspring) {
  Parameters p;
  p.weightDifference = 3, p.threshold = 2, p.stagnation = 3, p.populationStagnation = 1000;
  Population population(kShape, p, 3);
  uint32_t growing = population.species()[0].id;
  std::vector<uint32_t> first;
  for (const Species &species : population.species())
    first.push_back(species.id);
  ASSERT_GT(first.size(), 2u);
  for (uint32_t generation = 0; generation < 5; ++generation) {
    std::vector<double> fitness = everybody(population, 1);
    for (const Species &species : population.species())
      if (species.id == growing)
        for (uint32_t member : species.members)
          fitness[member] = 2 + generation;
    population.advance(fitness);
  }
  for (const Species &species : population.species())
    if (llvm::is_contained(first, species.id))
      EXPECT_EQ(species.offspring > 0, species.id == growing) << species.id;
}

TEST(NeatPopulation, RefocusesOnTwoSpeciesWhereNothingImproves) {
  Parameters p;
  p.weightDifference = 3, p.threshold = 2, p.stagnation = 1000, p.populationStagnation = 4;
  Population population(kShape, p, 3);
  auto breeding = [&] { return llvm::count_if(population.species(), [](const Species &s) { return s.offspring > 0; }); };
  for (uint32_t generation = 0; generation < 5; ++generation) {
    population.advance(everybody(population, 1));
    EXPECT_GT(breeding(), 2);
  }
  population.advance(everybody(population, 1));
  EXPECT_LE(breeding(), 2);
}

/// The champion of a species of more than five survives unchanged.
TEST(NeatPopulation, PassesChampionsOn) {
  Parameters p;
  p.threshold = 100; // one species
  Population population(kShape, p, 1);
  std::vector<double> fitness = everybody(population, 1);
  fitness[77] = 5;
  Genome champion = population.genomes()[77];
  population.advance(fitness);
  EXPECT_TRUE(llvm::is_contained(population.genomes(), champion));
  EXPECT_EQ(membersOf(population), p.population);
}

/// Nobody has any fitness: the population goes on.
TEST(NeatPopulation, SurvivesWithoutFitness) {
  Population population(kShape, Parameters(), 1);
  for (uint32_t generation = 0; generation < 40; ++generation)
    population.advance(everybody(population, 0));
  EXPECT_EQ(membersOf(population), 150u);
}

TEST(NeatParameters, AreSetByName) {
  Parameters p;
  auto text = [&](const char *setting) { return llvm::toString(setParameter(p, setting)); };
  EXPECT_EQ(text("add-node=0.25"), "");
  EXPECT_EQ(text("population=40"), "");
  EXPECT_EQ(text("start-connected=0"), "");
  EXPECT_EQ(text("smaller-of-equals=1"), "");
  EXPECT_EQ(p.addNode, 0.25f);
  EXPECT_EQ(p.population, 40u);
  EXPECT_FALSE(p.startConnected);
  EXPECT_EQ(p.equalFitness, EqualFitness::Smaller);
  EXPECT_EQ(text("add-node=2"), "requires a number of 0 to 1 for 'add-node', but got '2'");
  EXPECT_EQ(text("population=2.5"), "requires a whole number of 1 to 1048576 for 'population', but got '2.5'");
  EXPECT_EQ(text("population="), "requires a whole number of 1 to 1048576 for 'population', but got ''");
  EXPECT_NE(text("colour=3").find("requires a parameter among population, "), std::string::npos);
}
