// Learning rates over the steps of a training: constant, step, cosine, linear,
// one-cycle, each after an optional warm-up.
#ifndef PENJING_TRAIN_SCHEDULE_H
#define PENJING_TRAIN_SCHEDULE_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <cstdint>

namespace penjing {

enum class ScheduleKind {
  Constant, ///< the rate
  Step,     ///< the rate times gamma for every `decayEpochs` that have passed
  Cosine,   ///< half a cosine from the rate to 0
  Linear,   ///< a line from the rate to 0
  OneCycle, ///< a line up over the first 20 % of the steps (or the warm-up),
            ///< then a line to 0
};

llvm::Expected<ScheduleKind> parseScheduleKind(llvm::StringRef name);

struct Schedule {
  ScheduleKind kind = ScheduleKind::Constant;
  double rate = 0.01;
  /// Steps over which the rate first rises in a line from 0.
  uint64_t warmupSteps = 0;
  uint64_t totalSteps = 1;
  double gamma = 0.1;
  uint64_t decaySteps = 0; ///< of the kind Step; 0: a third of the steps

  /// The rate of step `step` (from 0); the last step of a falling line is above
  /// 0.
  double rateAt(uint64_t step) const;
};

} // namespace penjing

#endif // PENJING_TRAIN_SCHEDULE_H
