// A random window of a convolution or pool that fits into a given image.
// Both families draw theirs here.
#ifndef PENJING_TEST_LIB_GENERATORS_RANDOMWINDOW_H
#define PENJING_TEST_LIB_GENERATORS_RANDOMWINDOW_H

#include "Graph.h"

#include <optional>

namespace penjing::test {

struct RandomWindow {
  llvm::SmallVector<int64_t> kernel, strides, dilations, pads;
};

/// A window that fits into the image of an NCHW tensor, with kernels of 1 to 3, or of 1 or 2
/// with `powers`; nothing where none does.
std::optional<RandomWindow> window(Graph &g, mlir::RankedTensorType image, bool powers, bool padded = true);

} // namespace penjing::test

#endif // PENJING_TEST_LIB_GENERATORS_RANDOMWINDOW_H
