// The order of the passes that make a training step, and their registration.
#include "penjing/Transforms/Gradient/Passes.h"

#include "mlir/Transforms/Passes.h"

namespace penjing {
#define GEN_PASS_REGISTRATION
#include "penjing/Transforms/Gradient/Passes.h.inc"
} // namespace penjing

using namespace mlir;
using namespace penjing;

void penjing::buildTrainingStep(OpPassManager &passes, const TrainingStepOptions &options) {
  passes.addPass(createBindBatch(BindBatchOptions{options.batch}));
  passes.addPass(createAttachLoss(
      AttachLossOptions{options.labelSmoothing, options.beta, options.temperature}));
  passes.addPass(createTrainingMode());
  passes.addPass(createDifferentiate());
  passes.addPass(createCSEPass());
}

void penjing::registerGradient() {
  registerGradientPasses();
  PassPipelineRegistration<TrainingStepOptions>(
      "pj-training-step", "Turn a model into a step that returns its loss and gradients",
      buildTrainingStep);
}
