// Losses and their adjoints, computed in f64 row by row.
#include "Elements.h"
#include "Evaluators.h"

using namespace mlir;
using namespace penjing;
using namespace penjing::reference;

/// Logarithms of the softmax of a row divided by the temperature.
static SmallVector<double> logSoftmax(const Tensor &logits, int64_t row, double temperature = 1) {
  int64_t classes = logits.dim(1);
  SmallVector<double> result(classes);
  double max = -INFINITY, sum = 0;
  for (int64_t k = 0; k < classes; ++k) {
    result[k] = logits.valueAt(row * classes + k) / temperature;
    max = std::max(max, result[k]);
  }
  for (double value : result)
    sum += std::exp(value - max);
  for (double &value : result)
    value -= max + std::log(sum);
  return result;
}

/// The row's target: (1 - s) on the label plus s / K everywhere.
struct Target {
  template <typename OpTy>
  Target(OpTy op, const Tensor &labels, int64_t classes)
      : labels(labels), classes(classes), smoothing(op.getLabelSmoothing().convertToDouble()) {}
  double at(int64_t row, int64_t k) const {
    return (k == int64_t(labels.valueAt(row)) ? 1 - smoothing : 0) + smoothing / classes;
  }
  /// Fails with a message unless every label is a class.
  LogicalResult verify(Operation *op) const {
    for (int64_t row = 0; row < labels.size(); ++row)
      if (double label = labels.valueAt(row); label < 0 || label >= classes)
        return op->emitOpError() << "requires labels in [0, " << classes << "), but got "
                                 << int64_t(label) << " in row " << row;
    return success();
  }
  const Tensor &labels;
  int64_t classes;
  double smoothing;
};

LogicalResult reference::evaluateOp(CrossEntropyOp op, Operands operands, Results results) {
  const Tensor &logits = operands[0];
  int64_t rows = logits.dim(0), classes = logits.dim(1);
  Target target(op, operands[1], classes);
  if (failed(target.verify(op)))
    return failure();
  double sum = 0;
  for (int64_t n = 0; n < rows; ++n)
    for (auto [k, value] : llvm::enumerate(logSoftmax(logits, n)))
      if (double t = target.at(n, k); t != 0)
        sum -= t * value;
  results[0].setValue(0, sum / rows);
  return success();
}

LogicalResult reference::evaluateOp(CrossEntropyGradientOp op, Operands operands, Results results) {
  const Tensor &logits = operands[1];
  int64_t rows = logits.dim(0), classes = logits.dim(1);
  Target target(op, operands[2], classes);
  if (failed(target.verify(op)))
    return failure();
  double dl = operands[0].valueAt(0);
  for (int64_t n = 0; n < rows; ++n)
    for (auto [k, value] : llvm::enumerate(logSoftmax(logits, n)))
      results[0].setValue(n * classes + k, (std::exp(value) - target.at(n, k)) / rows * dl);
  return success();
}

LogicalResult reference::evaluateOp(DistillationLossOp op, Operands operands, Results results) {
  int64_t rows = operands[0].dim(0), classes = operands[0].dim(1);
  double temperature = op.getTemperature().convertToDouble(), sum = 0;
  for (int64_t n = 0; n < rows; ++n) {
    auto student = logSoftmax(operands[0], n, temperature), teacher = logSoftmax(operands[1], n, temperature);
    for (int64_t k = 0; k < classes; ++k)
      if (double p = std::exp(teacher[k]); p != 0)
        sum += p * (teacher[k] - student[k]);
  }
  results[0].setValue(0, temperature * temperature * sum / rows);
  return success();
}

LogicalResult reference::evaluateOp(DistillationLossGradientOp op, Operands operands, Results results) {
  int64_t rows = operands[1].dim(0), classes = operands[1].dim(1);
  double temperature = op.getTemperature().convertToDouble(), dl = operands[0].valueAt(0);
  for (int64_t n = 0; n < rows; ++n) {
    auto student = logSoftmax(operands[1], n, temperature), teacher = logSoftmax(operands[2], n, temperature);
    for (int64_t k = 0; k < classes; ++k)
      results[0].setValue(n * classes + k,
                          temperature * (std::exp(student[k]) - std::exp(teacher[k])) / rows * dl);
  }
  return success();
}
