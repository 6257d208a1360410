// Random search: what every other searcher has to beat.
#include "Draws.h"
#include "SearchState.h"
#include "Searchers.h"

using namespace penjing;

namespace {
class RandomSearch : public Searcher {
public:
  RandomSearch(llvm::ArrayRef<uint32_t> options, uint64_t seed) : options(options), draws(seed) {}

  std::vector<Proposal> ask(unsigned count) override {
    std::vector<Proposal> proposals;
    for (unsigned i = 0; i < count; ++i)
      proposals.push_back(draws.point(options));
    return proposals;
  }
  void tell(llvm::ArrayRef<Outcome>) override {}

  llvm::json::Value save() const override { return llvm::json::Object{{"seed", draws.seed}, {"draws", draws.position}}; }
  llvm::Error restore(const llvm::json::Value &state) override {
    StateReader reader(state, options);
    reader.read("seed", draws.seed);
    reader.read("draws", draws.position);
    return reader.finish();
  }

private:
  std::vector<uint32_t> options;
  Draws draws;
};
} // namespace

std::unique_ptr<Searcher> penjing::createRandomSearch(llvm::ArrayRef<uint32_t> options, uint64_t seed) {
  return std::make_unique<RandomSearch>(options, seed);
}
