// Scores of all points of a published space: NAS-Bench-201's cells and the networks of
// NAS-Bench-Macro, read from a file. What searchers are compared on in seconds.
#ifndef PENJING_SEARCH_SCORETABLE_H
#define PENJING_SEARCH_SCORETABLE_H

#include "penjing/Search/Searcher.h"
#include "penjing/Search/Space.h"

namespace penjing {

class ScoreTable {
public:
  /// Reads a file whose header says which space it is: `cell` with `cifar10_val` and
  /// `cifar10_test` (Dong and Yang 2020; the reward is the validation accuracy, the
  /// test accuracy is reported), or `arch` with `test_acc_0 …` (Su et al. 2021; the
  /// reward is the first accuracy, the mean of the three is reported). The file is
  /// untrusted; errors name the line.
  static llvm::Expected<ScoreTable> read(llvm::StringRef path);
  /// The same from text; `name` for messages.
  static llvm::Expected<ScoreTable> parse(llvm::StringRef text, llvm::StringRef name);

  /// `edge0 … edge5` with the operations, or `layer0 …` with the digits.
  llvm::ArrayRef<Decision> decisions() const { return space; }
  std::vector<uint32_t> optionCounts() const;

  /// The two figures of a point; nothing where the table has no such line.
  struct Score {
    double reward, reported;
  };
  std::optional<Score> find(const Proposal &proposal) const;
  size_t size() const { return points; }

private:
  std::vector<Decision> space;
  std::vector<std::optional<Score>> scores; ///< row-major over the decisions
  size_t points = 0;
};

} // namespace penjing

#endif // PENJING_SEARCH_SCORETABLE_H
