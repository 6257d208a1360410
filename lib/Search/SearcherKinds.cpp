// The kinds of searchers by name.
#include "Searchers.h"

using namespace penjing;

static constexpr llvm::StringRef kKinds[] = {"random", "evolution", "local", "rnn-controller"};

llvm::ArrayRef<llvm::StringRef> penjing::searcherKinds() { return kKinds; }

unsigned penjing::preferredBatch(llvm::StringRef kind) { return kind == "rnn-controller" ? 6 : 1; }

llvm::Expected<SearcherFactory> penjing::searcherFactory(llvm::StringRef kind, llvm::ArrayRef<uint32_t> options) {
  if (options.empty() || llvm::is_contained(options, 0u))
    return llvm::createStringError("requires a space with at least one decision of one option or more");
  std::vector<uint32_t> kept = options.vec();
  if (kind == "random")
    return SearcherFactory([kept](uint64_t seed) { return createRandomSearch(kept, seed); });
  if (kind == "evolution")
    return SearcherFactory([kept](uint64_t seed) { return createRegularizedEvolution(kept, seed); });
  if (kind == "local")
    return SearcherFactory([kept](uint64_t seed) { return createLocalSearch(kept, seed); });
  if (kind == "rnn-controller")
    return createRnnControllers(kept);
  return llvm::createStringError("requires a searcher random, evolution, local or rnn-controller, but got '" +
                                 kind.str() + "'");
}
