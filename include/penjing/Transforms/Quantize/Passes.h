// Passes that choose which tensors become integers, and how.
#ifndef PENJING_TRANSFORMS_QUANTIZE_PASSES_H
#define PENJING_TRANSFORMS_QUANTIZE_PASSES_H

#include "penjing/Dialect/Penjing/Penjing.h"

#include "mlir/Pass/Pass.h"

namespace penjing {

#define GEN_PASS_DECL
#include "penjing/Transforms/Quantize/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "penjing/Transforms/Quantize/Passes.h.inc"

} // namespace penjing

#endif // PENJING_TRANSFORMS_QUANTIZE_PASSES_H
