// How long a contraction takes on a target: the model behind the choice of kernels,
// of layers worth quantizing and of widths worth keeping.
#ifndef PENJING_ANALYSIS_KERNELTIMES_H
#define PENJING_ANALYSIS_KERNELTIMES_H

#include "penjing/Analysis/Layers.h"
#include "penjing/Dialect/Kernel/Kernel.h"
#include "penjing/Target/Target.h"

namespace penjing {

/// The sizes of a sum of products that its time depends on.
struct ContractionSizes {
  /// Points of the result that share the weight, and outputs for each.
  int64_t points = 1, outputs = 1;
  /// Products in the sum of one output, and the size of the innermost part of that
  /// sum, which leaves with groups of inputs round up.
  int64_t products = 1, innermost = 1;
  /// Contractions of these sizes that follow each other (groups of a convolution).
  int64_t repeats = 1;
  /// Vectors lie along the channels of weight and activations alike.
  bool isDepthwise = false;

  double multiplyAdds() const { return double(points) * outputs * products * repeats; }
};

/// The sizes of a contraction with dense or block-sparse weights in B.
ContractionSizes sizesOf(kernel::ContractionAttr contraction);
/// The sizes of a layer; a dynamic dimension counts as one.
ContractionSizes sizesOf(const Layer &layer);

/// A kernel for a contraction.
struct KernelForm {
  /// Multiply-add leaf of the target.
  llvm::StringRef leaf;
  WeightForm weights = WeightForm::Dense;
  /// Share of the weights, or of the blocks, that is stored; 1 where dense.
  double stored = 1;
  /// Vectors of outputs in a block.
  int64_t blockVectors = 1;
  /// Unstructured: consecutive points that the vectors lie along.
  int64_t run = 1;
  /// Bytes of an element of the weight and of the activations.
  int64_t weightBytes = 4, activationBytes = 4;
};

/// Estimated seconds of one execution on one core whose caches hold what they can.
double kernelSeconds(const ContractionSizes &sizes, const KernelForm &form, const Target &target);

/// Bytes that the form stores: values and, for sparse forms, their table of offsets.
double storedBytes(const ContractionSizes &sizes, const KernelForm &form, const Target &target);

/// Seconds to copy a value of so many bytes into another order.
double relayoutSeconds(double bytes, const Target &target);

/// The share of zeros, from 0 to 1, from which on `sparse` is faster than `dense`;
/// 1 where it never is.
double breakEven(const ContractionSizes &sizes, const KernelForm &dense, KernelForm sparse,
                 const Target &target, double sparseExtraSeconds = 0);

} // namespace penjing

#endif // PENJING_ANALYSIS_KERNELTIMES_H
