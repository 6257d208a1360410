// The training loop. What it does depends on the seed and the position alone,
// so that a run continued from a checkpoint ends with the same bytes.
#include "penjing/Train/TrainingLoop.h"

#include "penjing/Support/FlushDenormals.h"
#include "penjing/Support/Progress.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"

#include <cmath>
#include <cstring>

using namespace penjing;
using llvm::createStringError;
using llvm::formatv;

namespace {
class TrainingRun {
public:
  TrainingRun(TrainingTask &task, Session &session, llvm::StringRef activity)
      : task(task), options(task.options), session(session), activity(activity),
        stepsPerEpoch(task.samples.training.size() / task.options.batch) {}

  llvm::Expected<TrainingResult> run();

private:
  llvm::Error prepare();
  llvm::Error takeUpCheckpoint();
  llvm::Error saveCheckpoint();
  llvm::Error runEpoch();
  llvm::Error runStep(llvm::ArrayRef<uint32_t> batch, float &loss);
  llvm::Error endEpoch();
  void keepValues();
  void bringBackKeptValues();
  void reportProgress(std::optional<double> accuracy);

  TrainingTask &task;
  const TrainingOptions &options;
  Session &session;
  std::string activity;
  uint64_t stepsPerEpoch;

  Schedule schedule;
  std::unique_ptr<Optimizer> optimizer;
  std::vector<Array> gradients;
  std::vector<size_t> trained;           ///< indices of the trained values
  std::vector<std::string> trainedNames; ///< and their symbols
  std::vector<Array> kept; ///< values at the end of the last whole epoch
  std::vector<char> x;
  std::vector<int32_t> labels;
  std::vector<float> teacherLogits;
  double lossSum = 0; ///< of the epoch's steps so far
  TimeLeft timeLeft;
  TrainingResult result;
};
} // namespace

llvm::Error TrainingRun::prepare() {
  if (stepsPerEpoch == 0)
    return createStringError(
        formatv("requires at least a batch of {0} samples to train on, but "
                "got {1}",
                options.batch, task.samples.training.size()));
  schedule.kind = options.schedule;
  schedule.rate = options.rate;
  schedule.gamma = options.gamma;
  schedule.totalSteps = options.epochs * stepsPerEpoch;
  auto steps = [&](double epochs) {
    return uint64_t(std::nearbyint(epochs * stepsPerEpoch));
  };
  schedule.warmupSteps = steps(options.warmupEpochs);
  schedule.decaySteps = steps(options.decayEpochs);

  std::vector<uint64_t> sizes;
  for (size_t i = 0; i < task.values.size(); ++i) {
    TrainingValue &value = task.values[i];
    gradients.emplace_back();
    if (!value.trained)
      continue;
    gradients.back() = Array(ElementKind::F32, value.value.shape());
    trained.push_back(i);
    trainedNames.push_back(value.name);
    sizes.push_back(value.value.size());
  }
  optimizer = std::make_unique<Optimizer>(options.optimizer, sizes);
  x.resize(options.batch * task.feeder->sampleBytes());
  labels.resize(options.batch);
  if (task.teacher)
    teacherLogits.resize(options.batch * task.classes);
  if (task.resume && llvm::sys::fs::exists(task.checkpointPath))
    if (llvm::Error error = takeUpCheckpoint())
      return error;
  keepValues();
  return llvm::Error::success();
}

void TrainingRun::keepValues() {
  kept.clear();
  for (const TrainingValue &value : task.values)
    kept.push_back(value.value.convertedTo(value.value.kind()));
}

void TrainingRun::bringBackKeptValues() {
  for (size_t i = 0; i < kept.size(); ++i)
    if (kept[i].byteSize())
      std::memcpy(task.values[i].value.bytes(), kept[i].bytes(),
                  kept[i].byteSize());
}

llvm::Error TrainingRun::takeUpCheckpoint() {
  llvm::Expected<Checkpoint> checkpoint =
      loadCheckpoint(task.checkpointPath, task.identity, session.limits);
  if (!checkpoint)
    return checkpoint.takeError();
  for (TrainingValue &value : task.values) {
    const Array *stored = findArray(checkpoint->values, value.name);
    if (!stored || stored->kind() != value.value.kind() ||
        stored->size() != value.value.size())
      return createStringError(
          formatv("requires a checkpoint with {0} {1} values of \"{2}\", but "
                  "got {3}",
                  value.value.size(), elementName(value.value.kind()),
                  value.name, stored ? stored->size() : 0));
    if (stored->size())
      std::memcpy(value.value.bytes(), stored->bytes(), stored->byteSize());
  }
  if (llvm::Error error =
          optimizer->restore(trainedNames, checkpoint->optimizer))
    return error;
  result.position = checkpoint->position;
  // The exact sum, so that the reported mean does not depend on the
  // interruption.
  llvm::StringRef(checkpoint->notes["loss-sum"]).getAsDouble(lossSum);
  return llvm::Error::success();
}

llvm::Error TrainingRun::saveCheckpoint() {
  if (task.checkpointPath.empty())
    return llvm::Error::success();
  Checkpoint checkpoint;
  checkpoint.identity = task.identity;
  checkpoint.position = result.position;
  for (const TrainingValue &value : task.values)
    checkpoint.values.push_back({value.name, value.value});
  checkpoint.optimizer = optimizer->state(trainedNames);
  char sum[40];
  std::snprintf(sum, sizeof(sum), "%a", lossSum);
  checkpoint.notes["loss-sum"] = sum;
  return penjing::saveCheckpoint(task.checkpointPath, checkpoint);
}

llvm::Error TrainingRun::runStep(llvm::ArrayRef<uint32_t> batch, float &loss) {
  const TrainingPosition &at = result.position;
  task.feeder->fillAugmented(batch, uint32_t(at.epoch), x.data());
  task.feeder->fillLabels(batch, labels.data());
  if (task.teacher)
    if (llvm::Error error =
            task.teacher->run(x.data(), task.teacherValues, teacherLogits))
      return error;
  StepFunction::Batch inputs{x.data(), labels.data(),
                             task.teacher ? teacherLogits.data() : nullptr};
  if (llvm::Error error = task.step->run(inputs, task.values, gradients, loss))
    return error;
  if (!std::isfinite(loss))
    return llvm::Error::success();
  std::vector<TrainedParameter> parameters;
  for (size_t i : trained) {
    TrainingValue &value = task.values[i];
    TrainedParameter parameter;
    parameter.values = {value.value.data<float>(), value.value.size()};
    parameter.gradient = {gradients[i].data<float>(), gradients[i].size()};
    if (value.mask.size())
      parameter.mask = {value.mask.data<uint8_t>(), value.mask.size()};
    parameters.push_back(parameter);
  }
  FlushDenormals flushing;
  optimizer->step(schedule.rateAt(at.epoch * stepsPerEpoch + at.step),
                  parameters);
  return llvm::Error::success();
}

void TrainingRun::reportProgress(std::optional<double> accuracy) {
  const TrainingPosition &at = result.position;
  ProgressReport report;
  report.activity = activity;
  report.epoch = at.epoch + 1;
  report.epochs = options.epochs;
  report.step = at.step;
  report.steps = stepsPerEpoch;
  report.loss = lossSum / double(at.step);
  report.accuracy = accuracy;
  report.secondsLeft = timeLeft.estimate(at.epoch * stepsPerEpoch + at.step,
                                         options.epochs * stepsPerEpoch);
  session.progress().report(report);
}

llvm::Error TrainingRun::runEpoch() {
  TrainingPosition &at = result.position;
  std::vector<uint32_t> order =
      epochOrder(task.samples.training, options.seed, uint32_t(at.epoch));
  while (at.step < stepsPerEpoch) {
    if (session.isCancelled()) {
      result.end = TrainingEnd::Cancelled;
      return saveCheckpoint();
    }
    float loss = 0;
    if (llvm::Error error = runStep(
            llvm::ArrayRef(order).slice(at.step * options.batch, options.batch),
            loss))
      return error;
    result.lastLoss = loss;
    ++at.step;
    if (!std::isfinite(loss)) {
      result.end = TrainingEnd::Diverged;
      bringBackKeptValues();
      return llvm::Error::success();
    }
    lossSum += loss;
    // The last step is reported with the validation that follows it.
    if (at.step < stepsPerEpoch)
      reportProgress(std::nullopt);
  }
  return endEpoch();
}

llvm::Error TrainingRun::endEpoch() {
  TrainingPosition &at = result.position;
  EpochReport report;
  report.epoch = at.epoch + 1;
  report.loss = lossSum / double(stepsPerEpoch);
  if (task.predict && !task.samples.validation.empty()) {
    llvm::Expected<EvaluationResult> validation =
        evaluate(*task.predict, task.values, *task.feeder,
                 task.samples.validation, options.batch, task.classes, session);
    if (!validation)
      return validation.takeError();
    report.validationAccuracy = validation->accuracy();
    report.validationLoss = validation->loss;
  }
  reportProgress(report.validationAccuracy);
  result.epochs.push_back(report);
  ++at.epoch;
  at.step = 0;
  lossSum = 0;
  keepValues();
  return saveCheckpoint();
}

llvm::Expected<TrainingResult> TrainingRun::run() {
  if (llvm::Error error = prepare())
    return std::move(error);
  timeLeft.estimate(result.position.epoch * stepsPerEpoch +
                        result.position.step,
                    options.epochs * stepsPerEpoch);
  while (result.end == TrainingEnd::Done &&
         result.position.epoch < options.epochs)
    if (llvm::Error error = runEpoch())
      return std::move(error);
  return std::move(result);
}

llvm::Expected<TrainingResult> penjing::runTraining(TrainingTask &task,
                                                    Session &session,
                                                    llvm::StringRef activity) {
  return TrainingRun(task, session, activity).run();
}
