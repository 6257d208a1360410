// Whether a layer is faster on integers than in float, by the target's rates.
#include "LayerRates.h"

#include "penjing/Analysis/Costs.h"

using namespace penjing;

/// Multiply-adds a second, in units of 1e9, of the best leaf for float or integers.
static double bestRate(const Target &target, bool integers) {
  double best = 0;
  for (const LeafRate &leaf : target.leaves) {
    bool takesFloat = leaf.leaf == "fma" || leaf.leaf == "vdpbf16ps";
    // The portable leaf's float rate is that of plain multiplications and additions.
    bool takesBoth = leaf.leaf == "portable";
    if (takesBoth || takesFloat != integers)
      best = std::max(best, leaf.rate);
  }
  return best;
}

/// Bytes a second, in units of 1e9, of the nearest memory that holds `bytes`.
static double bandwidthOf(const Target &target, double bytes) {
  size_t level = 0;
  while (level < target.cacheBytes.size() && double(target.cacheBytes[level]) < bytes)
    ++level;
  return level < target.bandwidth.size() ? target.bandwidth[level] : 10;
}

static double microseconds(const Target &target, double products, double bytes, bool integers) {
  double rate = bestRate(target, integers);
  double computing = rate > 0 ? products / rate * 1e-3 : 0;
  return std::max(computing, bytes / bandwidthOf(target, bytes) * 1e-3);
}

LayerTimes penjing::estimateTimes(const Layer &layer, const Target &target) {
  OpCost cost = *costOf(layer.op);
  double products = double(cost.multiplyAdds),
         bytes = double(cost.parameterBytes) + double(cost.activationBytes);
  return {microseconds(target, products, bytes, false),
          microseconds(target, products, bytes / 4, true)};
}
