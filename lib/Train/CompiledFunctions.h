// The training loop's interfaces on compiled modules: a step and predictions.
// Parameters are handed over as pointers into the loop's buffers; with several
// threads, each computes a slice of the batch on an arena of its own.
#ifndef PENJING_LIB_TRAIN_COMPILEDFUNCTIONS_H
#define PENJING_LIB_TRAIN_COMPILEDFUNCTIONS_H

#include "penjing/Lower/CompiledModule.h"
#include "penjing/Train/TrainingLoop.h"

#include "llvm/Support/ThreadPool.h"

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

/// Runs the slices of a batch, each on a thread. Which slice holds which
/// samples depends on their number alone, so results do not depend on timing.
class SliceThreads {
public:
  /// As many slices as `threads` allows and `batch` is a multiple of.
  SliceThreads(uint32_t batch, unsigned threads);
  unsigned slices() const { return count; }
  /// Calls `work` once for each slice and waits for all.
  void run(llvm::function_ref<void(unsigned)> work);

private:
  unsigned count;
  std::unique_ptr<llvm::DefaultThreadPool> pool;
};

/// A step module, as pj-differentiate makes it, of a slice of the batch: its
/// outputs are called `loss`, `gradient:NAME` and `update:NAME` after
/// parameters; others are not read. What the slices give is averaged.
class CompiledStep : public StepFunction {
public:
  CompiledStep(std::unique_ptr<CompiledModule> code,
               llvm::ArrayRef<TrainingValue> values, SliceThreads &threads);

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
  };
  /// Where one slice computes.
  struct Slice {
    Array arena;
    std::vector<Array> outputs;
  };

  std::unique_ptr<CompiledModule> code;
  BoundValues bound;
  SliceThreads &threads;
  std::vector<Output> outputs;
  std::vector<Slice> slices;
};

/// Predictions of a module with one input and one output, the logits. Its
/// leading dimension is a slice of the batch.
class CompiledPrediction : public PredictFunction {
public:
  CompiledPrediction(std::unique_ptr<CompiledModule> code,
                     llvm::ArrayRef<TrainingValue> values,
                     SliceThreads &threads);

  llvm::Error run(const char *x, llvm::ArrayRef<TrainingValue> values,
                  llvm::MutableArrayRef<float> logits) override;

private:
  std::unique_ptr<CompiledModule> code;
  BoundValues bound;
  SliceThreads &threads;
  std::vector<Array> arenas;
};

} // namespace penjing

#endif // PENJING_LIB_TRAIN_COMPILEDFUNCTIONS_H
