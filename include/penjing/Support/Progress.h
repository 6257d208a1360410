// Progress of long work: one rewriting line on a terminal, plain lines
// elsewhere.
#ifndef PENJING_SUPPORT_PROGRESS_H
#define PENJING_SUPPORT_PROGRESS_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/raw_ostream.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace penjing {

/// Where long work stands. Epochs and steps count from 1; 0 means not
/// applicable.
struct ProgressReport {
  std::string activity; ///< such as `pj-train`
  uint64_t epoch = 0, epochs = 0;
  uint64_t step = 0, steps = 0; ///< within the epoch
  std::optional<double> loss;
  std::optional<double> accuracy; ///< share in [0, 1]
  std::optional<double> secondsLeft;
};

/// One line: `pj-train epoch 2/5 step 100/937 loss 0.4312 left 1:05`.
std::string progressText(const ProgressReport &report);

class ProgressSink {
public:
  virtual ~ProgressSink() = default;
  virtual void report(const ProgressReport &report) = 0;
  /// The work named `activity` is over; `summary` may be empty.
  virtual void finish(llvm::StringRef activity, llvm::StringRef summary) = 0;
};

/// Rewrites one line, at most ten times a second.
std::unique_ptr<ProgressSink> createTerminalProgress(llvm::raw_ostream &os);
/// A line when an epoch ends, and at most one every ten seconds within it.
std::unique_ptr<ProgressSink> createPlainProgress(llvm::raw_ostream &os);
/// The first if `os` is a terminal, else the second.
std::unique_ptr<ProgressSink> createProgress(llvm::raw_fd_ostream &os);

/// Estimates the time left from the steps done since the first call.
class TimeLeft {
public:
  /// `done` of `total` steps are done; nothing until there is something to
  /// measure.
  std::optional<double> estimate(uint64_t done, uint64_t total);

private:
  std::optional<std::chrono::steady_clock::time_point> start;
  uint64_t first = 0;
};

} // namespace penjing

#endif // PENJING_SUPPORT_PROGRESS_H
