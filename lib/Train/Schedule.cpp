// Schedules of the learning rate; the cosine is the portable one, so that the
// rates are the same on every machine.
#include "penjing/Train/Schedule.h"

#include "penjing/Support/PortableMath.h"

#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/FormatVariadic.h"

#include <algorithm>
#include <optional>

using namespace penjing;

llvm::Expected<ScheduleKind> penjing::parseScheduleKind(llvm::StringRef name) {
  auto kind = llvm::StringSwitch<std::optional<ScheduleKind>>(name)
                  .Case("constant", ScheduleKind::Constant)
                  .Case("step", ScheduleKind::Step)
                  .Case("cosine", ScheduleKind::Cosine)
                  .Case("linear", ScheduleKind::Linear)
                  .Case("one-cycle", ScheduleKind::OneCycle)
                  .Default(std::nullopt);
  if (kind)
    return *kind;
  return llvm::createStringError(llvm::formatv(
      "requires option \"schedule\" to be constant, step, cosine, linear or "
      "one-cycle, but got \"{0}\"",
      name));
}

double Schedule::rateAt(uint64_t step) const {
  uint64_t rising = warmupSteps;
  if (kind == ScheduleKind::OneCycle && rising == 0)
    rising = totalSteps / 5;
  if (step < rising)
    return rate * double(step + 1) / double(rising);
  // What is left after the rise, as a share in [0, 1).
  uint64_t rest =
      std::max<uint64_t>(1, totalSteps - std::min(rising, totalSteps));
  uint64_t done = std::min(step - rising, rest - 1);
  switch (kind) {
  case ScheduleKind::Constant:
    return rate;
  case ScheduleKind::Step: {
    uint64_t every =
        decaySteps ? decaySteps : std::max<uint64_t>(1, (totalSteps + 2) / 3);
    double result = rate;
    for (uint64_t i = step / every; i > 0; --i)
      result *= gamma;
    return result;
  }
  case ScheduleKind::Cosine:
    // Half a turn; cos starts at 1.
    return rate * 0.5 *
           (1 + portableCosTurns(0.5 * double(done) / double(rest)));
  case ScheduleKind::Linear:
  case ScheduleKind::OneCycle:
    return rate * double(rest - done) / double(rest);
  }
  llvm_unreachable("unknown schedule");
}
