// From samples to the batches a model takes: its own layout and element type,
// a deterministic order, deterministic flips and shifts, a validation split.
#ifndef PENJING_TRAIN_BATCHFEEDER_H
#define PENJING_TRAIN_BATCHFEEDER_H

#include "penjing/Train/Dataset.h"

#include <cstdint>
#include <vector>

namespace penjing {

/// Which samples are trained on and which are held out; both ascending.
struct SampleSplit {
  std::vector<uint32_t> training, validation;
};

/// Holds out round(fraction · size) samples, chosen by (seed, Validation).
SampleSplit splitSamples(uint32_t size, double fraction, uint64_t seed);

/// `samples` in the order of `epoch`: a permutation by (seed, Shuffle, epoch).
std::vector<uint32_t> epochOrder(llvm::ArrayRef<uint32_t> samples,
                                 uint64_t seed, uint32_t epoch);

/// Random changes of a training sample, drawn by (seed, Augment, epoch,
/// sample).
struct Augmentation {
  bool flip = false;  ///< mirrored left to right with probability 1/2
  uint32_t shift = 0; ///< cropped from the image zero-padded by so many pixels
  bool any() const { return flip || shift; }
};

/// Copies samples into batches of the model's input.
class BatchFeeder {
public:
  /// `inputShape` is the model's input without its dimension 0. An error if the
  /// samples do not fit it, if their layout is ambiguous, or if an augmentation
  /// is asked for samples that are no images.
  static llvm::Expected<BatchFeeder>
  create(const Dataset &data, llvm::ArrayRef<int64_t> inputShape,
         ElementKind inputElement, Augmentation augmentation, uint64_t seed);

  /// Bytes of one sample in a batch.
  uint64_t sampleBytes() const { return sampleSize * byteWidth(element); }

  /// Writes samples side by side to `out`, as they are.
  void fill(llvm::ArrayRef<uint32_t> samples, char *out) const;
  /// Writes samples augmented for `epoch`.
  void fillAugmented(llvm::ArrayRef<uint32_t> samples, uint32_t epoch,
                     char *out) const;
  /// The samples' labels.
  void fillLabels(llvm::ArrayRef<uint32_t> samples, int32_t *out) const;

private:
  /// Distances between neighbours along channel, row and column.
  struct Strides {
    int64_t channel, row, column;
  };
  struct Placement {
    bool flip;
    int64_t down, right; ///< of the crop's corner in the unpadded image
  };
  explicit BatchFeeder(const Dataset &data) : data(&data) {}

  template <typename From, typename To>
  void copySample(uint32_t sample, Placement placement, To *out) const;
  void dispatch(uint32_t sample, Placement placement, char *out) const;
  Placement placementOf(uint32_t sample, uint32_t epoch) const;

  const Dataset *data;
  ElementKind element = ElementKind::F32;
  Augmentation augmentation;
  uint64_t seed = 0;
  uint64_t sampleSize = 0;
  int64_t channels = 0, rows = 0, columns = 0;
  Strides from{}, to{};
};

} // namespace penjing

#endif // PENJING_TRAIN_BATCHFEEDER_H
