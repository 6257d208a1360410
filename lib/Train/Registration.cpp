// Makes the passes of this room known to pipelines: pj-train and
// pj-calibrate.
#include "penjing/Train/Passes.h"

#include "mlir/Pass/PassRegistry.h"

namespace penjing {
#define GEN_PASS_REGISTRATION
#include "penjing/Train/Passes.h.inc"
} // namespace penjing

void penjing::registerTraining() { registerTrainPasses(); }
