// What rounding in f32 may do to the values of a function, op by op.
#include "penjing/Reference/Comparison.h"

#include "llvm/ADT/TypeSwitch.h"

#include <cmath>

using namespace mlir;
using namespace penjing;

/// Half a unit in the last place of f32, relative.
static constexpr double kUnit = 0x1p-24;
/// Room for the f64 arithmetic of the analysis itself.
static constexpr double kSlack = 0x1p-48;

static Tensor mapped(const Tensor &x, llvm::function_ref<double(int64_t)> f) {
  Tensor result(Float64Type::get(x.elementType().getContext()), x.shape());
  for (int64_t i = 0; i < x.size(); ++i)
    result.data<double>()[i] = f(i);
  return result;
}

/// The terms of the longest sum that one element of the op's result is.
static double countTerms(Operation *op, ArrayRef<Tensor> operands, ArrayRef<Tensor> results) {
  return TypeSwitch<Operation *, double>(op)
      .Case([&](ConvOp) { return double(operands[1].size()) / operands[1].dim(0) + 1; })
      .Case([&](ConvInputGradientOp) { return double(operands[1].size()) / operands[1].dim(1); })
      .Case([&](ConvWeightGradientOp) {
        return double(operands[0].size()) / results[0].dim(0);
      })
      .Case([&](MatmulOp matmul) {
        return operands[0].dim(operands[0].rank() - (matmul.getTransposeA() ? 2 : 1)) + 1.0;
      })
      .Case([&](ReduceSumOp) { return double(operands[0].size()) / std::max<int64_t>(results[0].size(), 1); })
      .Case([&](AveragePoolOp pool) { return double(pool.getKernel()[0] * pool.getKernel()[1]); })
      .Case([&](GlobalAveragePoolOp) { return double(operands[0].size()) / std::max<int64_t>(results[0].size(), 1); })
      .Default([&](Operation *) { return 2.0; });
}

/// The op's result on these operands, in f64.
static Tensor evaluated(Operation *op, ArrayRef<Tensor> operands, const Tensor &like) {
  SmallVector<Tensor> results{Tensor(Float64Type::get(op->getContext()), like.shape())};
  if (failed(evaluateOperation(op, operands, results)))
    return mapped(like, [](int64_t) { return INFINITY; });
  return results[0];
}

/// Sums of products with positive coefficients F: the errors of the operands
/// give F(|x| + e) - F(|x|), the roundings (n + 2) · u · F(|x| + e).
static Tensor boundOfSum(Operation *op, ArrayRef<Tensor> operands, ArrayRef<Tensor> results,
                         ArrayRef<Tensor> errors) {
  SmallVector<Tensor> least, most;
  for (size_t k = 0; k < operands.size(); ++k) {
    const Tensor &x = operands[k], &e = errors[k];
    least.push_back(mapped(x, [&](int64_t i) { return std::abs(x.valueAt(i)); }));
    most.push_back(mapped(x, [&](int64_t i) { return std::abs(x.valueAt(i)) + e.valueAt(i); }));
  }
  Tensor low = evaluated(op, least, results[0]), high = evaluated(op, most, results[0]);
  double growth = (countTerms(op, operands, results) + 2) * kUnit;
  return mapped(results[0], [&](int64_t i) {
    double reached = high.valueAt(i);
    return reached - low.valueAt(i) + (growth + kSlack) * reached;
  });
}

/// Normalization by stored statistics: linear in x, its factor and shift known.
static Tensor boundOfBatchNorm(BatchNormOp op, ArrayRef<Tensor> operands, ArrayRef<Tensor> errors) {
  int64_t stride = 1, channels = operands[0].dim(op.getAxis());
  for (int64_t extent : operands[0].shape().drop_front(op.getAxis() + 1))
    stride *= extent;
  return mapped(operands[0], [&](int64_t i) {
    int64_t c = i / stride % channels;
    double factor = std::abs(operands[1].valueAt(c)) /
                    std::sqrt(operands[4].valueAt(c) + op.getEpsilon().convertToDouble());
    double sizes = (std::abs(operands[0].valueAt(i)) + std::abs(operands[3].valueAt(c))) * factor;
    return errors[0].valueAt(i) * factor * (1 + 16 * kUnit) +
           16 * kUnit * (sizes + std::abs(operands[2].valueAt(c)));
  });
}

/// A probability y errs by a factor of at most exp(2 · greatest error), and by
/// the roundings of its exponential and sum.
static Tensor boundOfSoftmax(SoftmaxOp op, ArrayRef<Tensor> operands, ArrayRef<Tensor> results,
                             ArrayRef<Tensor> errors) {
  double greatest = 0, largest = 0;
  for (int64_t i = 0; i < errors[0].size(); ++i) {
    greatest = std::max(greatest, errors[0].valueAt(i));
    largest = std::max(largest, std::abs(operands[0].valueAt(i)));
  }
  double relative = std::expm1(2 * greatest) + (operands[0].dim(op.getAxis()) + 16 + 4 * largest) * kUnit;
  return mapped(results[0], [&](int64_t i) { return results[0].valueAt(i) * relative + 0x1p-125; });
}

/// Functions that rise or fall: the ends of the operand's interval bound them.
static Tensor boundOfMonotone(Operation *op, ArrayRef<Tensor> operands, ArrayRef<Tensor> results,
                              ArrayRef<Tensor> errors) {
  auto shifted = [&](double sign) {
    Tensor x = mapped(operands[0], [&](int64_t i) { return operands[0].valueAt(i) + sign * errors[0].valueAt(i); });
    return evaluated(op, {x}, results[0]);
  };
  Tensor low = shifted(-1), high = shifted(1);
  return mapped(results[0], [&](int64_t i) {
    double y = results[0].valueAt(i);
    double reach = std::max(std::abs(high.valueAt(i) - y), std::abs(low.valueAt(i) - y));
    return (std::isnan(reach) ? INFINITY : reach) + 8 * kUnit * std::abs(y) + 0x1p-125;
  });
}

Tensor ErrorBounds::of(Value value, ArrayRef<int64_t> shape) const {
  if (auto it = bounds.find(value); it != bounds.end())
    return it->second;
  return Tensor(Float64Type::get(value.getContext()), shape);
}

void ErrorBounds::observe(Operation *op, ArrayRef<Tensor> operands, ArrayRef<Tensor> results) {
  if (op->getNumOperands() == 0 || results.empty())
    return; // parameters, constants and inputs are exact
  SmallVector<Tensor> errors;
  bool exact = true, floats = true;
  for (auto [value, operand] : llvm::zip(op->getOperands(), operands)) {
    errors.push_back(of(value, operand.shape()));
    exact &= !bounds.count(value);
    floats &= isa<FloatType>(operand.elementType());
  }
  bool floatResult = isa<FloatType>(results[0].elementType());
  // The integers' rules leave nothing open: same operands, same results.
  if (exact && (!floats || !floatResult))
    return;
  auto unknown = [&](const Tensor &result) { return mapped(result, [](int64_t) { return INFINITY; }); };
  Tensor bound =
      !floatResult || results.size() != 1
          ? unknown(results[0])
          : TypeSwitch<Operation *, Tensor>(op)
                .Case<ConvOp, ConvInputGradientOp, ConvWeightGradientOp, MatmulOp, AddOp, MulOp, ReduceSumOp,
                      AveragePoolOp, GlobalAveragePoolOp, AveragePoolGradientOp>([&](Operation *) {
                  return floats ? boundOfSum(op, operands, results, errors) : unknown(results[0]);
                })
                .Case([&](SubOp) {
                  // |a - b| errs as |a| + |b| does: the same sum of sizes.
                  Tensor result = results[0];
                  auto reach = [&](bool withError) {
                    SmallVector<Tensor> ends;
                    for (int k : {0, 1})
                      ends.push_back(mapped(operands[k], [&](int64_t i) {
                        double size = std::abs(operands[k].valueAt(i)) + (withError ? errors[k].valueAt(i) : 0);
                        return k ? -size : size;
                      }));
                    return evaluated(op, ends, result);
                  };
                  Tensor low = reach(false), high = reach(true);
                  return mapped(result, [&](int64_t i) {
                    return high.valueAt(i) - low.valueAt(i) + 4 * kUnit * high.valueAt(i);
                  });
                })
                .Case<ReshapeOp, TransposeOp, SliceOp, ConcatOp, MaxPoolOp>(
                    [&](Operation *) { return exact ? Tensor() : evaluated(op, errors, results[0]); })
                .Case([&](BroadcastOp) {
                  return exact ? Tensor() : evaluated(op, {errors[0], operands[1]}, results[0]);
                })
                .Case<ReluOp, ClipOp, NegOp>([&](Operation *) { return exact ? Tensor() : errors[0]; })
                .Case([&](MaskedOp) { return exact ? Tensor() : errors[0]; })
                .Case([&](BatchNormOp norm) { return boundOfBatchNorm(norm, operands, errors); })
                .Case([&](SoftmaxOp softmax) { return boundOfSoftmax(softmax, operands, results, errors); })
                .Case<ExpOp, LogOp, SqrtOp, SigmoidOp, TanhOp>(
                    [&](Operation *) { return boundOfMonotone(op, operands, results, errors); })
                .Case([&](PadOp) {
                  return exact ? Tensor()
                               : evaluated(op, errors, results[0]); // the border's value only widens it
                })
                .Case([&](DequantizeOp) { return unknown(results[0]); })
                .Default([&](Operation *) { return unknown(results[0]); });
  if (bound)
    bounds[op->getResult(0)] = mapped(bound, [&](int64_t i) { return std::abs(bound.valueAt(i)); });
  for (size_t k = 1; k < results.size(); ++k)
    bounds[op->getResult(k)] = unknown(results[k]);
}
