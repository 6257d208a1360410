// What a search found, laid out: the Pareto front, and every other point with what is
// against it, as a table, as JSON and as a picture.
#ifndef PENJING_SEARCH_FRONT_H
#define PENJING_SEARCH_FRONT_H

#include "penjing/Search/SearchRun.h"

namespace penjing {

/// Whether `a` is nowhere worse than `b` in accuracy, latency, size and RAM, and better
/// somewhere.
bool dominates(const Measurement &a, const Measurement &b);

/// The trials within the budget that no other dominates, the most accurate first; of
/// equal figures the earlier one alone.
std::vector<size_t> paretoFront(llvm::ArrayRef<Trial> trials);

/// Why a trial is not on the front: a limit it broke, its failure, or the trial of the
/// front that dominates it.
std::string rejection(const SearchResult &result, llvm::ArrayRef<size_t> front, size_t trial);

/// The front in lines, with the decisions of each point; then how many others there are,
/// by what is against them.
std::string frontTable(const SearchSpace &space, const SearchResult &result);

/// {objective, trials: [{trial, decisions, accuracy …, reward, on_front, rejected}], front,
/// best, failed}.
llvm::json::Value frontJson(const SearchSpace &space, const SearchRunOptions &options, const SearchResult &result);

/// Accuracy over latency (over size where no latency was measured): the front as a line,
/// the others as dots, each with its decisions and what is against it as a tooltip, the
/// limits as dashed lines. An SVG without scripts.
std::string frontSvg(const SearchSpace &space, const SearchRunOptions &options, const SearchResult &result);

} // namespace penjing

#endif // PENJING_SEARCH_FRONT_H
