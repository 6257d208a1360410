// Whether a layer is faster on integers than in float, by the target's rates.
#ifndef PENJING_LIB_TRANSFORMS_QUANTIZE_LAYERRATES_H
#define PENJING_LIB_TRANSFORMS_QUANTIZE_LAYERRATES_H

#include "penjing/Analysis/Layers.h"
#include "penjing/Target/Target.h"

namespace penjing {

/// Estimated microseconds of one call.
struct LayerTimes {
  double asFloat, asIntegers;
};

/// The layer's times on one core of `target` with the best leaf for each.
LayerTimes estimateTimes(const Layer &layer, const Target &target);

} // namespace penjing

#endif // PENJING_LIB_TRANSFORMS_QUANTIZE_LAYERRATES_H
