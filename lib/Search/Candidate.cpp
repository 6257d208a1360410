// Makes a candidate and measures it.
#include "penjing/Search/Candidate.h"

#include "ObjectMeasurement.h"

#include "penjing/Dialect/Penjing/ModelFiles.h"
#include "penjing/Search/Space.h"
#include "penjing/Support/Philox.h"
#include "penjing/Support/Session.h"
#include "penjing/Train/BatchFeeder.h"
#include "penjing/Train/Metrics.h"
#include "penjing/Train/Passes.h"

#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "llvm/Support/FormatVariadic.h"

#include <cstring>

using namespace mlir;
using namespace penjing;

/// The samples of these numbers, in their order.
static std::pair<Array, std::vector<int32_t>> gather(const Dataset &data, ArrayRef<uint32_t> numbers) {
  std::vector<int64_t> shape(data.x.shape());
  shape[0] = numbers.size();
  Array x(data.x.kind(), shape);
  std::vector<int32_t> labels;
  uint64_t bytes = data.size() ? data.x.byteSize() / data.size() : 0;
  for (auto [place, number] : llvm::enumerate(numbers)) {
    std::memcpy(x.bytes() + place * bytes, data.x.bytes() + number * bytes, bytes);
    labels.push_back(data.labels[number]);
  }
  return {std::move(x), std::move(labels)};
}

llvm::Error penjing::splitForSearch(const Dataset &data, uint32_t trainingSamples, uint32_t validationSamples,
                                    CandidateSetup &setup) {
  if (validationSamples == 0 || validationSamples >= data.size())
    return llvm::createStringError(llvm::formatv(
        "requires at least one sample to hold out and one to train on, but got {0} of {1}", validationSamples, data.size()));
  std::vector<uint32_t> order = Philox(setup.seed, RandomPurpose::Validation).permutation(data.size());
  ArrayRef<uint32_t> all(order);
  auto judged = gather(data, all.take_front(validationSamples));
  setup.validation = {judged.first, judged.second, data.layout};
  ArrayRef<uint32_t> rest = all.drop_front(validationSamples);
  auto trained = gather(data, trainingSamples ? rest.take_front(trainingSamples) : rest);
  setup.training = {{"x", trained.first},
                    {"y", Array::from<int32_t>(ElementKind::I32, {static_cast<int64_t>(trained.second.size())}, trained.second)}};
  return llvm::Error::success();
}

static llvm::Expected<double> accuracyOf(MeasuredObject &object, const Dataset &data) {
  const TensorDescription &input = object.input(), &output = object.output();
  if (input.shape.empty() || output.shape.size() != 2 || output.element != ElementKind::F32)
    return llvm::createStringError("requires a candidate that gives samples x classes in f32, but got " +
                                   shapeText(output.shape) + " in " + elementName(output.element));
  auto feeder = BatchFeeder::create(data, ArrayRef(input.shape).drop_front(), input.element, {}, 0);
  if (!feeder)
    return feeder.takeError();
  const int64_t batch = object.fixedSamples() ? object.fixedSamples() : 64, classes = output.shape[1];
  Array x(ElementKind::U8, {static_cast<int64_t>(batch * feeder->sampleBytes())});
  Array logits(ElementKind::F32, {batch, classes});
  std::vector<int32_t> labels(batch);
  Metrics metrics(classes);
  for (uint32_t from = 0; from < data.size(); from += batch) {
    uint32_t count = std::min<uint32_t>(batch, data.size() - from);
    // A last partial batch is filled up with its first sample, counted once.
    std::vector<uint32_t> chosen(batch, from);
    for (uint32_t i = 0; i < count; ++i)
      chosen[i] = from + i;
    feeder->fill(chosen, x.bytes());
    feeder->fillLabels(chosen, labels.data());
    object.run(x.bytes(), logits.bytes(), batch);
    metrics.addBatch({logits.data<float>(), static_cast<size_t>(count * classes)}, ArrayRef(labels).take_front(count));
  }
  return metrics.accuracy();
}

static LogicalResult runPasses(ModuleOp module, StringRef text) {
  if (text.empty())
    return success();
  PassManager passes(module.getContext(), ModuleOp::getOperationName());
  std::string message;
  llvm::raw_string_ostream os(message);
  if (failed(parsePassPipeline(text, passes, os)))
    return module.emitError() << message;
  return passes.run(module);
}

namespace {
/// Collects errors in place of printing them: a failed trial is a result.
class CollectedErrors {
public:
  explicit CollectedErrors(MLIRContext *context) : handler(context, [this](Diagnostic &diagnostic) {
    if (diagnostic.getSeverity() == DiagnosticSeverity::Error && text.empty())
      text = diagnostic.str();
    return success();
  }) {}
  /// The first error, else `other`.
  llvm::Error take(StringRef other) const { return llvm::createStringError(text.empty() ? other.str() : text); }
  llvm::Error take(llvm::Error other) const { return take(llvm::toString(std::move(other))); }

private:
  std::string text;
  ScopedDiagnosticHandler handler;
};
} // namespace

namespace {
/// One candidate in a context of its own.
class CandidateRun {
public:
  explicit CandidateRun(const CandidateSetup &setup)
      : setup(setup), context(*setup.registry, MLIRContext::Threading::DISABLED), errors(loaded(context)) {
    std::shared_ptr<Session> session = getSession(&context);
    session->seed = setup.seed;
    session->bindData(kDataName, setup.training);
  }

  /// The point as a trained network.
  llvm::Expected<OwningOpRef<ModuleOp>> train(const Proposal &proposal) {
    OwningOpRef<ModuleOp> space = parseModule(setup.space, "space", &context);
    if (!space)
      return errors.take("requires a space that can be read back");
    OwningOpRef<ModuleOp> module = resolve(*space, DecisionVector(proposal.begin(), proposal.end()));
    if (!module)
      return errors.take("requires decisions that give a legal network");
    if (failed(runPasses(*module, setup.trainPasses)))
      return errors.take("requires passes that train a candidate, but they failed");
    return std::move(module);
  }

  llvm::Expected<Measurement> measure(ModuleOp module, llvm::function_ref<void()> beforeTiming) {
    if (failed(runPasses(module, setup.finishPasses)))
      return errors.take("requires passes that finish a candidate, but they failed");
    auto object = MeasuredObject::create(module);
    if (!object)
      return errors.take(object.takeError());
    auto accuracy = accuracyOf(*object, setup.validation);
    if (!accuracy)
      return accuracy.takeError();
    Measurement result;
    result.accuracy = *accuracy;
    result.sizeBytes = object->sizeBytes();
    result.ramBytes = object->ramBytes();
    if (!setup.measuresLatency)
      return result;
    beforeTiming();
    result.latency = object->latency();
    return result;
  }

private:
  static MLIRContext *loaded(MLIRContext &context) {
    context.loadAllAvailableDialects();
    return &context;
  }

  const CandidateSetup &setup;
  MLIRContext context;
  CollectedErrors errors;
};
} // namespace

llvm::Expected<Measurement> penjing::measureCandidate(const CandidateSetup &setup, const Proposal &proposal,
                                                      llvm::function_ref<void()> beforeTiming) {
  CandidateRun run(setup);
  auto module = run.train(proposal);
  if (!module)
    return module.takeError();
  return run.measure(**module, beforeTiming);
}

llvm::Expected<std::string> penjing::makeCandidate(const CandidateSetup &setup, const Proposal &proposal) {
  CandidateRun run(setup);
  auto module = run.train(proposal);
  if (!module)
    return module.takeError();
  return writeBytecode(**module);
}
