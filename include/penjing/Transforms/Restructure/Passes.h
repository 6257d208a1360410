// Passes that change the graph and keep its answer.
#ifndef PENJING_TRANSFORMS_RESTRUCTURE_PASSES_H
#define PENJING_TRANSFORMS_RESTRUCTURE_PASSES_H

#include "penjing/Dialect/Penjing/Penjing.h"

#include "mlir/Pass/Pass.h"

namespace penjing {

#define GEN_PASS_DECL
#include "penjing/Transforms/Restructure/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "penjing/Transforms/Restructure/Passes.h.inc"

} // namespace penjing

#endif // PENJING_TRANSFORMS_RESTRUCTURE_PASSES_H
