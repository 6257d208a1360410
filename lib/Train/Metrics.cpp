// Counts predictions and averages losses, in double and in the order of the
// batches.
#include "penjing/Train/Metrics.h"

#include <cassert>
#include <cmath>

using namespace penjing;

int64_t penjing::indexOfLargest(llvm::ArrayRef<float> values) {
  int64_t best = -1;
  for (size_t i = 0; i < values.size(); ++i) {
    if (std::isnan(values[i]))
      return -1;
    if (best < 0 || values[i] > values[best])
      best = int64_t(i);
  }
  return best;
}

void Metrics::addBatch(llvm::ArrayRef<float> logits,
                       llvm::ArrayRef<int32_t> labels) {
  assert(logits.size() == labels.size() * size_t(classes) &&
         "logits of another shape");
  for (int32_t label : labels) {
    int64_t predicted = indexOfLargest(logits.take_front(classes));
    logits = logits.drop_front(classes);
    ++seen;
    right += predicted == label;
    if (predicted >= 0 && label >= 0 && label < classes)
      ++counts[label * classes + predicted];
  }
}

void Metrics::addLoss(double mean, uint64_t samples) {
  lossSum += mean * double(samples);
  lossSamples += samples;
}
