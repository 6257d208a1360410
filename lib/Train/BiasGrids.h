// Biases of layers on integers, on the grid of the sums they are added to.
#ifndef PENJING_LIB_TRAIN_BIASGRIDS_H
#define PENJING_LIB_TRAIN_BIASGRIDS_H

#include "mlir/IR/BuiltinOps.h"

namespace penjing {

/// Rounds each bias of a layer whose input and weight are on calibrated grids to
/// multiples of input scale x weight scale: the integers that packing and export
/// store. A bias that is read otherwise too, or by layers of different grids,
/// stays. Gives how many biases changed.
int64_t roundBiases(mlir::ModuleOp module);

} // namespace penjing

#endif // PENJING_LIB_TRAIN_BIASGRIDS_H
