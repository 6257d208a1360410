// Writing masks down: the parameter of booleans and the ops that read it.
#ifndef PENJING_LIB_TRANSFORMS_PRUNE_MASKS_H
#define PENJING_LIB_TRANSFORMS_PRUNE_MASKS_H

#include "penjing/Analysis/Layers.h"

namespace penjing {

/// Which weights of the layer are kept: 1 everywhere without a mask. Nothing
/// where the mask has no value.
std::optional<std::vector<char>> keptWeights(const Layer &layer);

/// Gives the layer's weight the mask `kept` (a byte per weight): replaces the
/// value of its mask, or adds one and a `pj.masked` behind each use.
void writeMask(const Layer &layer, const std::vector<char> &kept);

} // namespace penjing

#endif // PENJING_LIB_TRANSFORMS_PRUNE_MASKS_H
