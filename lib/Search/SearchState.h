// Pieces of a searcher's saved state: points, rewards, arrays of floats, as JSON.
#ifndef PENJING_LIB_SEARCH_SEARCHSTATE_H
#define PENJING_LIB_SEARCH_SEARCHSTATE_H

#include "penjing/Search/Searcher.h"

#include <map>

namespace penjing {

/// The rewards of all points that were told; nothing where the trial failed.
using KnownRewards = std::map<Proposal, std::optional<double>>;

llvm::json::Value toJson(const Proposal &proposal);
llvm::json::Value toJson(std::optional<double> reward);
llvm::json::Value toJson(const Outcome &outcome);
llvm::json::Value toJson(const KnownRewards &known);
/// The floats' bytes, little-endian, in base 64.
llvm::json::Value toJson(llvm::ArrayRef<float> values);

/// Reads members of a saved object; the first that is missing or of another kind is
/// remembered, and reads after it change nothing.
class StateReader {
public:
  StateReader(const llvm::json::Value &state, llvm::ArrayRef<uint32_t> options);

  void read(llvm::StringRef name, uint64_t &value);
  void read(llvm::StringRef name, double &value);
  void read(llvm::StringRef name, Proposal &value);
  void read(llvm::StringRef name, std::vector<Proposal> &value);
  void read(llvm::StringRef name, std::vector<Outcome> &value);
  void read(llvm::StringRef name, KnownRewards &value);
  /// As many floats as `values` has.
  void read(llvm::StringRef name, llvm::MutableArrayRef<float> values);

  /// An error that names the member at fault; call it last.
  llvm::Error finish();

private:
  const llvm::json::Value *member(llvm::StringRef name);
  std::optional<Proposal> proposalOf(const llvm::json::Value &value) const;
  std::optional<Outcome> outcomeOf(const llvm::json::Value &value) const;
  void refuse(llvm::StringRef name);
  /// Moves what was found into `value`, or refuses the member.
  template <typename T>
  void take(llvm::StringRef name, std::optional<T> found, T &value) {
    if (found)
      value = std::move(*found);
    else
      refuse(name);
  }

  const llvm::json::Object *object;
  llvm::ArrayRef<uint32_t> options;
  std::string refused;
};

} // namespace penjing

#endif // PENJING_LIB_SEARCH_SEARCHSTATE_H
