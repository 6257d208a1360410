// Sliding windows over images: which taps of a window lie inside.
#ifndef PENJING_LIB_REFERENCE_WINDOWS_H
#define PENJING_LIB_REFERENCE_WINDOWS_H

#include "Elements.h"

namespace penjing::reference {

/// Extents and strides of a tensor of rank 4 by meaning, whatever its layout.
struct Image {
  Image(const Tensor &tensor, Layout layout) {
    Strides strides = rowMajor(tensor.shape());
    unsigned c = layout == Layout::NCHW ? 1 : 3, h = layout == Layout::NCHW ? 2 : 1;
    batch = tensor.dim(0), channels = tensor.dim(c), height = tensor.dim(h), width = tensor.dim(h + 1);
    ofBatch = strides[0], ofChannel = strides[c], ofRow = strides[h], ofColumn = strides[h + 1];
  }
  int64_t batch, channels, height, width;
  int64_t ofBatch, ofChannel, ofRow, ofColumn;
};

/// One axis of a window.
struct Slide {
  int64_t kernel, stride, dilation, before, after;

  /// The tap's place in the image for window i.
  int64_t place(int64_t i, int64_t tap) const { return i * stride + tap * dilation - before; }
  /// The windows [first, last) of `windows` whose `tap` lies inside [0, extent).
  std::pair<int64_t, int64_t> inside(int64_t tap, int64_t extent, int64_t windows) const {
    int64_t shift = tap * dilation - before;
    int64_t first = shift >= 0 ? 0 : (-shift + stride - 1) / stride;
    int64_t last = extent - shift <= 0 ? 0 : (extent - shift + stride - 1) / stride;
    return {first, std::min(last, windows)};
  }
};

/// The axes of an op with strides, dilations and pads.
template <typename OpTy>
std::array<Slide, 2> slidesOf(OpTy op, llvm::ArrayRef<int64_t> kernel) {
  std::array<Slide, 2> slides;
  for (unsigned a : {0u, 1u})
    slides[a] = {kernel[a], op.getStrides()[a], op.getDilations()[a], op.getPads()[a], op.getPads()[a + 2]};
  return slides;
}

} // namespace penjing::reference

#endif // PENJING_LIB_REFERENCE_WINDOWS_H
