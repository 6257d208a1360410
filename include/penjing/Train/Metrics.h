// What a training and an evaluation report: mean loss, top-1 accuracy and the
// confusion of classes.
#ifndef PENJING_TRAIN_METRICS_H
#define PENJING_TRAIN_METRICS_H

#include "llvm/ADT/ArrayRef.h"

#include <cstdint>
#include <vector>

namespace penjing {

class Metrics {
public:
  explicit Metrics(int64_t classes)
      : classes(classes), counts(classes * classes) {}

  /// Counts a batch: `logits` are samples x classes, row-major. The prediction
  /// is the first largest logit; a row with a NaN predicts nothing.
  void addBatch(llvm::ArrayRef<float> logits, llvm::ArrayRef<int32_t> labels);
  /// Counts a mean loss over `samples` samples.
  void addLoss(double mean, uint64_t samples);

  int64_t classCount() const { return classes; }
  uint64_t samples() const { return seen; }
  uint64_t correct() const { return right; }
  /// Share of right predictions in [0, 1]; 0 without samples.
  double accuracy() const { return seen ? double(right) / double(seen) : 0; }
  double meanLoss() const {
    return lossSamples ? lossSum / double(lossSamples) : 0;
  }
  /// How many samples of class `label` were predicted as `predicted`.
  uint64_t confusion(int64_t label, int64_t predicted) const {
    return counts[label * classes + predicted];
  }

private:
  int64_t classes;
  std::vector<uint64_t> counts;
  uint64_t seen = 0, right = 0, lossSamples = 0;
  double lossSum = 0;
};

/// The first largest of `values`; -1 if there is a NaN or nothing.
int64_t indexOfLargest(llvm::ArrayRef<float> values);

} // namespace penjing

#endif // PENJING_TRAIN_METRICS_H
