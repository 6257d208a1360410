// Erases uses that nobody reads and parameters that nothing uses.
#include "penjing/Transforms/Restructure/Passes.h"

#include "penjing/Analysis/Layers.h"

#define DEBUG_TYPE "pj-remove-unused-parameters"

namespace penjing {
#define GEN_PASS_DEF_REMOVEUNUSEDPARAMETERS
#include "penjing/Transforms/Restructure/Passes.h.inc"
} // namespace penjing

namespace {

struct RemoveUnusedParameters
    : public penjing::impl::RemoveUnusedParametersBase<RemoveUnusedParameters> {
  void runOnOperation() override { removed += penjing::removeUnusedParameters(getOperation()); }
};

} // namespace
