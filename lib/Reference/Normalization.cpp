// Normalization and softmax. Sums over many elements are kept in f64.
#include "Elements.h"
#include "Evaluators.h"
#include "Grid.h"

using namespace mlir;
using namespace penjing;
using namespace penjing::reference;

LogicalResult reference::evaluateOp(BatchNormOp op, Operands operands, Results results) {
  ArrayRef<int64_t> shape = results[0].shape();
  int64_t stride = strideOf(results[0], op.getAxis()), channels = shape[op.getAxis()];
  withFloat(results[0].elementType(), [&](auto type) {
    using T = decltype(type);
    const T *x = operands[0].data<T>(), *scale = operands[1].data<T>(), *shift = operands[2].data<T>(),
            *mean = operands[3].data<T>(), *variance = operands[4].data<T>();
    T epsilon = T(op.getEpsilon().convertToDouble());
    for (int64_t i = 0; i < results[0].size(); ++i) {
      int64_t c = i / stride % channels;
      results[0].data<T>()[i] = (x[i] - mean[c]) / std::sqrt(variance[c] + epsilon) * scale[c] + shift[c];
    }
  });
  return success();
}

LogicalResult reference::evaluateOp(BatchNormTrainingOp op, Operands operands, Results results) {
  const Tensor &x = operands[0];
  int64_t stride = strideOf(x, op.getAxis()), channels = x.dim(op.getAxis());
  double count = double(x.size()) / channels, epsilon = op.getEpsilon().convertToDouble();
  withFloat(x.elementType(), [&](auto type) {
    using T = decltype(type);
    const T *in = x.data<T>(), *scale = operands[1].data<T>(), *shift = operands[2].data<T>();
    SmallVector<double> mean(channels, 0.0), variance(channels, 0.0);
    auto channel = [&](int64_t i) { return i / stride % channels; };
    for (int64_t i = 0; i < x.size(); ++i)
      mean[channel(i)] += in[i];
    for (double &m : mean)
      m /= count;
    for (int64_t i = 0; i < x.size(); ++i) {
      double distance = in[i] - mean[channel(i)];
      variance[channel(i)] += distance * distance;
    }
    for (int64_t c = 0; c < channels; ++c) {
      variance[c] /= count;
      results[1].data<T>()[c] = T(mean[c]);
      results[2].data<T>()[c] = T(variance[c]);
    }
    for (int64_t i = 0; i < x.size(); ++i) {
      int64_t c = channel(i);
      results[0].data<T>()[i] =
          T((in[i] - mean[c]) / std::sqrt(variance[c] + epsilon) * scale[c] + shift[c]);
    }
  });
  return success();
}

LogicalResult reference::evaluateOp(BatchNormGradientOp op, Operands operands, Results results) {
  const Tensor &x = operands[1];
  int64_t stride = strideOf(x, op.getAxis()), channels = x.dim(op.getAxis());
  double count = double(x.size()) / channels, epsilon = op.getEpsilon().convertToDouble();
  withFloat(x.elementType(), [&](auto type) {
    using T = decltype(type);
    const T *dy = operands[0].data<T>(), *in = x.data<T>(), *scale = operands[2].data<T>(),
            *mean = operands[3].data<T>(), *variance = operands[4].data<T>();
    auto channel = [&](int64_t i) { return i / stride % channels; };
    auto normalized = [&](int64_t i, int64_t c) {
      return (double(in[i]) - mean[c]) / std::sqrt(double(variance[c]) + epsilon);
    };
    SmallVector<double> sum(channels, 0.0), product(channels, 0.0);
    for (int64_t i = 0; i < x.size(); ++i) {
      int64_t c = channel(i);
      sum[c] += dy[i];
      product[c] += dy[i] * normalized(i, c);
    }
    for (int64_t i = 0; i < x.size(); ++i) {
      int64_t c = channel(i);
      double centre = dy[i] - sum[c] / count - normalized(i, c) * product[c] / count;
      results[0].data<T>()[i] = T(scale[c] / std::sqrt(double(variance[c]) + epsilon) * centre);
    }
    for (int64_t c = 0; c < channels; ++c) {
      results[1].data<T>()[c] = T(product[c]);
      results[2].data<T>()[c] = T(sum[c]);
    }
  });
  return success();
}

/// Calls f(offset of the first element, stride, length) for each line along the axis.
template <typename F> static void forEachLine(const Tensor &tensor, int64_t axis, F &&f) {
  int64_t stride = strideOf(tensor, axis), length = tensor.dim(axis);
  if (tensor.size() == 0)
    return;
  for (int64_t outer = 0; outer < tensor.size(); outer += stride * length)
    for (int64_t inner = 0; inner < stride; ++inner)
      f(outer + inner, stride, length);
}

LogicalResult reference::evaluateOp(SoftmaxOp op, Operands operands, Results results) {
  withFloat(results[0].elementType(), [&](auto type) {
    using T = decltype(type);
    forEachLine(results[0], op.getAxis(), [&](int64_t at, int64_t stride, int64_t length) {
      const T *x = operands[0].data<T>() + at;
      T *y = results[0].data<T>() + at;
      double max = x[0], sum = 0;
      for (int64_t k = 1; k < length; ++k)
        max = std::max<double>(max, x[k * stride]);
      for (int64_t k = 0; k < length; ++k)
        sum += std::exp(x[k * stride] - max);
      for (int64_t k = 0; k < length; ++k)
        y[k * stride] = T(std::exp(x[k * stride] - max) / sum);
    });
  });
  return success();
}

LogicalResult reference::evaluateOp(SoftmaxGradientOp op, Operands operands, Results results) {
  withFloat(results[0].elementType(), [&](auto type) {
    using T = decltype(type);
    forEachLine(results[0], op.getAxis(), [&](int64_t at, int64_t stride, int64_t length) {
      const T *dy = operands[0].data<T>() + at, *y = operands[1].data<T>() + at;
      double sum = 0;
      for (int64_t k = 0; k < length; ++k)
        sum += double(dy[k * stride]) * y[k * stride];
      for (int64_t k = 0; k < length; ++k)
        results[0].data<T>()[at + k * stride] = T(y[k * stride] * (dy[k * stride] - sum));
    });
  });
  return success();
}
