// Passes that freeze decisions into types and storage.
#ifndef PENJING_TRANSFORMS_MATERIALIZE_PASSES_H
#define PENJING_TRANSFORMS_MATERIALIZE_PASSES_H

#include "penjing/Dialect/Penjing/Penjing.h"

#include "mlir/Pass/Pass.h"

namespace penjing {

#define GEN_PASS_DECL
#include "penjing/Transforms/Materialize/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "penjing/Transforms/Materialize/Passes.h.inc"

} // namespace penjing

#endif // PENJING_TRANSFORMS_MATERIALIZE_PASSES_H
