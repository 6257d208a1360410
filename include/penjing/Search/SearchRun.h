// A search: a searcher proposes, trials are run or read from the journal, the searcher
// is told, until all trials are done. A killed search continues where it was.
#ifndef PENJING_SEARCH_SEARCHRUN_H
#define PENJING_SEARCH_SEARCHRUN_H

#include "penjing/Search/Candidate.h"
#include "penjing/Search/Journal.h"
#include "penjing/Search/Space.h"

namespace penjing {

class Session;

/// What trains a candidate, and what makes a copy of it ready to be measured, unless
/// said otherwise.
constexpr llvm::StringLiteral kDefaultTrainPasses =
    "pj-train{epochs=3 batch=64 lr=0.03 schedule=one-cycle momentum=0.9 weight-decay=5e-4}";
constexpr llvm::StringLiteral kDefaultFinishPasses = "pj-fold-batch-norm";

struct SearchRunOptions {
  std::string searcher = "evolution";
  uint64_t trials = 50;
  /// Points proposed at once. It does not follow the jobs: the same search on more
  /// cores is the same search.
  unsigned batch = 8;
  unsigned jobs = 1;
  double secondsLimit = 0; ///< of a trial; 0: none
  Objective objective;
  std::string journal; ///< where it lies; empty: none is kept
};

/// One trial of a search that was told to the searcher.
struct Trial {
  Proposal proposal;
  TrialResult result;
  std::optional<double> reward;    ///< nothing where it failed
  std::vector<std::string> broken; ///< the limits it breaks
  /// It was measured, and within the budget.
  bool isAllowed() const { return result.measured && broken.empty(); }
};

struct SearchResult {
  std::vector<Trial> trials;
  std::optional<size_t> best; ///< of the largest reward; nothing where all failed
  bool isCancelled = false;
};

/// Runs the search; progress and cancellation are the session's. `facts` name what else
/// the search depends on, beside the options. Trials that began three times and never
/// ended count as failed. Errors: the journal, the machine, an unknown searcher.
llvm::Expected<SearchResult> runSearch(const SearchSpace &space, const CandidateSetup &setup,
                                       const SearchRunOptions &options, SearchFacts facts, Session &session);

} // namespace penjing

#endif // PENJING_SEARCH_SEARCHRUN_H
