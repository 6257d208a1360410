// Searchers over finite spaces: each proposes points, is told what they were worth,
// and can be put down and taken up again.
#ifndef PENJING_SEARCH_SEARCHER_H
#define PENJING_SEARCH_SEARCHER_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/JSON.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace penjing {

/// A point of a space: the index of the option taken, for each decision in its order.
using Proposal = std::vector<uint32_t>;

/// What became of a proposal.
struct Outcome {
  Proposal proposal;
  std::optional<double> reward; ///< larger is better; nothing where the trial failed
};

/// A searcher knows a space by the number of options of each decision alone. What it
/// proposes depends on its seed and on what it was told, in order, and on nothing else.
class Searcher {
public:
  virtual ~Searcher() = default;

  /// Between 1 and `count` points to try next. They are told before the next question.
  virtual std::vector<Proposal> ask(unsigned count) = 0;
  /// The outcomes of the last question, in its order.
  virtual void tell(llvm::ArrayRef<Outcome> outcomes) = 0;

  /// Everything that the next question depends on; taken when all was told.
  virtual llvm::json::Value save() const = 0;
  /// Takes a state that `save` of a searcher of the same kind and space gave.
  virtual llvm::Error restore(const llvm::json::Value &state) = 0;
};

/// Makes searchers of one kind that differ in their seeds.
using SearcherFactory = std::function<std::unique_ptr<Searcher>(uint64_t seed)>;

/// The names of the kinds: random, evolution, local, rnn-controller.
llvm::ArrayRef<llvm::StringRef> searcherKinds();

/// A factory of the kind for a space whose decisions have `options` options (at least
/// one each). Errors: an unknown kind, an empty space. `rnn-controller` compiles its
/// step here, once for all seeds, in a context of its own.
llvm::Expected<SearcherFactory> searcherFactory(llvm::StringRef kind, llvm::ArrayRef<uint32_t> options);

/// How many points the kind likes to be asked for at once where nothing runs beside:
/// 1, or the rollouts of a policy update.
unsigned preferredBatch(llvm::StringRef kind);

} // namespace penjing

#endif // PENJING_SEARCH_SEARCHER_H
