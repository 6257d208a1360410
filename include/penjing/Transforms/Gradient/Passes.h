// Passes that turn a model into a training step, and their order.
#ifndef PENJING_TRANSFORMS_GRADIENT_PASSES_H
#define PENJING_TRANSFORMS_GRADIENT_PASSES_H

#include "mlir/Pass/Pass.h"
#include "mlir/Pass/PassOptions.h"

namespace penjing {

#define GEN_PASS_DECL
#include "penjing/Transforms/Gradient/Passes.h.inc"

/// What a step is made of; each option as in the pass that reads it.
struct TrainingStepOptions : public mlir::PassPipelineOptions<TrainingStepOptions> {
  Option<int64_t> batch{*this, "batch", llvm::cl::desc("Images of a step"), llvm::cl::init(64)};
  Option<std::string> labelSmoothing{*this, "label-smoothing",
                                     llvm::cl::desc("Share of the target spread over all classes"),
                                     llvm::cl::init("0")};
  Option<std::string> beta{*this, "beta", llvm::cl::desc("Weight of the teacher's part of the loss"),
                           llvm::cl::init("0")};
  Option<std::string> temperature{*this, "temperature",
                                  llvm::cl::desc("Temperature that softens both distributions"),
                                  llvm::cl::init("1")};
};

/// Turns a copy of a model into its training step `@step` (see
/// pj-differentiate): bind the batch, attach the loss, enter training mode,
/// differentiate, drop what is computed twice or for nothing.
/// Registered as `pj-training-step{batch=… label-smoothing=… beta=… temperature=…}`.
void buildTrainingStep(mlir::OpPassManager &passes, const TrainingStepOptions &options);

/// Registers the passes and the pipeline.
void registerGradient();

} // namespace penjing

#endif // PENJING_TRANSFORMS_GRADIENT_PASSES_H
