// The operators of NEAT on genomes: mutation, crossover, compatibility distance.
#ifndef PENJING_SEARCH_NEAT_OPERATORS_H
#define PENJING_SEARCH_NEAT_OPERATORS_H

#include "penjing/Search/Neat/Draws.h"
#include "penjing/Search/Neat/Genome.h"
#include "penjing/Search/Neat/Innovations.h"
#include "penjing/Search/Neat/Parameters.h"

namespace penjing::neat {

// -- Mutation (section 3.1, figure 3) -----------------------------------------

/// Every weight is perturbed or drawn anew.
void mutateWeights(Genome &genome, const Parameters &parameters, Draws &draws);

/// Connects two nodes that were not; false where twenty draws find no such pair.
bool addConnection(Genome &genome, const Shape &shape, const Parameters &parameters, Innovations &innovations,
                   Draws &draws);

/// Splits a random enabled connection: it is disabled, the one into the new node
/// weighs 1, the one out of it what the old one weighed. False without one.
bool addNode(Genome &genome, Innovations &innovations, Draws &draws);

/// Switches a random gene on or off.
void toggle(Genome &genome, Draws &draws);

/// Switches a random disabled gene on.
void enable(Genome &genome, Draws &draws);

/// All of the above, by their chances. A structural mutation leaves the weights alone.
void mutate(Genome &genome, const Shape &shape, const Parameters &parameters, Innovations &innovations,
            Draws &draws);

// -- Crossover (section 3.2, figure 4) ----------------------------------------

/// Matching genes from either parent, disjoint and excess ones from the fitter. Where
/// `equal`, `parameters.equalFitness` says who gives them. `child` is overwritten.
void crossover(const Genome &fitter, const Genome &other, bool equal, const Shape &shape,
               const Parameters &parameters, Draws &draws, Genome &child);

// -- Compatibility (section 3.3) ----------------------------------------------

/// How two genomes align by innovation numbers.
struct Alignment {
  uint32_t matching = 0, disjoint = 0, excess = 0;
  float weightDifference = 0; ///< sum of |difference| over matching genes
};
Alignment align(const Genome &a, const Genome &b);

/// Equation 1: c1 E/N + c2 D/N + c3 W.
float distance(const Genome &a, const Genome &b, const Parameters &parameters);
/// Whether the distance is below a threshold: most genomes are far apart, and that is
/// soon seen.
bool isCloser(const Genome &a, const Genome &b, float threshold, const Parameters &parameters);

} // namespace penjing::neat

#endif // PENJING_SEARCH_NEAT_OPERATORS_H
