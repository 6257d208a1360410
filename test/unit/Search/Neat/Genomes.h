// Genomes of the paper's figures. Its nodes 1 to 3 (sensors) are 0 to 2 here, node 4
// (output) and the hidden nodes 5 and 6 keep their numbers; 3 is the bias.
#ifndef PENJING_TEST_UNIT_SEARCH_NEAT_GENOMES_H
#define PENJING_TEST_UNIT_SEARCH_NEAT_GENOMES_H

#include "penjing/Search/Neat/Operators.h"

namespace penjing::neat::test {

inline constexpr Shape kFigureShape{3, 1, false};

/// The parent of figure 3.
inline Genome figure3Parent() {
  return {{5}, {{1, 0, 4, .1f, true}, {2, 1, 4, .2f, false}, {3, 2, 4, .3f, true},
                {4, 1, 5, .4f, true}, {5, 5, 4, .5f, true}, {6, 0, 5, .6f, true}}};
}

/// The parents of figure 4. Weights tell where a gene came from: below 10, or above.
inline Genome figure4Parent1() {
  return {{5}, {{1, 0, 4, 1, true}, {2, 1, 4, 2, false}, {3, 2, 4, 3, true},
                {4, 1, 5, 4, true}, {5, 5, 4, 5, true}, {8, 0, 5, 8, true}}};
}
inline Genome figure4Parent2() {
  return {{5, 6}, {{1, 0, 4, 11, true}, {2, 1, 4, 12, false}, {3, 2, 4, 13, true}, {4, 1, 5, 14, true},
                   {5, 5, 4, 15, false}, {6, 5, 6, 16, true}, {7, 6, 4, 17, true}, {9, 2, 5, 19, true},
                   {10, 0, 6, 20, true}}};
}

inline const Connection *geneOf(const Genome &genome, uint32_t innovation) {
  for (const Connection &c : genome.connections)
    if (c.innovation == innovation)
      return &c;
  return nullptr;
}

/// A genome grown by `steps` mutations.
inline Genome grown(const Shape &shape, uint32_t steps, uint64_t seed) {
  Parameters p;
  Innovations innovations(0, shape.firstHidden());
  Genome genome;
  Draws draws(seed, 0, 0);
  for (uint32_t step = 0; step < steps; ++step) {
    if (draws.chance(0.7f) || !addNode(genome, innovations, draws))
      addConnection(genome, shape, p, innovations, draws);
    innovations.nextGeneration();
  }
  mutateWeights(genome, p, draws);
  return genome;
}

} // namespace penjing::neat::test

#endif // PENJING_TEST_UNIT_SEARCH_NEAT_GENOMES_H
