// Trials in processes of their own: what crashes, hangs or eats a trial is its result.
#ifndef PENJING_LIB_SEARCH_TRIALPROCESSES_H
#define PENJING_LIB_SEARCH_TRIALPROCESSES_H

#include "penjing/Search/Journal.h"

namespace penjing {

struct TrialProcessOptions {
  unsigned jobs = 1;         ///< that run side by side
  double secondsLimit = 0;   ///< of a trial, its waiting for others not counted; 0: none
  std::function<bool()> isCancelled = [] { return false; };
};

/// Runs `work(index, quiet)` for each index below `count` in a forked process. `quiet`,
/// called there, returns when all other trials stand still and no other search of this
/// machine is timing; they go on when the work is done. `begin` is called before a trial
/// starts, `end` when it ended, both here, in any order of the indices; an error of
/// theirs ends everything. False where it was cancelled: running trials were killed and
/// are told to `stopped`.
struct TrialWork {
  unsigned count = 0;
  std::function<llvm::Expected<Measurement>(unsigned index, llvm::function_ref<void()> quiet)> work;
  std::function<llvm::Error(unsigned index)> begin, stopped;
  std::function<llvm::Error(unsigned index, const TrialResult &result)> end;
};
llvm::Expected<bool> runTrials(const TrialWork &trials, const TrialProcessOptions &options);

} // namespace penjing

#endif // PENJING_LIB_SEARCH_TRIALPROCESSES_H
