// NEAT's parameters by name, with the values each may take.
#include "penjing/Search/Neat/Parameters.h"

#include "llvm/ADT/StringExtras.h"

#include <iterator>
#include <variant>
#include <vector>

using namespace penjing::neat;

namespace {

using Member = std::variant<uint32_t Parameters::*, float Parameters::*, bool Parameters::*, EqualFitness Parameters::*>;

struct Row {
  llvm::StringLiteral name;
  Member member;
  double low, high;
};

constexpr Row kRows[] = {
    {"population", &Parameters::population, 1, 1 << 20},
    {"start-connected", &Parameters::startConnected, 0, 1},
    {"start-weight", &Parameters::startWeight, 0, 1000},
    {"excess", &Parameters::excess, 0, 1000},
    {"disjoint", &Parameters::disjoint, 0, 1000},
    {"weight-difference", &Parameters::weightDifference, 0, 1000},
    {"small-genome", &Parameters::smallGenome, 0, 1 << 20},
    {"threshold", &Parameters::threshold, 0, 1000},
    {"target-species", &Parameters::targetSpecies, 0, 1 << 20},
    {"threshold-step", &Parameters::thresholdStep, 0, 1000},
    {"smallest-threshold", &Parameters::smallestThreshold, 0, 1000},
    {"survival", &Parameters::survival, 0, 1},
    {"stagnation", &Parameters::stagnation, 0, 1 << 20},
    {"population-stagnation", &Parameters::populationStagnation, 0, 1 << 20},
    {"restart", &Parameters::restart, 0, 1 << 20},
    {"elite-species", &Parameters::eliteSpecies, 0, 1 << 20},
    {"mutation-only", &Parameters::mutationOnly, 0, 1},
    {"interspecies", &Parameters::interspecies, 0, 1},
    {"disabled-inheritance", &Parameters::disabledInheritance, 0, 1},
    {"smaller-of-equals", &Parameters::equalFitness, 0, 1},
    {"mutate-weights", &Parameters::mutateWeights, 0, 1},
    {"changed-weights", &Parameters::changedWeights, 0, 1},
    {"perturb", &Parameters::perturb, 0, 1},
    {"perturbation", &Parameters::perturbation, 0, 1000},
    {"halvings", &Parameters::halvings, 0, 30},
    {"replacement", &Parameters::replacement, 0, 1000},
    {"weight-limit", &Parameters::weightLimit, 0, 1000000},
    {"add-connection", &Parameters::addConnection, 0, 1},
    {"add-node", &Parameters::addNode, 0, 1},
    {"toggle", &Parameters::toggle, 0, 1},
    {"enable", &Parameters::enable, 0, 1},
};

} // namespace

llvm::Error penjing::neat::setParameter(Parameters &parameters, llvm::StringRef text) {
  auto [name, value] = text.split('=');
  for (const Row &row : kRows) {
    if (row.name != name)
      continue;
    double number;
    bool whole = !std::holds_alternative<float Parameters::*>(row.member);
    if (value.getAsDouble(number) || !(number >= row.low && number <= row.high) ||
        (whole && number != double(uint32_t(number))))
      return llvm::createStringError("requires " + llvm::Twine(whole ? "a whole number" : "a number") + " of " +
                                     llvm::Twine(int64_t(row.low)) + " to " + llvm::Twine(int64_t(row.high)) + " for '" +
                                     name + "', but got '" + value + "'");
    std::visit([&](auto member) { parameters.*member = std::decay_t<decltype(parameters.*member)>(number); }, row.member);
    return llvm::Error::success();
  }
  std::vector<llvm::StringRef> names;
  for (const Row &row : kRows)
    names.push_back(row.name);
  return llvm::createStringError("requires a parameter among " + llvm::join(names, ", ") + ", but got '" + name + "'");
}
