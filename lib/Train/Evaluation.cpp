// Evaluation of a compiled model on samples: predictions counted, cross-entropy
// averaged in double.
#include "penjing/Train/Metrics.h"
#include "penjing/Train/TrainingLoop.h"

#include "llvm/Support/FormatVariadic.h"

#include <algorithm>
#include <cmath>

using namespace penjing;

/// -log softmax(logits)[label], in double; reported, never trained on.
static double crossEntropy(llvm::ArrayRef<float> logits, int32_t label) {
  double largest = *std::max_element(logits.begin(), logits.end()), sum = 0;
  for (float logit : logits)
    sum += std::exp(double(logit) - largest);
  return std::log(sum) + largest - double(logits[label]);
}

llvm::Expected<EvaluationResult>
penjing::evaluate(PredictFunction &predict,
                  llvm::ArrayRef<TrainingValue> values,
                  const BatchFeeder &feeder, llvm::ArrayRef<uint32_t> samples,
                  uint32_t batch, int64_t classes, Session &session) {
  std::vector<char> x(batch * feeder.sampleBytes());
  std::vector<float> logits(batch * classes);
  std::vector<int32_t> labels(batch);
  Metrics metrics(classes);
  while (!samples.empty() && !session.isCancelled()) {
    size_t count = std::min<size_t>(batch, samples.size());
    std::vector<uint32_t> chosen(samples.begin(), samples.begin() + count);
    chosen.resize(batch, chosen.front());
    samples = samples.drop_front(count);
    feeder.fill(chosen, x.data());
    feeder.fillLabels(chosen, labels.data());
    if (llvm::Error error = predict.run(x.data(), values, logits))
      return std::move(error);
    llvm::ArrayRef<float> rows(logits);
    metrics.addBatch(rows.take_front(count * classes),
                     llvm::ArrayRef(labels).take_front(count));
    for (size_t i = 0; i < count; ++i) {
      if (labels[i] >= classes)
        return llvm::createStringError(llvm::formatv(
            "requires labels below the model's {0} classes, but got {1}",
            classes, labels[i]));
      metrics.addLoss(crossEntropy(rows.slice(i * classes, classes), labels[i]),
                      1);
    }
  }
  return EvaluationResult{metrics.samples(), metrics.correct(),
                          metrics.meanLoss()};
}
