// The two steps of resolving a space, shared by `resolve` and its pass.
#ifndef PENJING_LIB_SEARCH_RESOLVE_H
#define PENJING_LIB_SEARCH_RESOLVE_H

#include "penjing/Search/Space.h"

namespace mlir {
class OpPassManager;
} // namespace mlir

namespace penjing {

/// Replaces the choices, stacks, sizes, blocks and layers of `module` in place.
/// Fails with a diagnostic; the module is then of no use.
mlir::LogicalResult resolveChoices(mlir::ModuleOp module, const SearchSpace &space, llvm::ArrayRef<int> decisions);

/// Erases the module's `pj.decision`s and adds the passes that carry them out:
/// channels first, then zeros, then bits.
void takeDecisions(mlir::ModuleOp module, const SearchSpace &space, llvm::ArrayRef<int> decisions,
                   mlir::OpPassManager &passes);

} // namespace penjing

#endif // PENJING_LIB_SEARCH_RESOLVE_H
