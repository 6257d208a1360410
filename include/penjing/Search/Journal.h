// The journal of a search: a line of JSON for what the search is, one when a trial
// begins and one when it ends, each on disk before the search goes on.
#ifndef PENJING_SEARCH_JOURNAL_H
#define PENJING_SEARCH_JOURNAL_H

#include "penjing/Search/Objective.h"
#include "penjing/Search/Searcher.h"

#include <map>
#include <memory>

namespace penjing {

/// How a trial ended.
struct TrialResult {
  std::optional<Measurement> measured; ///< nothing where it failed
  std::string failure;                 ///< why
  double seconds = 0;                  ///< that it took
};

/// What a search depends on, by name; a journal of another search is refused.
using SearchFacts = std::vector<std::pair<std::string, std::string>>;

class Journal {
public:
  /// Opens the file or makes it. Errors: it is of a search with other facts (named), or
  /// damaged before its last line. A last line that was cut off by a kill is dropped.
  static llvm::Expected<std::unique_ptr<Journal>> open(llvm::StringRef path, const SearchFacts &facts);
  ~Journal();

  /// What is known of a trial: where it began, and its end, if it ended.
  struct Entry {
    Proposal proposal;
    unsigned begun = 0; ///< times it began without having been stopped
    std::optional<TrialResult> result;
  };
  const Entry *find(uint64_t trial) const;

  /// Each appends a line and syncs the file.
  llvm::Error begin(uint64_t trial, const Proposal &proposal, llvm::StringRef decisions);
  llvm::Error end(uint64_t trial, const TrialResult &result);
  /// The user stopped the search: the trial's beginning does not count against it.
  llvm::Error stop(uint64_t trial);

private:
  Journal() = default;
  llvm::Error load(llvm::StringRef text, const SearchFacts &facts);
  llvm::Error take(const llvm::json::Object &line, size_t number);
  llvm::Error append(llvm::json::Object line);
  llvm::Error damaged(size_t number, llvm::StringRef what) const;

  std::string path;
  int file = -1;
  std::map<uint64_t, Entry> entries;
};

} // namespace penjing

#endif // PENJING_SEARCH_JOURNAL_H
