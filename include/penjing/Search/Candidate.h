// A candidate of a search: a point of the space resolved, trained, compiled and measured.
#ifndef PENJING_SEARCH_CANDIDATE_H
#define PENJING_SEARCH_CANDIDATE_H

#include "penjing/Search/Objective.h"
#include "penjing/Search/Searcher.h"
#include "penjing/Train/Dataset.h"

#include "mlir/IR/DialectRegistry.h"

namespace penjing {

/// What all trials of a search share. Nothing of it is changed by a trial.
struct CandidateSetup {
  const mlir::DialectRegistry *registry = nullptr;
  std::string space; ///< the module with choices, as bytecode
  /// Samples that are trained on, `x` and `y`, and samples that judge.
  std::vector<NamedArray> training;
  Dataset validation;
  /// Passes that train, and passes that then make what is measured (the network that is
  /// kept is as training left it); pipeline texts.
  std::string trainPasses, finishPasses;
  uint64_t seed = 0;
  bool measuresLatency = true;
};

/// A setup of samples from the training split of `data`: `validationSamples` held out,
/// at most `trainingSamples` of the rest trained on (0: all), both drawn by the seed.
llvm::Error splitForSearch(const Dataset &data, uint32_t trainingSamples, uint32_t validationSamples,
                           CandidateSetup &setup);

/// Resolves, trains, finishes, compiles for this machine and measures, in a context of
/// its own. `beforeTiming` is called when only the timing is left: it returns when the
/// machine is quiet.
llvm::Expected<Measurement> measureCandidate(const CandidateSetup &setup, const Proposal &proposal,
                                             llvm::function_ref<void()> beforeTiming = [] {});

/// The trained network of a point as bytecode: what its trial trained, bit for bit.
llvm::Expected<std::string> makeCandidate(const CandidateSetup &setup, const Proposal &proposal);

} // namespace penjing

#endif // PENJING_SEARCH_CANDIDATE_H
