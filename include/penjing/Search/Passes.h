// Passes of search: opening the choices of a trained network, resolving them.
#ifndef PENJING_SEARCH_PASSES_H
#define PENJING_SEARCH_PASSES_H

#include "penjing/Dialect/Penjing/Penjing.h"

#include "mlir/Pass/Pass.h"

namespace penjing {

#define GEN_PASS_DECL
#include "penjing/Search/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "penjing/Search/Passes.h.inc"

} // namespace penjing

#endif // PENJING_SEARCH_PASSES_H
