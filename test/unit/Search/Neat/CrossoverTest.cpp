// Crossover and compatibility against figure 4 of Stanley & Miikkulainen 2002.
#include "Genomes.h"

#include "gtest/gtest.h"

using namespace penjing;
using namespace penjing::neat;
using namespace penjing::neat::test;

TEST(NeatCrossover, AlignsFigure4) {
  Alignment aligned = align(figure4Parent1(), figure4Parent2());
  EXPECT_EQ(aligned.matching, 5u);
  EXPECT_EQ(aligned.disjoint, 3u); // 6, 7 and 8
  EXPECT_EQ(aligned.excess, 2u);   // 9 and 10
  EXPECT_EQ(aligned.weightDifference, 50);
  Alignment back = align(figure4Parent2(), figure4Parent1());
  EXPECT_EQ(back.disjoint, 3u);
  EXPECT_EQ(back.excess, 2u);
}

TEST(NeatCompatibility, IsEquation1) {
  Parameters p;
  p.excess = 1, p.disjoint = 2, p.weightDifference = 0.5f;
  // Small genomes: N = 1. 1 · 2 + 2 · 3 + 0.5 · 10.
  EXPECT_FLOAT_EQ(distance(figure4Parent1(), figure4Parent2(), p), 13);
  p.smallGenome = 0; // N = 9
  EXPECT_FLOAT_EQ(distance(figure4Parent1(), figure4Parent2(), p), 8.0f / 9 + 5);
  EXPECT_EQ(distance(figure4Parent1(), figure4Parent1(), p), 0);
  EXPECT_EQ(distance(Genome(), Genome(), p), 0);
}

TEST(NeatCompatibility, ComparesWithAThresholdAsTheDistanceDoes) {
  Shape shape{3, 2, false};
  Parameters p;
  for (uint64_t seed = 0; seed < 60; ++seed) {
    Genome a = grown(shape, uint32_t(seed % 30), seed), b = grown(shape, uint32_t(seed % 17), seed / 2);
    for (float threshold : {0.5f, 3.0f, 8.0f, 20.0f})
      EXPECT_EQ(isCloser(a, b, threshold, p), distance(a, b, p) < threshold) << seed;
  }
}

/// The fitter parent gives disjoint and excess genes, matching ones come from either.
TEST(NeatCrossover, TakesTheFittersGenes) {
  Parameters p;
  size_t fromFirst = 0, matching = 0;
  for (uint64_t seed = 0; seed < 400; ++seed) {
    Draws draws(seed, 0, 0);
    Genome child;
    crossover(figure4Parent2(), figure4Parent1(), false, kFigureShape, p, draws, child);
    ASSERT_EQ(child.connections.size(), 9u);
    EXPECT_EQ(child.hidden, (std::vector<uint32_t>{5, 6}));
    EXPECT_EQ(geneOf(child, 8), nullptr);
    for (uint32_t innovation : {6, 7, 9, 10})
      EXPECT_EQ(geneOf(child, innovation)->weight, float(innovation + 10));
    for (uint32_t innovation : {1, 2, 3, 4, 5}) {
      float weight = geneOf(child, innovation)->weight;
      EXPECT_TRUE(weight == float(innovation) || weight == float(innovation + 10));
      fromFirst += weight < 10;
      ++matching;
    }
    crossover(figure4Parent1(), figure4Parent2(), false, kFigureShape, p, draws, child);
    EXPECT_EQ(child.connections.size(), 6u);
    EXPECT_EQ(child.hidden, std::vector<uint32_t>{5});
  }
  EXPECT_NEAR(double(fromFirst) / double(matching), 0.5, 0.05);
}

/// Equally fit, as the figure assumes: all ten genes occur, disjoint and excess ones
/// each in about half of the children.
TEST(NeatCrossover, TossesACoinBetweenEquals) {
  std::vector<size_t> seen(11);
  size_t count = 2000;
  bool whole = false;
  for (uint64_t seed = 0; seed < count; ++seed) {
    Draws draws(seed, 0, 0);
    Genome child;
    crossover(figure4Parent1(), figure4Parent2(), true, kFigureShape, Parameters(), draws, child);
    EXPECT_EQ(findFault(child, kFigureShape), "");
    for (const Connection &c : child.connections)
      ++seen[c.innovation];
    whole |= child.connections.size() == 10; // the offspring of the figure
  }
  EXPECT_TRUE(whole);
  for (uint32_t innovation = 1; innovation <= 10; ++innovation)
    EXPECT_NEAR(double(seen[innovation]) / double(count), innovation <= 5 ? 1 : 0.5, 0.05) << innovation;
}

TEST(NeatCrossover, PrefersTheSmallerOfEqualsWhereAsked) {
  Parameters p;
  p.equalFitness = EqualFitness::Smaller;
  Draws draws(0, 0, 0);
  Genome child;
  crossover(figure4Parent2(), figure4Parent1(), true, kFigureShape, p, draws, child);
  EXPECT_EQ(child.connections.size(), 6u);
}

/// Gene 5 is disabled in one parent, gene 2 in both, gene 1 in none.
TEST(NeatCrossover, InheritsDisabledGenesThreeTimesInFour) {
  std::vector<size_t> disabled(11);
  size_t count = 4000;
  for (uint64_t seed = 0; seed < count; ++seed) {
    Draws draws(seed, 0, 0);
    Genome child;
    crossover(figure4Parent2(), figure4Parent1(), false, kFigureShape, Parameters(), draws, child);
    for (const Connection &c : child.connections)
      disabled[c.innovation] += !c.enabled;
  }
  EXPECT_EQ(disabled[1], 0u);
  EXPECT_NEAR(double(disabled[2]) / double(count), 0.75, 0.03);
  EXPECT_NEAR(double(disabled[5]) / double(count), 0.75, 0.03);
}

/// One parent says 5 → 6, the other 6 → 5: no child may have both.
TEST(NeatCrossover, NeverClosesACycleBetweenEquals) {
  Genome a{{5, 6}, {{1, 0, 5, 1, true}, {2, 5, 4, 1, true}, {3, 0, 6, 1, true}, {4, 6, 4, 1, true}, {5, 5, 6, 1, true}}};
  Genome b{{5, 6}, {{1, 0, 5, 1, true}, {2, 5, 4, 1, true}, {3, 0, 6, 1, true}, {4, 6, 4, 1, true}, {6, 6, 5, 1, true}}};
  for (uint64_t seed = 0; seed < 100; ++seed) {
    Draws draws(seed, 0, 0);
    Genome child;
    crossover(a, b, true, kFigureShape, Parameters(), draws, child);
    EXPECT_EQ(findFault(child, kFigureShape), "");
  }
}
