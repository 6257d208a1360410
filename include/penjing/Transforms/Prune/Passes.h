// Passes that remove weights and channels.
#ifndef PENJING_TRANSFORMS_PRUNE_PASSES_H
#define PENJING_TRANSFORMS_PRUNE_PASSES_H

#include "penjing/Dialect/Penjing/Penjing.h"

#include "mlir/Pass/Pass.h"

namespace penjing {

#define GEN_PASS_DECL
#include "penjing/Transforms/Prune/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "penjing/Transforms/Prune/Passes.h.inc"

} // namespace penjing

#endif // PENJING_TRANSFORMS_PRUNE_PASSES_H
