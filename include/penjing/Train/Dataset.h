// Labelled samples for training, calibration and evaluation, read from a folder
// (IDX files, CIFAR-10 records), an .npz of `x` and `y`, or arrays in memory.
#ifndef PENJING_TRAIN_DATASET_H
#define PENJING_TRAIN_DATASET_H

#include "penjing/Support/Array.h"
#include "penjing/Support/Limits.h"
#include "penjing/Support/Session.h"

#include <cstdint>
#include <string>
#include <vector>

namespace penjing {

enum class DataSplit { Training, Test };

/// What the dimensions of a sample mean.
enum class SampleLayout {
  Unknown,       ///< as the arrays came: CHW or HWC is read off the model
  ChannelsFirst, ///< CHW
};

struct Dataset {
  /// N x sample dimensions; u8 (raw pixels 0..255) or f32.
  Array x;
  /// N class numbers, none negative.
  std::vector<int32_t> labels;
  SampleLayout layout = SampleLayout::Unknown;

  uint32_t size() const { return uint32_t(labels.size()); }
  llvm::ArrayRef<int64_t> sampleShape() const { return x.shape().drop_front(); }
  /// Largest label plus one.
  int32_t classes() const;
  /// SHA-256 over samples, shape and labels.
  std::string hash() const;
};

/// Reads the split. A folder holds IDX files named like MNIST's (plain or .gz)
/// or CIFAR-10 records in *.bin, and the names tell the splits apart (test,
/// t10k; train or the rest). Arrays have one split, which is given for both.
/// Everything is untrusted: sizes are checked against the bytes there and the
/// limits before they are allocated.
llvm::Expected<Dataset> loadDataset(const DataSource &source, DataSplit split,
                                    const Limits &limits = {});

/// The data set of arrays `x` and `y`: x of rank >= 2 with elements that are
/// u8 or converted to f32; y of integers, one per sample. `name` for messages.
llvm::Expected<Dataset> datasetFromArrays(llvm::ArrayRef<NamedArray> arrays,
                                          llvm::StringRef name);

} // namespace penjing

#endif // PENJING_TRAIN_DATASET_H
