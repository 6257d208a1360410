// Draws windows of convolutions and pools.
// Kernel, stride, dilation and pads of both axes are drawn apart.
#include "RandomWindow.h"

using namespace mlir;
using namespace penjing::test;

std::optional<RandomWindow> penjing::test::window(Graph &g, RankedTensorType image, bool powers, bool padded) {
  RandomWindow w;
  for (unsigned axis : {2u, 3u}) {
    w.kernel.push_back(powers ? 1 << g.draws().in(0, 1) : g.draws().in(1, 3));
    w.strides.push_back(g.draws().in(1, 2));
    w.dilations.push_back(g.draws().in(1, 2));
    if (w.dilations.back() * (w.kernel.back() - 1) + 1 > image.getDimSize(axis))
      return std::nullopt;
  }
  for (unsigned i = 0; i < 4; ++i) {
    int64_t reach = w.dilations[i % 2] * (w.kernel[i % 2] - 1);
    w.pads.push_back(padded && g.draws().chance(0.6) ? g.draws().in(0, std::min<int64_t>(reach, 2)) : 0);
  }
  return w;
}
