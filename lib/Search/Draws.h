// A searcher's random numbers: a position in one Philox stream.
#ifndef PENJING_LIB_SEARCH_DRAWS_H
#define PENJING_LIB_SEARCH_DRAWS_H

#include "penjing/Search/Searcher.h"
#include "penjing/Support/Philox.h"

namespace penjing {

/// Draws one number after the other; seed and position are all of its state.
class Draws {
public:
  explicit Draws(uint64_t seed) : seed(seed) {}

  /// A uniform integer in [0, bound).
  uint32_t below(uint64_t bound) { return static_cast<uint32_t>(numbers().below(position++, bound)); }
  /// Uniform in [0, 1).
  double uniform() { return numbers().uniformDouble(position++); }

  /// A uniform point of the space.
  Proposal point(llvm::ArrayRef<uint32_t> options) {
    Proposal proposal;
    for (uint32_t count : options)
      proposal.push_back(below(count));
    return proposal;
  }
  /// The point with one decision changed, drawn among all that can change.
  void mutate(Proposal &proposal, llvm::ArrayRef<uint32_t> options) {
    uint64_t changes = 0;
    for (uint32_t count : options)
      changes += count - 1;
    if (changes == 0)
      return;
    uint64_t chosen = below(changes);
    for (auto [value, count] : llvm::zip_equal(proposal, options)) {
      if (chosen < count - 1) {
        value = (value + 1 + chosen) % count;
        return;
      }
      chosen -= count - 1;
    }
  }

  uint64_t seed, position = 0;

private:
  Philox numbers() const { return Philox(seed, RandomPurpose::Search); }
};

} // namespace penjing

#endif // PENJING_LIB_SEARCH_DRAWS_H
