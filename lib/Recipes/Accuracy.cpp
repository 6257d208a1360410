// Counts a model's right answers, batch by batch.
#include "penjing/Recipes/Accuracy.h"

#include "Classifier.h"

#include "penjing/Support/Session.h"
#include "penjing/Train/BatchFeeder.h"

#include "llvm/Support/FormatVariadic.h"

#include <numeric>

using namespace mlir;
using namespace penjing;

std::vector<uint32_t> penjing::allSamples(const Dataset &data) {
  std::vector<uint32_t> samples(data.size());
  std::iota(samples.begin(), samples.end(), 0);
  return samples;
}

llvm::Error Classifier::setBoundary(size_t inputs, ArrayRef<int64_t> inputShape, ElementKind inputElement,
                                    ArrayRef<int64_t> outputShape, ElementKind outputElement, unsigned wanted) {
  if (inputs != 1 || inputShape.empty())
    return llvm::createStringError(
        llvm::formatv("requires a model with one input of samples, but got {0} inputs", inputs));
  if (outputShape.size() != 2 || outputShape[1] < 0 || outputElement != ElementKind::F32)
    return llvm::createStringError("requires a first output of samples x classes in f32, but got " +
                                   shapeText(outputShape) + " in " + elementName(outputElement));
  sampleShape = inputShape.drop_front().vec();
  element = inputElement;
  batch = inputShape[0] < 0 ? int64_t(wanted) : inputShape[0];
  classes = outputShape[1];
  if (outputShape[0] >= 0 && outputShape[0] != batch)
    return llvm::createStringError(llvm::formatv("requires as many rows of logits as samples, but got {0} and {1}",
                                                 outputShape[0], batch));
  return llvm::Error::success();
}

llvm::Expected<Metrics> penjing::measureAccuracy(ModuleOp module, const Dataset &data, ArrayRef<uint32_t> samples,
                                                 Session &session, const AccuracyOptions &options) {
  auto made = options.interpret ? interpretClassifier(module, options.batch) : compileClassifier(module, options.batch);
  if (!made)
    return made.takeError();
  Classifier &model = **made;
  if (data.classes() > model.classes)
    return llvm::createStringError(llvm::formatv("requires labels below the model's {0} classes, but got {1}",
                                                 model.classes, data.classes() - 1));
  auto feeder = BatchFeeder::create(data, model.sampleShape, model.element, {}, 0);
  if (!feeder)
    return feeder.takeError();
  Array x(ElementKind::U8, {int64_t(model.batch * feeder->sampleBytes())});
  std::vector<int32_t> labels(model.batch);
  Metrics metrics(model.classes);
  TimeLeft timeLeft;
  size_t all = samples.size();
  while (!samples.empty()) {
    if (session.isCancelled())
      return llvm::createStringError("cancelled");
    size_t count = std::min<size_t>(model.batch, samples.size());
    // A last partial batch is filled up with its first sample, counted once.
    std::vector<uint32_t> chosen(samples.begin(), samples.begin() + count);
    chosen.resize(model.batch, chosen.front());
    samples = samples.drop_front(count);
    feeder->fill(chosen, x.bytes());
    feeder->fillLabels(chosen, labels.data());
    auto logits = model.run(x.bytes());
    if (!logits)
      return logits.takeError();
    metrics.addBatch(logits->take_front(count * model.classes), ArrayRef(labels).take_front(count));
    if (!options.progress)
      continue;
    ProgressReport report;
    report.activity = "eval";
    report.step = all - samples.size(), report.steps = all;
    report.accuracy = metrics.accuracy();
    report.secondsLeft = timeLeft.estimate(report.step, all);
    session.progress().report(report);
  }
  if (options.progress)
    session.progress().finish("eval", "");
  return std::move(metrics);
}
