// What a width costs in time as it is and rounded to what kernels compute at a time.
#ifndef PENJING_LIB_TRANSFORMS_PRUNE_WIDTHTIMES_H
#define PENJING_LIB_TRANSFORMS_PRUNE_WIDTHTIMES_H

#include "penjing/Target/Target.h"

#include "mlir/IR/Operation.h"

namespace penjing {

/// Estimated microseconds, together, of the layers in `producers` on one core of
/// `target` if each had `channels` outputs.
double estimateWidth(llvm::ArrayRef<mlir::Operation *> producers, int64_t channels, const Target &target);

} // namespace penjing

#endif // PENJING_LIB_TRANSFORMS_PRUNE_WIDTHTIMES_H
