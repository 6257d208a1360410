// The loop of a training: epochs of steps on batches, the optimizer between
// them, validation, checkpoints, cancellation. It sees the compiled model only
// through the interfaces below.
#ifndef PENJING_TRAIN_TRAININGLOOP_H
#define PENJING_TRAIN_TRAININGLOOP_H

#include "penjing/Train/BatchFeeder.h"
#include "penjing/Train/Checkpoint.h"
#include "penjing/Train/Optimizer.h"
#include "penjing/Train/Schedule.h"

#include "penjing/Support/Session.h"

#include <optional>
#include <string>
#include <vector>

namespace penjing {

/// One value of the model in the loop's own buffers.
struct TrainingValue {
  std::string name; ///< the parameter's symbol
  Array value;      ///< f32 where trained
  bool trained = false;
  Array mask; ///< bytes per element, 0 keeps the element; empty: none
};

/// One step, compiled for a fixed batch: the loss and its gradient at the
/// present values.
class StepFunction {
public:
  virtual ~StepFunction() = default;

  struct Batch {
    const char *x;         ///< batch x input shape, in the input's element type
    const int32_t *labels; ///< batch
    const float
        *teacher; ///< batch x classes: the teacher's logits; null without
  };
  /// Reads `values`, writes `gradients` (one per value; empty where it is not
  /// trained) and `loss`. Values that a step itself moves, such as running
  /// statistics, are changed in place.
  virtual llvm::Error run(const Batch &batch,
                          llvm::MutableArrayRef<TrainingValue> values,
                          llvm::MutableArrayRef<Array> gradients,
                          float &loss) = 0;
};

/// Predictions, compiled for a fixed batch.
class PredictFunction {
public:
  virtual ~PredictFunction() = default;
  /// Logits (batch x classes) of the batch at `x`.
  virtual llvm::Error run(const char *x, llvm::ArrayRef<TrainingValue> values,
                          llvm::MutableArrayRef<float> logits) = 0;
};

struct TrainingOptions {
  uint64_t epochs = 1;
  uint32_t batch = 64;
  ScheduleKind schedule = ScheduleKind::Constant;
  double rate = 0.01;
  double warmupEpochs = 0;
  double gamma = 0.1;     ///< of the schedule `step`
  double decayEpochs = 0; ///< of the schedule `step`; 0: a third of the epochs
  OptimizerOptions optimizer;
  uint64_t seed = 0;
};

/// Everything a training works on. The teacher is optional.
struct TrainingTask {
  TrainingOptions options;
  const BatchFeeder *feeder = nullptr;
  SampleSplit samples;
  int64_t classes = 0;
  std::vector<TrainingValue> values;
  StepFunction *step = nullptr;
  PredictFunction *predict = nullptr;
  PredictFunction *teacher = nullptr;
  std::vector<TrainingValue> teacherValues;

  /// Where the checkpoint lies; empty: none is written.
  std::string checkpointPath;
  bool resume = false;
  RunIdentity identity;
};

struct EpochReport {
  uint64_t epoch = 0;
  double loss = 0; ///< mean over the steps
  std::optional<double> validationAccuracy, validationLoss;
};

enum class TrainingEnd {
  Done,
  Cancelled, ///< the checkpoint, if any, continues at the next step
  Diverged, ///< the loss was not finite; the values are those of the last whole
            ///< epoch
};

struct TrainingResult {
  TrainingEnd end = TrainingEnd::Done;
  std::vector<EpochReport> epochs; ///< those run now
  TrainingPosition position;       ///< where it stopped
  float lastLoss = 0;
};

/// Trains `task.values` in place. Errors are those of the step function, the
/// checkpoint and of data smaller than a batch. `activity` names the work in
/// the progress.
llvm::Expected<TrainingResult> runTraining(TrainingTask &task, Session &session,
                                           llvm::StringRef activity);

struct EvaluationResult {
  uint64_t samples = 0, correct = 0;
  double loss = 0; ///< mean cross-entropy
  double accuracy() const {
    return samples ? double(correct) / double(samples) : 0;
  }
};

/// Accuracy and mean cross-entropy on `samples`; the last batch is filled up
/// with its first sample, which counts once.
llvm::Expected<EvaluationResult>
evaluate(PredictFunction &predict, llvm::ArrayRef<TrainingValue> values,
         const BatchFeeder &feeder, llvm::ArrayRef<uint32_t> samples,
         uint32_t batch, int64_t classes, Session &session);

} // namespace penjing

#endif // PENJING_TRAIN_TRAININGLOOP_H
