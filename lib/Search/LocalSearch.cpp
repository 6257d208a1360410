// Local search with restarts: climb to a point that no neighbour beats, start again.
#include "Draws.h"
#include "SearchState.h"
#include "Searchers.h"

using namespace penjing;

namespace {
/// Draws of a start before a known one is taken all the same.
constexpr unsigned kStarts = 100;

class LocalSearch : public Searcher {
public:
  LocalSearch(llvm::ArrayRef<uint32_t> options, uint64_t seed) : options(options), draws(seed) {}

  std::vector<Proposal> ask(unsigned count) override {
    if (waiting.empty()) {
      centre.clear();
      centreReward.reset();
      waiting.push_back(start());
    }
    size_t taken = std::min<size_t>(count, waiting.size());
    std::vector<Proposal> proposals(waiting.begin(), waiting.begin() + taken);
    waiting.erase(waiting.begin(), waiting.begin() + taken);
    return proposals;
  }

  void tell(llvm::ArrayRef<Outcome> outcomes) override {
    const Outcome *best = nullptr;
    for (const Outcome &outcome : outcomes) {
      known[outcome.proposal] = outcome.reward;
      if (!best || best->reward < outcome.reward)
        best = &outcome;
    }
    // The first better neighbour is taken: the others were neighbours of a worse point.
    if (best && (centre.empty() || centreReward < best->reward))
      moveTo(*best);
  }

  llvm::json::Value save() const override {
    llvm::json::Array queue;
    for (const Proposal &proposal : waiting)
      queue.push_back(toJson(proposal));
    llvm::json::Array at;
    if (!centre.empty())
      at.push_back(toJson(Outcome{centre, centreReward}));
    return llvm::json::Object{{"seed", draws.seed}, {"draws", draws.position},
                              {"centre", std::move(at)},
                              {"waiting", std::move(queue)},
                              {"known", toJson(known)}};
  }
  llvm::Error restore(const llvm::json::Value &state) override {
    StateReader reader(state, options);
    std::vector<Outcome> at;
    reader.read("seed", draws.seed);
    reader.read("draws", draws.position);
    reader.read("centre", at);
    reader.read("waiting", waiting);
    reader.read("known", known);
    centre = at.empty() ? Proposal() : at.front().proposal;
    centreReward = at.empty() ? std::nullopt : at.front().reward;
    return reader.finish();
  }

private:
  Proposal start() {
    Proposal proposal = draws.point(options);
    for (unsigned i = 0; i < kStarts && known.count(proposal); ++i)
      proposal = draws.point(options);
    return proposal;
  }

  /// Makes the outcome the centre and queues its unknown neighbours in random order.
  /// A known neighbour that is better still is moved to at once.
  void moveTo(Outcome outcome) {
    for (bool moved = true; moved;) {
      moved = false;
      centre = outcome.proposal;
      centreReward = outcome.reward;
      waiting.clear();
      for (size_t decision = 0; decision < options.size(); ++decision)
        for (uint32_t step = 1; step < options[decision]; ++step) {
          Proposal neighbour = centre;
          neighbour[decision] = (neighbour[decision] + step) % options[decision];
          auto found = known.find(neighbour);
          if (found == known.end()) {
            waiting.push_back(std::move(neighbour));
          } else if (outcome.reward < found->second) {
            outcome = {neighbour, found->second};
            moved = true;
          }
        }
    }
    for (size_t i = waiting.size(); i > 1; --i)
      std::swap(waiting[i - 1], waiting[draws.below(i)]);
  }

  std::vector<uint32_t> options;
  Draws draws;
  Proposal centre; ///< empty before the first outcome of a climb
  std::optional<double> centreReward;
  std::vector<Proposal> waiting; ///< neighbours to try
  KnownRewards known;
};
} // namespace

std::unique_ptr<Searcher> penjing::createLocalSearch(llvm::ArrayRef<uint32_t> options, uint64_t seed) {
  return std::make_unique<LocalSearch>(options, seed);
}
