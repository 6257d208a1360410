// The options of pj-train as checked numbers: they arrive as text because
// digits matter.
#ifndef PENJING_LIB_TRAIN_TRAININGNUMBERS_H
#define PENJING_LIB_TRAIN_TRAININGNUMBERS_H

#include "penjing/Train/TrainingLoop.h"

namespace penjing {

/// The options as they stand in the pipeline.
struct TrainingTexts {
  std::string epochs, batch, rate, schedule, warmup, gamma, decayEpochs,
      optimizer, momentum;
  bool nesterov;
  std::string beta1, beta2, epsilon, weightDecay, labelSmoothing;
  bool flip;
  std::string shift, validation, beta, temperature, seed;
};

struct TrainingNumbers {
  TrainingOptions loop;
  Augmentation augmentation;
  double validation = 0;
  bool distills = false;

  /// An error names the first option that is no number in its range. An empty
  /// seed is `sessionSeed`.
  static llvm::Expected<TrainingNumbers> parse(const TrainingTexts &texts,
                                               uint64_t sessionSeed);
};

} // namespace penjing

#endif // PENJING_LIB_TRAIN_TRAININGNUMBERS_H
