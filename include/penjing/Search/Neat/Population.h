// A population of NEAT: species that share their fitness, and the next generation
// bred from them (Stanley & Miikkulainen 2002, section 3.3).
//
//   Population population(shape, parameters, seed);
//   while (…) {
//     task.evaluate(population.genomes(), fitness);   // each at least 0
//     population.advance(fitness);                    // the next generation
//   }
#ifndef PENJING_SEARCH_NEAT_POPULATION_H
#define PENJING_SEARCH_NEAT_POPULATION_H

#include "penjing/Search/Neat/Operators.h"

namespace penjing::neat {

struct Species {
  uint32_t id;
  /// A member of the generation before: whoever is close to it belongs here.
  Genome representative;
  /// Indices into the population.
  std::vector<uint32_t> members;
  double bestFitness = 0;        ///< of all generations
  uint32_t lastImprovement = 0;  ///< the generation that reached it
  uint32_t offspring = 0;        ///< to breed for the next generation
};

class Population {
public:
  Population(const Shape &shape, const Parameters &parameters, uint64_t seed);

  llvm::ArrayRef<Genome> genomes() const { return current; }
  /// Species of the present genomes; none is empty.
  llvm::ArrayRef<Species> species() const { return allSpecies; }
  uint32_t generation() const { return generationNumber; }
  float threshold() const { return compatibility; }

  /// Takes the fitness of every genome (finite, at least 0) and breeds the next
  /// generation. The result depends on the seed and the fitness alone.
  void advance(llvm::ArrayRef<double> fitness);

private:
  /// Replaces everybody by genomes of minimal structure.
  void start();
  void speciate();
  void updateProgress(llvm::ArrayRef<double> fitness);
  void allotOffspring(llvm::ArrayRef<double> fitness);
  void breed(llvm::ArrayRef<double> fitness);
  void breedChild(const Species &species, llvm::ArrayRef<double> fitness, uint32_t index);
  /// A survivor of the species, drawn.
  uint32_t drawParent(const Species &species, Draws &draws) const;
  uint32_t survivors(const Species &species) const;

  Shape shape;
  Parameters parameters;
  uint64_t seed;
  Innovations innovations;
  std::vector<Genome> current, next;
  std::vector<Species> allSpecies;
  float compatibility;
  double bestFitness = -1;
  uint32_t generationNumber = 0, firstGeneration = 0, lastImprovement = 0, nextSpecies = 0;
};

/// How many of `total` offspring each species gets: proportional to `shares` (at
/// least one is positive), whole numbers that add up, the largest remainders first.
std::vector<uint32_t> apportion(llvm::ArrayRef<double> shares, uint32_t total);

} // namespace penjing::neat

#endif // PENJING_SEARCH_NEAT_POPULATION_H
