// Searches of a table, one per seed: how good a searcher is after so many trials.
#ifndef PENJING_SEARCH_TABLESEARCH_H
#define PENJING_SEARCH_TABLESEARCH_H

#include "penjing/Search/ScoreTable.h"

namespace penjing {

struct TableSearchOptions {
  std::string searcher = "random";
  uint64_t trials = 500; ///< queries of a search; repeats count
  uint64_t seeds = 1;    ///< searches
  uint64_t firstSeed = 0;
  unsigned batch = 0; ///< points asked for at once; 0: what the searcher likes
  unsigned threads = 1;
};

struct TableSearchResult {
  /// Per seed: the reported figure of the point of the best reward, after all trials.
  std::vector<double> reported;
  /// Mean over the seeds after 50, 100, 200, 500, … trials and after all.
  struct Mark {
    uint64_t trials;
    double mean;
  };
  std::vector<Mark> curve;
  double mean = 0, deviation = 0; ///< of `reported`; the deviation is the sample's
  double seconds = 0;
  Proposal best; ///< of the best reward over all seeds
};

/// Runs the searches; the result depends on everything but `threads`.
llvm::Expected<TableSearchResult> searchTable(const ScoreTable &table, const TableSearchOptions &options);

/// Probability that samples as different arise when both come from one distribution:
/// two-sided rank-sum test (Mann and Whitney 1947) by the normal approximation with
/// the correction for ties.
double rankSumProbability(llvm::ArrayRef<double> a, llvm::ArrayRef<double> b);

} // namespace penjing

#endif // PENJING_SEARCH_TABLESEARCH_H
