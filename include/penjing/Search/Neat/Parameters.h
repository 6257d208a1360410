// The parameters of NEAT. Defaults are the values of Stanley & Miikkulainen 2002,
// section 4.1, unless a line says otherwise; the built-in tasks choose their own
// where they differ (Tasks.h).
#ifndef PENJING_SEARCH_NEAT_PARAMETERS_H
#define PENJING_SEARCH_NEAT_PARAMETERS_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <cstdint>

namespace penjing::neat {

/// Who gives disjoint and excess genes where both parents are equally fit.
enum class EqualFitness {
  Random = 0,  ///< each gene by a coin (figure 4 of the paper)
  Smaller = 1, ///< the parent with fewer genes (the authors' program)
};

struct Parameters {
  uint32_t population = 150;

  // -- Start (section 3.4) ----------------------------------------------------
  /// Every input and the bias connected to every output; else no connections.
  bool startConnected = true;
  /// Weights start uniform in ± this. (The paper gives no number.)
  float startWeight = 1;

  // -- Compatibility distance c1 E/N + c2 D/N + c3 W (section 3.3, equation 1) -
  float excess = 1;          ///< c1
  float disjoint = 1;        ///< c2
  float weightDifference = 0.4f; ///< c3, of the mean over matching genes
  /// N is 1 where both genomes have fewer genes than this.
  uint32_t smallGenome = 20;

  // -- Speciation (section 3.3) -----------------------------------------------
  float threshold = 3; ///< of the distance, in the first generation
  /// The threshold moves by `thresholdStep` a generation towards this number of
  /// species; 0 keeps it (the paper keeps it; the count is from Stanley's FAQ).
  uint32_t targetSpecies = 0;
  float thresholdStep = 0.3f, smallestThreshold = 0.3f;

  // -- Reproduction (sections 3.3, 4.1) ---------------------------------------
  /// Share of a species, best first, that has offspring. (The paper: "the lowest
  /// performing members" are eliminated; 0.2 is the authors' program.)
  float survival = 0.2f;
  /// Generations without progress after which a species has no offspring.
  uint32_t stagnation = 15;
  /// Generations without progress of the whole population after which only the
  /// two best species have offspring.
  uint32_t populationStagnation = 20;
  /// Generations after which a population that has solved nothing starts anew, its
  /// evaluations counted on; 0 for never. (Not in the paper.)
  uint32_t restart = 0;
  /// Species of more members than this pass their champion on unchanged.
  uint32_t eliteSpecies = 5;
  float mutationOnly = 0.25f;  ///< share of offspring without crossover
  float interspecies = 0.001f; ///< chance that the second parent is of another species

  // -- Crossover (section 3.2) ------------------------------------------------
  float disabledInheritance = 0.75f; ///< of a gene disabled in either parent
  EqualFitness equalFitness = EqualFitness::Random;

  // -- Mutation (sections 3.1, 4.1) -------------------------------------------
  float mutateWeights = 0.8f; ///< chance that a genome's weights change
  /// Chance of each of its weights to change then. (The paper: all do.)
  float changedWeights = 1;
  float perturb = 0.9f;       ///< of a weight that changes; else it is drawn anew
  float perturbation = 2.5f;  ///< uniform ± this (the authors' program)
  /// The perturbation of a genome is halved up to this many times, drawn evenly: small
  /// steps that refine, large ones that explore. (Not in the paper.)
  uint32_t halvings = 0;
  float replacement = 2.5f;   ///< a new weight is uniform in ± this
  float weightLimit = 8;      ///< weights stay within ± this (the authors' program)
  float addConnection = 0.05f;
  float addNode = 0.03f;
  /// Chances of switching a random gene on or off, and of switching a disabled one
  /// on again. (Not in the paper; the authors' program has them.)
  float toggle = 0, enable = 0;
};

/// Sets one of the above by `name=value`, `add-node=0.03`; an error tells names and ranges.
llvm::Error setParameter(Parameters &parameters, llvm::StringRef text);

} // namespace penjing::neat

#endif // PENJING_SEARCH_NEAT_PARAMETERS_H
