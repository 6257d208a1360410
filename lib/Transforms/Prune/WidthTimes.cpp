// Times of the layers that compute a width, by the target's time model.
#include "WidthTimes.h"

#include "penjing/Analysis/KernelTimes.h"
#include "penjing/Target/Leaves.h"

using namespace mlir;
using namespace penjing;

double penjing::estimateWidth(ArrayRef<Operation *> producers, int64_t channels, const Target &target) {
  double seconds = 0;
  for (Operation *producer : producers)
    if (auto layer = getLayer(producer)) {
      ContractionSizes sizes = sizesOf(*layer);
      sizes.outputs = std::max<int64_t>(channels / sizes.repeats, 1);
      KernelForm form;
      form.leaf = fastestLeaf(target, /*integers=*/false)->leaf;
      seconds += kernelSeconds(sizes, form, target);
    }
  return 1e6 * seconds;
}
