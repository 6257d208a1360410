// What a candidate is worth: its accuracy, its measured latency and its size, joined to
// one reward, and the limits it must keep.
#ifndef PENJING_SEARCH_OBJECTIVE_H
#define PENJING_SEARCH_OBJECTIVE_H

#include "llvm/Support/Error.h"
#include "llvm/Support/JSON.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace penjing {

/// What was measured of a trained candidate, on the object that it compiles to.
struct Measurement {
  double accuracy = 0;    ///< share of the held-out samples, in [0, 1]
  double latency = 0;     ///< seconds of a call, the median; 0 where not measured
  uint64_t sizeBytes = 0; ///< of the object's code and constants
  uint64_t ramBytes = 0;  ///< arena and stack of a call

  llvm::json::Object toJson() const;
  /// Nothing where a member is missing or no number.
  static std::optional<Measurement> fromJson(const llvm::json::Object &object);
};

/// Limits that are hard; absent ones do not bind.
struct Budget {
  std::optional<double> latency; ///< seconds
  std::optional<uint64_t> sizeBytes, ramBytes;
  std::optional<double> accuracy; ///< at least, in [0, 1]

  /// One sentence for each limit that the candidate breaks: `latency 310.2us is above
  /// 200.0us`.
  std::vector<std::string> broken(const Measurement &measurement) const;
  /// How far it is outside: the sum of the logarithms of measured to allowed, over the
  /// broken limits; 0 within the budget.
  double excess(const Measurement &measurement) const;
};

struct Objective {
  Budget budget;
  /// With a target, the reward is accuracy · (latency / target)^exponent (Tan et al.
  /// 2019, equation 2), else the accuracy.
  std::optional<double> targetLatency; ///< seconds
  double exponent = -0.07;

  /// Larger is better. Outside the budget it is minus the excess: below all that keep
  /// it, and rising towards them.
  double reward(const Measurement &measurement) const;
  /// Whether a reward or limit reads the latency.
  bool readsLatency() const { return targetLatency || budget.latency; }
  /// The objective in words that are the same for the same objective.
  std::string text() const;
};

/// An objective as it is written; empty texts are absent.
struct ObjectiveTexts {
  std::string targetLatency, exponent, maxLatency, maxSize, maxRam;
  std::string minAccuracy; ///< percent
};
/// Errors name the option, as in `max-latency`.
llvm::Expected<Objective> parseObjective(const ObjectiveTexts &texts);

} // namespace penjing

#endif // PENJING_SEARCH_OBJECTIVE_H
