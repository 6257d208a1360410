// pj-train: options to numbers, the model to a compiled step and a compiled
// prediction, the loop, and the new values back into the module.
#include "BiasGrids.h"
#include "CompiledFunctions.h"
#include "TrainingNumbers.h"
#include "penjing/Dialect/Penjing/Forms.h"
#include "penjing/Dialect/Penjing/ModelFiles.h"
#include "penjing/Dialect/Penjing/ParameterValues.h"
#include "penjing/Support/CheckedOptions.h"
#include "penjing/Support/InputFile.h"
#include "penjing/Support/Remark.h"
#include "penjing/Train/LogitsModule.h"
#include "penjing/Train/ParameterBuffers.h"
#include "penjing/Train/Passes.h"
#include "penjing/Transforms/Gradient/Passes.h"

#include "mlir/Pass/PassManager.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Format.h"

#define DEBUG_TYPE "pj-train"

namespace penjing {
#define GEN_PASS_DEF_TRAIN
#include "penjing/Train/Passes.h.inc"
} // namespace penjing

using namespace mlir;
using namespace penjing;

namespace {
/// One training of one model; its state lives as long as the run.
class ModelTraining {
public:
  ModelTraining(ModuleOp model, const TrainingTexts &texts,
                const TrainingNumbers &numbers, StringRef data,
                StringRef teacher)
      : model(model), texts(texts), numbers(numbers), data(data),
        teacher(teacher), session(getSession(model.getContext())) {}

  LogicalResult run();

private:
  LogicalResult prepareData();
  LogicalResult prepareFunctions();
  LogicalResult prepareTeacher();
  LogicalResult bindTeacher(ModuleOp teaching);
  LogicalResult prepareFeeder();
  LogicalResult prepareCheckpoint();
  LogicalResult report(const TrainingResult &result);

  LogicalResult fail(llvm::Error error) {
    return model.emitError() << llvm::toString(std::move(error));
  }

  ModuleOp model;
  const TrainingTexts &texts;
  const TrainingNumbers &numbers;
  StringRef data, teacher;
  std::shared_ptr<Session> session;
  Dataset dataset;
  std::optional<BatchFeeder> feeder;
  std::optional<SliceThreads> threads;
  std::unique_ptr<CompiledStep> step;
  std::unique_ptr<CompiledPrediction> prediction, teacherPrediction;
  TrainingTask task;
};
} // namespace

/// A hash of the module's text and all values, whatever their blobs are called.
static std::string hashOf(ModuleOp model, ArrayRef<TrainingValue> values) {
  OwningOpRef<ModuleOp> bare = model.clone();
  for (auto param : bare->getOps<ParamOp>())
    param.removeValueAttr();
  std::string text;
  llvm::raw_string_ostream os(text);
  bare->print(os);
  for (const TrainingValue &value : values)
    os << StringRef(value.value.bytes(), value.value.byteSize());
  return sha256Hex(text);
}

/// Runs passes on a module that belongs to nobody's pipeline.
static LogicalResult runOn(ModuleOp module,
                           llvm::function_ref<void(OpPassManager &)> build) {
  PassManager passes(module.getContext(), ModuleOp::getOperationName());
  build(passes);
  return passes.run(module);
}

/// The model's logits as a module of the fixed batch.
static FailureOr<OwningOpRef<ModuleOp>> boundLogits(ModuleOp model,
                                                    uint32_t batch) {
  FailureOr<OwningOpRef<ModuleOp>> logits = cloneToLogits(model);
  if (failed(logits))
    return failure();
  BindBatchOptions options;
  options.size = batch;
  if (failed(runOn(**logits, [&](OpPassManager &p) {
        p.addPass(createBindBatch(options));
      })))
    return failure();
  return logits;
}

LogicalResult ModelTraining::prepareData() {
  llvm::Expected<DataSource> source = session->findData(data);
  if (!source)
    return fail(source.takeError());
  llvm::Expected<Dataset> loaded =
      loadDataset(*source, DataSplit::Training, session->limits);
  if (!loaded)
    return fail(loaded.takeError());
  dataset = std::move(*loaded);
  task.samples =
      splitSamples(dataset.size(), numbers.validation, numbers.loop.seed);
  return success();
}

LogicalResult ModelTraining::prepareFunctions() {
  uint32_t slice = numbers.loop.batch / threads->slices();
  FailureOr<OwningOpRef<ModuleOp>> logits = boundLogits(model, slice);
  if (failed(logits))
    return failure();
  FailureOr<int64_t> classes = classCount(**logits);
  FailureOr<std::vector<TrainingValue>> values = readParameters(model);
  if (failed(classes) || failed(values))
    return failure();
  task.classes = *classes;
  task.values = std::move(*values);
  if (!task.samples.validation.empty()) {
    auto code = compileForTraining(**logits);
    if (failed(code))
      return failure();
    prediction = std::make_unique<CompiledPrediction>(std::move(*code),
                                                      task.values, *threads);
    task.predict = prediction.get();
  }
  TrainingStepOptions options;
  options.batch = slice;
  options.labelSmoothing = texts.labelSmoothing;
  options.beta = texts.beta;
  options.temperature = texts.temperature;
  OwningOpRef<ModuleOp> stepModule = model.clone();
  if (failed(runOn(*stepModule,
                   [&](OpPassManager &p) { buildTrainingStep(p, options); })))
    return failure();
  auto code = compileForTraining(*stepModule);
  if (failed(code))
    return failure();
  step =
      std::make_unique<CompiledStep>(std::move(*code), task.values, *threads);
  task.step = step.get();
  return success();
}

LogicalResult ModelTraining::bindTeacher(ModuleOp teaching) {
  FailureOr<OwningOpRef<ModuleOp>> logits =
      boundLogits(teaching, numbers.loop.batch / threads->slices());
  if (failed(logits))
    return failure();
  FailureOr<int64_t> classes = classCount(**logits);
  if (failed(classes))
    return failure();
  if (*classes != task.classes)
    return teaching.emitError() << "requires a teacher of " << task.classes
                                << " classes, but got " << *classes;
  FailureOr<std::vector<TrainingValue>> values = readParameters(**logits);
  if (failed(values))
    return failure();
  auto code = compileForTraining(**logits);
  if (failed(code))
    return failure();
  task.teacherValues = std::move(*values);
  teacherPrediction = std::make_unique<CompiledPrediction>(
      std::move(*code), task.teacherValues, *threads);
  task.teacher = teacherPrediction.get();
  return success();
}

LogicalResult ModelTraining::prepareTeacher() {
  if (!numbers.distills)
    return success();
  std::shared_ptr<const StoredModel> stored = session->findModel(teacher);
  if (!stored)
    return model.emitError() << "requires a model named '" << teacher
                             << "' in the session to teach, but got none";
  // A copy of its own, with blobs of its own, until it is compiled.
  OwningOpRef<ModuleOp> teaching =
      parseModule(stored->bytecode, teacher, model.getContext());
  if (!teaching)
    return failure();
  LogicalResult bound = bindTeacher(*teaching);
  releaseParameters(*teaching);
  return bound;
}

LogicalResult ModelTraining::prepareFeeder() {
  if (dataset.classes() > task.classes)
    return model.emitError()
           << "requires labels below the model's " << task.classes
           << " classes, but the data has " << dataset.classes() - 1;
  FailureOr<llvm::SmallVector<int64_t>> shape = sampleShape(model);
  if (failed(shape))
    return failure();
  llvm::Expected<BatchFeeder> created =
      BatchFeeder::create(dataset, *shape, step->inputElement(),
                          numbers.augmentation, numbers.loop.seed);
  if (!created)
    return fail(created.takeError());
  feeder.emplace(std::move(*created));
  task.feeder = &*feeder;
  return success();
}

LogicalResult ModelTraining::prepareCheckpoint() {
  const ResumeState &state = session->resumeState;
  if (state.folder.empty())
    return success();
  // The first epoch may be an hour away: find out now whether it can be saved.
  if (std::error_code code = llvm::sys::fs::create_directories(state.folder))
    return fail(llvm::createFileError(state.folder, code));
  RunIdentity &identity = task.identity;
  identity.model = hashOf(model, task.values);
  identity.recipe = state.fingerprint;
  identity.data = dataset.hash();
  identity.level = trainingTarget().name;
  identity.seed = numbers.loop.seed;
  identity.threads = session->threads;
  // A stage may train several times; each starts from another model.
  task.checkpointPath = state.folder + "/" + state.stage + "-" +
                        identity.model.substr(0, 16) + ".safetensors";
  task.resume = state.resume;
  return success();
}

LogicalResult ModelTraining::report(const TrainingResult &result) {
  const TrainingPosition &at = result.position;
  if (result.end == TrainingEnd::Diverged)
    return model.emitError()
           << "requires a finite loss, but got " << result.lastLoss
           << " in epoch " << at.epoch + 1 << ", step " << at.step
           << "; the values of the last whole epoch are kept, and a lower 'lr' "
              "may help";
  if (result.end == TrainingEnd::Cancelled) {
    auto diagnostic = model.emitError() << "cancelled in epoch " << at.epoch + 1
                                        << " after step " << at.step;
    if (!task.checkpointPath.empty())
      diagnostic << "; the state is saved in '" << session->resumeState.folder
                 << "', continue with --resume";
    return diagnostic;
  }
  // A run that was complete already has nothing new to say.
  if (result.epochs.empty())
    return success();
  const EpochReport &last = result.epochs.back();
  std::vector<RemarkValue> values = {{"loss", last.loss},
                                     {"epochs", int64_t(last.epoch)}};
  std::string text;
  llvm::raw_string_ostream os(text);
  os << "trained " << last.epoch << " epochs to a loss of "
     << llvm::format("%.4f", last.loss);
  if (last.validationAccuracy) {
    os << " and " << llvm::format("%.2f", 100 * *last.validationAccuracy)
       << " % on held-out samples";
    values.push_back({"validation accuracy", *last.validationAccuracy});
  }
  session->progress().finish(DEBUG_TYPE, text);
  penjing::emitRemark(model, DEBUG_TYPE, RemarkKind::Passed, text,
                      std::move(values));
  return success();
}

LogicalResult ModelTraining::run() {
  task.options = numbers.loop;
  threads.emplace(numbers.loop.batch, session->threads);
  if (failed(prepareData()) || failed(prepareFunctions()) ||
      failed(prepareTeacher()) || failed(prepareFeeder()) ||
      failed(prepareCheckpoint()))
    return failure();
  llvm::Expected<TrainingResult> result =
      runTraining(task, *session, DEBUG_TYPE);
  if (!result)
    return fail(result.takeError());
  writeParameters(model, task.values);
  roundBiases(model);
  return report(*result);
}

namespace {
class TrainPass : public penjing::impl::TrainBase<TrainPass>,
                  public CheckedOptions {
public:
  using TrainBase::TrainBase;

  void runOnOperation() override {
    ModuleOp model = getOperation();
    TrainingTexts texts = this->texts();
    llvm::Expected<TrainingNumbers> numbers =
        TrainingNumbers::parse(texts, getSession(&getContext())->seed);
    if (!numbers) {
      model.emitError() << llvm::toString(numbers.takeError());
      return signalPassFailure();
    }
    if (failed(requireForm(model, {Form::Float, Form::Decided})) ||
        failed(initializeParameters(model, numbers->loop.seed)))
      return signalPassFailure();
    if (numbers->loop.epochs > 0 &&
        failed(ModelTraining(model, texts, *numbers, data, teacher).run()))
      signalPassFailure();
  }

  llvm::Error checkOptions() override {
    return TrainingNumbers::parse(texts(), 0).takeError();
  }

private:
  TrainingTexts texts() const {
    return {epochs,   batch,       rate,           schedule,
            warmup,   gamma,       decayEpochs,    optimizer,
            momentum, nesterov,    beta1,          beta2,
            epsilon,  weightDecay, labelSmoothing, flip,
            shift,    validation,  beta,           temperature,
            seed};
  }
};
} // namespace
