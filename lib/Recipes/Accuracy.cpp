// Compiles a model and counts its right answers, batch by batch.
#include "penjing/Recipes/Accuracy.h"

#include "penjing/Lower/CompiledModule.h"
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

/// Shape of the model's boundary: an error unless it is a classifier.
static llvm::Error checkClassifier(const CompiledModule &code) {
  if (code.inputs().size() != 1 || code.inputs()[0].shape.empty())
    return llvm::createStringError(llvm::formatv(
        "requires a model with one input of samples, but got {0} inputs", code.inputs().size()));
  if (code.outputs().empty() || code.outputs()[0].shape.size() != 2 ||
      code.outputs()[0].element != ElementKind::F32)
    return llvm::createStringError("requires a first output of samples x classes in float32, but got " +
                                   (code.outputs().empty() ? std::string("none")
                                                           : shapeText(code.outputs()[0].shape)));
  return llvm::Error::success();
}

llvm::Expected<Metrics> penjing::measureAccuracy(ModuleOp module, const Dataset &data,
                                                 llvm::ArrayRef<uint32_t> samples, Session &session,
                                                 const AccuracyOptions &options) {
  CompileOptions compileOptions;
  compileOptions.target = trainingTarget();
  auto code = compile(module, compileOptions);
  if (failed(code))
    return llvm::createStringError("requires a model that compiles, but got the errors above");
  const CompiledModule &model = **code;
  if (llvm::Error error = checkClassifier(model))
    return std::move(error);
  const TensorDescription &input = model.inputs()[0], &output = model.outputs()[0];
  int64_t batch = model.hasSamples() ? int64_t(options.batch) : input.shape[0];
  int64_t classes = output.shape[1];
  if (data.classes() > classes)
    return llvm::createStringError(llvm::formatv(
        "requires labels below the model's {0} classes, but got {1}", classes, data.classes() - 1));
  auto feeder = BatchFeeder::create(data, ArrayRef(input.shape).drop_front(), input.element, {}, 0);
  if (!feeder)
    return feeder.takeError();

  std::vector<Array> outputs;
  std::vector<void *> outputPointers;
  for (const TensorDescription &description : model.outputs()) {
    std::vector<int64_t> shape = description.shape;
    if (!shape.empty() && shape[0] < 0)
      shape[0] = batch;
    outputs.emplace_back(description.element, shape);
    outputPointers.push_back(outputs.back().bytes());
  }
  Array x(ElementKind::U8, {int64_t(batch * feeder->sampleBytes())});
  std::vector<int32_t> labels(batch);
  Metrics metrics(classes);
  TimeLeft timeLeft;
  size_t all = samples.size();
  while (!samples.empty()) {
    if (session.isCancelled())
      return llvm::createStringError("cancelled");
    size_t count = std::min<size_t>(batch, samples.size());
    // A last partial batch is filled up with its first sample, counted once.
    std::vector<uint32_t> chosen(samples.begin(), samples.begin() + count);
    chosen.resize(batch, chosen.front());
    samples = samples.drop_front(count);
    feeder->fill(chosen, x.bytes());
    feeder->fillLabels(chosen, labels.data());
    model.run({x.bytes()}, outputPointers, {}, batch);
    metrics.addBatch(ArrayRef(outputs[0].data<float>(), count * classes),
                     ArrayRef(labels).take_front(count));
    ProgressReport report;
    report.activity = "eval";
    report.step = all - samples.size(), report.steps = all;
    report.accuracy = metrics.accuracy();
    report.secondsLeft = timeLeft.estimate(report.step, all);
    session.progress().report(report);
  }
  session.progress().finish("eval", "");
  return std::move(metrics);
}
