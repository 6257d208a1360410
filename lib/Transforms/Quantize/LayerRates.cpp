// Whether a layer is faster on integers than in float, by the target's rates.
#include "LayerRates.h"

#include "penjing/Analysis/KernelTimes.h"
#include "penjing/Target/Leaves.h"

using namespace penjing;

LayerTimes penjing::estimateTimes(const Layer &layer, const Target &target) {
  ContractionSizes sizes = sizesOf(layer);
  KernelForm asFloat, asIntegers;
  asFloat.leaf = fastestLeaf(target, false)->leaf;
  // Vectors along the channels of both operands have no groups of inputs to add.
  asIntegers.leaf = sizes.isDepthwise ? "portable" : fastestLeaf(target, true)->leaf;
  asIntegers.weightBytes = asIntegers.activationBytes = 1;
  return {1e6 * kernelSeconds(sizes, asFloat, target), 1e6 * kernelSeconds(sizes, asIntegers, target)};
}
