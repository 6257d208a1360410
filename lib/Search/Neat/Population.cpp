// Speciation, explicit fitness sharing, stagnation, elitism and breeding.
#include "penjing/Search/Neat/Population.h"

#include "penjing/Support/StableSort.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>

using namespace penjing::neat;

Population::Population(const Shape &shape, const Parameters &parameters, uint64_t seed)
    : shape(shape), parameters(parameters), seed(seed),
      innovations((shape.inputs + 1) * shape.outputs, shape.firstHidden()), current(parameters.population),
      next(parameters.population), compatibility(parameters.threshold) {
  start();
}

/// Minimal structure (section 3.4): sources connected to outputs, or to nothing.
void Population::start() {
  firstGeneration = lastImprovement = generationNumber;
  bestFitness = -1;
  allSpecies.clear();
  for (auto [index, genome] : llvm::enumerate(current)) {
    genome = Genome();
    Draws draws(seed, generationNumber, uint32_t(index));
    for (uint32_t output = 0; parameters.startConnected && output < shape.outputs; ++output)
      for (uint32_t source = 0; source <= shape.bias(); ++source)
        genome.connections.push_back({uint32_t(genome.connections.size()), source, shape.firstOutput() + output,
                                      draws.symmetric() * parameters.startWeight, true});
  }
  speciate();
}

/// Every genome joins the first species whose representative is close enough, or
/// founds one.
void Population::speciate() {
  for (Species &species : allSpecies)
    species.members.clear();
  for (uint32_t index = 0; index < current.size(); ++index) {
    auto home = llvm::find_if(allSpecies, [&](const Species &species) {
      return isCloser(current[index], species.representative, compatibility, parameters);
    });
    if (home == allSpecies.end())
      home = allSpecies.insert(home, {nextSpecies++, current[index], {}, 0, generationNumber, 0});
    home->members.push_back(index);
  }
  llvm::erase_if(allSpecies, [](const Species &species) { return species.members.empty(); });
  if (!parameters.targetSpecies)
    return;
  if (allSpecies.size() > parameters.targetSpecies)
    compatibility += parameters.thresholdStep;
  else if (allSpecies.size() < parameters.targetSpecies)
    compatibility = std::max(compatibility - parameters.thresholdStep, parameters.smallestThreshold);
}

void Population::advance(llvm::ArrayRef<double> fitness) {
  assert(fitness.size() == current.size() && "a fitness for every genome");
  if (parameters.restart && generationNumber + 1 - firstGeneration >= parameters.restart) {
    ++generationNumber;
    return start();
  }
  updateProgress(fitness);
  allotOffspring(fitness);
  ++generationNumber;
  innovations.nextGeneration();
  breed(fitness);
  // Drawn from the generation that ends, before it is replaced.
  for (Species &species : allSpecies) {
    Draws draws(seed, generationNumber, parameters.population + species.id);
    species.representative = current[species.members[draws.below(uint32_t(species.members.size()))]];
  }
  current.swap(next);
  speciate();
}

/// Sorts members best first and notes where a species or all of them improved.
void Population::updateProgress(llvm::ArrayRef<double> fitness) {
  for (Species &species : allSpecies) {
    llvm::sort(species.members,
               [&](uint32_t a, uint32_t b) { return fitness[a] != fitness[b] ? fitness[a] > fitness[b] : a < b; });
    double best = fitness[species.members.front()];
    if (best > species.bestFitness)
      species.bestFitness = best, species.lastImprovement = generationNumber;
    if (best > bestFitness)
      bestFitness = best, lastImprovement = generationNumber;
  }
  stableSort(allSpecies, [&](const Species &a, const Species &b) {
    return fitness[a.members.front()] > fitness[b.members.front()];
  });
}

/// Offspring in proportion to the sum of shared fitness, which is a species' mean.
void Population::allotOffspring(llvm::ArrayRef<double> fitness) {
  bool refocus = generationNumber - lastImprovement > parameters.populationStagnation;
  std::vector<double> shares(allSpecies.size());
  double sum = 0;
  for (auto [rank, species] : llvm::enumerate(allSpecies)) {
    bool stagnant = generationNumber - species.lastImprovement > parameters.stagnation;
    if (refocus ? rank >= 2 : stagnant)
      continue;
    for (uint32_t member : species.members)
      shares[rank] += fitness[member] / double(species.members.size());
    sum += shares[rank];
  }
  // Every species stagnates, or nobody has any fitness: the best ones go on.
  if (!(sum > 0))
    for (size_t rank = 0; rank < std::min<size_t>(2, shares.size()); ++rank)
      shares[rank] = 1;
  std::vector<uint32_t> counts = apportion(shares, parameters.population);
  for (auto [species, count] : llvm::zip(allSpecies, counts))
    species.offspring = count;
}

void Population::breed(llvm::ArrayRef<double> fitness) {
  uint32_t index = 0;
  for (const Species &species : allSpecies) {
    uint32_t end = index + species.offspring;
    if (species.offspring && species.members.size() > parameters.eliteSpecies)
      next[index++] = current[species.members.front()];
    for (; index < end; ++index)
      breedChild(species, fitness, index);
  }
}

uint32_t Population::survivors(const Species &species) const {
  auto count = uint32_t(std::ceil(parameters.survival * float(species.members.size())));
  return std::clamp<uint32_t>(count, 1, uint32_t(species.members.size()));
}

uint32_t Population::drawParent(const Species &species, Draws &draws) const {
  return species.members[draws.below(survivors(species))];
}

void Population::breedChild(const Species &species, llvm::ArrayRef<double> fitness, uint32_t index) {
  Draws draws(seed, generationNumber, index);
  Genome &child = next[index];
  uint32_t mother = drawParent(species, draws);
  if (draws.chance(parameters.mutationOnly)) {
    child = current[mother];
  } else {
    const Species *mates = &species;
    if (draws.chance(parameters.interspecies))
      mates = &allSpecies[draws.below(uint32_t(allSpecies.size()))];
    uint32_t father = drawParent(*mates, draws);
    if (father == mother) {
      child = current[mother];
    } else {
      if (fitness[father] > fitness[mother])
        std::swap(mother, father);
      crossover(current[mother], current[father], fitness[mother] == fitness[father], shape, parameters, draws,
                child);
    }
  }
  mutate(child, shape, parameters, innovations, draws);
}

std::vector<uint32_t> penjing::neat::apportion(llvm::ArrayRef<double> shares, uint32_t total) {
  double sum = std::accumulate(shares.begin(), shares.end(), 0.0);
  assert(sum > 0 && "somebody has offspring");
  std::vector<uint32_t> counts(shares.size()), order(shares.size());
  std::vector<double> remainders(shares.size());
  uint32_t given = 0;
  for (size_t i = 0; i < shares.size(); ++i) {
    double exact = shares[i] / sum * total;
    counts[i] = std::min(uint32_t(exact), total - given);
    remainders[i] = exact - counts[i];
    given += counts[i];
  }
  std::iota(order.begin(), order.end(), 0);
  llvm::sort(order, [&](uint32_t a, uint32_t b) {
    return remainders[a] != remainders[b] ? remainders[a] > remainders[b] : a < b;
  });
  for (size_t i = 0; given < total; i = (i + 1) % order.size())
    if (shares[order[i]] > 0)
      ++counts[order[i]], ++given;
  return counts;
}
