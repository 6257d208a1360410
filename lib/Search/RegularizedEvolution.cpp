// Regularized evolution: tournament selection, one mutation, death by age.
#include "Draws.h"
#include "SearchState.h"
#include "Searchers.h"

#include <algorithm>

using namespace penjing;

namespace {
/// Small, so that few hundred trials are many generations.
constexpr size_t kPopulation = 20, kSample = 10;
/// How often a known child is changed once more before it is proposed all the same.
constexpr unsigned kChanges = 20;

class RegularizedEvolution : public Searcher {
public:
  RegularizedEvolution(llvm::ArrayRef<uint32_t> options, uint64_t seed) : options(options), draws(seed) {}

  std::vector<Proposal> ask(unsigned count) override {
    std::vector<Proposal> proposals;
    while (proposals.size() < count)
      proposals.push_back(population.size() + proposals.size() < kPopulation ? draws.point(options)
                                                                             : child(proposals));
    return proposals;
  }

  void tell(llvm::ArrayRef<Outcome> outcomes) override {
    for (const Outcome &outcome : outcomes) {
      known[outcome.proposal] = outcome.reward;
      population.push_back(outcome);
      if (population.size() > kPopulation)
        population.erase(population.begin());
    }
  }

  llvm::json::Value save() const override {
    llvm::json::Array members;
    for (const Outcome &member : population)
      members.push_back(toJson(member));
    return llvm::json::Object{
        {"seed", draws.seed}, {"draws", draws.position}, {"population", std::move(members)}, {"known", toJson(known)}};
  }
  llvm::Error restore(const llvm::json::Value &state) override {
    StateReader reader(state, options);
    reader.read("seed", draws.seed);
    reader.read("draws", draws.position);
    reader.read("population", population);
    reader.read("known", known);
    return reader.finish();
  }

private:
  /// The best of a sample drawn with replacement; a failure is worse than anything.
  const Outcome &parent() {
    const Outcome *best = nullptr;
    for (size_t i = 0; i < kSample; ++i) {
      const Outcome &candidate = population[draws.below(population.size())];
      // An empty optional is less than every reward.
      if (!best || best->reward < candidate.reward)
        best = &candidate;
    }
    return *best;
  }

  Proposal child(llvm::ArrayRef<Proposal> siblings) {
    Proposal proposal = population.empty() ? draws.point(options) : parent().proposal;
    for (unsigned change = 0; change < kChanges; ++change) {
      draws.mutate(proposal, options);
      if (!known.count(proposal) && !llvm::is_contained(siblings, proposal))
        break;
    }
    return proposal;
  }

  std::vector<uint32_t> options;
  Draws draws;
  std::vector<Outcome> population; ///< oldest first
  KnownRewards known;
};
} // namespace

std::unique_ptr<Searcher> penjing::createRegularizedEvolution(llvm::ArrayRef<uint32_t> options, uint64_t seed) {
  return std::make_unique<RegularizedEvolution>(options, seed);
}
