// Ranges of the options of pj-train. The first text that is refused ends the
// reading.
#include "TrainingNumbers.h"

#include "penjing/Support/NumericOption.h"

#include "llvm/ADT/STLFunctionalExtras.h"

using namespace penjing;

namespace {
/// Reads options until the first error, which it keeps.
class Reader {
public:
  double number(llvm::StringRef name, llvm::StringRef text,
                NumericRange range) {
    return keep(parseNumericOption(name, text, range));
  }
  int64_t integer(llvm::StringRef name, llvm::StringRef text, int64_t low,
                  int64_t high) {
    return keep(parseIntegerOption(name, text, low, high));
  }
  template <typename T> T keep(llvm::Expected<T> value) {
    if (value)
      return *value;
    llvm::Error refused = value.takeError();
    if (message.empty())
      message = llvm::toString(std::move(refused));
    else
      llvm::consumeError(std::move(refused));
    return T();
  }
  std::string message;
};
} // namespace

llvm::Expected<TrainingNumbers>
TrainingNumbers::parse(const TrainingTexts &texts, uint64_t sessionSeed) {
  Reader read;
  TrainingNumbers numbers;
  TrainingOptions &loop = numbers.loop;
  loop.epochs = uint64_t(read.integer("epochs", texts.epochs, 0, 1000000));
  loop.batch = uint32_t(read.integer("batch", texts.batch, 1, 1 << 20));
  loop.schedule = read.keep(parseScheduleKind(texts.schedule));
  loop.rate = read.number("lr", texts.rate, {0, 1000, true});
  loop.warmupEpochs = read.number("warmup", texts.warmup, {0, 1000000});
  loop.gamma = read.number("gamma", texts.gamma, {0, 1, true});
  loop.decayEpochs =
      read.number("decay-epochs", texts.decayEpochs, {0, 1000000});
  OptimizerOptions &optimizer = loop.optimizer;
  optimizer.kind = read.keep(parseOptimizerKind(texts.optimizer));
  optimizer.momentum =
      float(read.number("momentum", texts.momentum, {0, 1, false, true}));
  optimizer.nesterov = texts.nesterov;
  optimizer.beta1 =
      float(read.number("beta1", texts.beta1, {0, 1, false, true}));
  optimizer.beta2 =
      float(read.number("beta2", texts.beta2, {0, 1, false, true}));
  optimizer.epsilon = float(read.number("epsilon", texts.epsilon, {1e-30, 1}));
  optimizer.weightDecay =
      float(read.number("weight-decay", texts.weightDecay, {0, 1000}));
  // Read by the loss itself; checked here so that the message names the option.
  read.number("label-smoothing", texts.labelSmoothing, {0, 1, false, true});
  read.number("temperature", texts.temperature, {0, 1000, true});
  numbers.distills = read.number("beta", texts.beta, {0, 1000}) > 0;
  numbers.augmentation.flip = texts.flip;
  numbers.augmentation.shift =
      uint32_t(read.integer("shift", texts.shift, 0, 1 << 16));
  numbers.validation =
      read.number("validation", texts.validation, {0, 1, false, true});
  loop.seed = texts.seed.empty()
                  ? sessionSeed
                  : uint64_t(read.integer("seed", texts.seed, 0,
                                          std::numeric_limits<int64_t>::max()));
  if (!read.message.empty())
    return llvm::createStringError(read.message);
  if (optimizer.nesterov && optimizer.momentum == 0)
    return llvm::createStringError(
        "requires option \"nesterov\" with a momentum above 0");
  return numbers;
}
