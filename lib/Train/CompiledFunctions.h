// The training loop's interfaces on compiled modules: a step and predictions.
// Parameters are handed over as pointers into the loop's buffers.
#ifndef PENJING_LIB_TRAIN_COMPILEDFUNCTIONS_H
#define PENJING_LIB_TRAIN_COMPILEDFUNCTIONS_H

#include "penjing/Lower/CompiledModule.h"
#include "penjing/Train/TrainingLoop.h"

namespace penjing {

/// Compiles for the training level with parameters as arguments.
mlir::FailureOr<std::unique_ptr<CompiledModule>>
compileForTraining(mlir::ModuleOp module);

/// The pointers of `values` in the order the compiled code wants them.
class BoundValues {
public:
  BoundValues(const CompiledModule &code, llvm::ArrayRef<TrainingValue> values);
  llvm::ArrayRef<const void *> pointers(llvm::ArrayRef<TrainingValue> values);

private:
  std::vector<size_t> order;
  std::vector<const void *> found;
};

/// A step module, as pj-differentiate makes it: its outputs are called `loss`,
/// `gradient:NAME` and `update:NAME` after parameters; others are not read.
class CompiledStep : public StepFunction {
public:
  CompiledStep(std::unique_ptr<CompiledModule> code,
               llvm::ArrayRef<TrainingValue> values);

  llvm::Error run(const Batch &batch,
                  llvm::MutableArrayRef<TrainingValue> values,
                  llvm::MutableArrayRef<Array> gradients, float &loss) override;

  /// Element type of the samples.
  ElementKind inputElement() const { return code->inputs()[0].element; }

private:
  /// What an output is, and the value it belongs to.
  struct Output {
    enum Kind { Loss, Gradient, Update, Other } kind;
    size_t value;
    /// Of updates, which a step reads while it writes, and of others.
    Array storage;
  };

  std::unique_ptr<CompiledModule> code;
  BoundValues bound;
  std::vector<Output> outputs;
};

/// Predictions of a module with one input and one output, the logits. A named
/// leading dimension takes the batch.
class CompiledPrediction : public PredictFunction {
public:
  CompiledPrediction(std::unique_ptr<CompiledModule> code,
                     llvm::ArrayRef<TrainingValue> values, uint32_t batch)
      : code(std::move(code)), bound(*this->code, values), batch(batch) {}

  llvm::Error run(const char *x, llvm::ArrayRef<TrainingValue> values,
                  llvm::MutableArrayRef<float> logits) override;

private:
  std::unique_ptr<CompiledModule> code;
  BoundValues bound;
  uint32_t batch;
};

} // namespace penjing

#endif // PENJING_LIB_TRAIN_COMPILEDFUNCTIONS_H
