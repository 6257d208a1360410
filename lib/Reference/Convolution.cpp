// Convolution and its adjoints: the same walk over all taps with three bodies.
#include "Evaluators.h"
#include "Grid.h"
#include "Windows.h"

using namespace mlir;
using namespace penjing;
using namespace penjing::reference;

/// Calls f(atX, atW, atY, length, stepX, stepY) for each run of windows along a
/// row that share an input channel and a tap; runs come in the order (n, o, c, kh, kw, i).
template <typename F>
static void forEachRun(const Image &x, ArrayRef<int64_t> w, const Image &y,
                       const std::array<Slide, 2> &slides, int64_t groups, F &&f) {
  int64_t perGroup = y.channels / groups, stepX = x.ofColumn * slides[1].stride;
  for (int64_t n = 0; n < y.batch; ++n)
    for (int64_t o = 0; o < y.channels; ++o)
      for (int64_t c = 0; c < w[1]; ++c)
        for (int64_t kh = 0; kh < w[2]; ++kh) {
          auto [i0, i1] = slides[0].inside(kh, x.height, y.height);
          for (int64_t kw = 0; kw < w[3]; ++kw) {
            auto [j0, j1] = slides[1].inside(kw, x.width, y.width);
            if (j0 >= j1)
              continue;
            int64_t atW = ((o * w[1] + c) * w[2] + kh) * w[3] + kw;
            int64_t channel = o / perGroup * w[1] + c;
            int64_t atX = n * x.ofBatch + channel * x.ofChannel + slides[1].place(j0, kw) * x.ofColumn;
            int64_t atY = n * y.ofBatch + o * y.ofChannel + j0 * y.ofColumn;
            for (int64_t i = i0; i < i1; ++i)
              f(atX + slides[0].place(i, kh) * x.ofRow, atW, atY + i * y.ofRow, j1 - j0, stepX,
                y.ofColumn);
          }
        }
}

/// to[i · stepTo] += factor · from[i · stepFrom].
template <typename T>
static void addScaled(T *to, int64_t stepTo, T factor, const T *from, int64_t stepFrom, int64_t length) {
  if (stepTo == 1 && stepFrom == 1) // the compiler makes vectors of this one
    for (int64_t i = 0; i < length; ++i)
      to[i] = multiplyAdd(to[i], factor, from[i]);
  else
    for (int64_t i = 0; i < length; ++i)
      to[i * stepTo] = multiplyAdd(to[i * stepTo], factor, from[i * stepFrom]);
}

/// The sum of a convolution of elements that add and multiply: y is zero or the bias.
template <typename T>
static void convolve(ConvOp op, const Tensor &input, const Tensor &weight, const Tensor *bias, Tensor &result) {
  Image x(input, op.getLayout()), y(result, op.getLayout());
  T *out = result.data<T>();
  const T *in = input.data<T>(), *w = weight.data<T>();
  if (bias)
    for (int64_t i = 0; i < result.size(); ++i)
      out[i] = bias->data<T>()[i / y.ofChannel % y.channels];
  forEachRun(x, weight.shape(), y, slidesOf(op, weight.shape().take_back(2)), op.getGroups(),
             [&](int64_t atX, int64_t atW, int64_t atY, int64_t length, int64_t stepX, int64_t stepY) {
               addScaled(out + atY, stepY, w[atW], in + atX, stepX, length);
             });
}

LogicalResult reference::evaluateOp(ConvOp op, Operands operands, Results results) {
  const Tensor *bias = operands.size() > 2 ? &operands[2] : nullptr;
  if (isQuantized(op.getInput().getType()) != isQuantized(op.getWeight().getType()))
    return op.emitOpError() << "requires input and weight that are both quantized, or none, but got "
                            << op.getInput().getType() << " and " << op.getWeight().getType();
  if (!isQuantized(op.getInput().getType())) {
    if (isQuantized(op.getType()))
      return requireAllQuantized(op);
    withRing(results[0], [&](auto type) {
      convolve<decltype(type)>(op, operands[0], operands[1], bias, results[0]);
    });
    return success();
  }
  Tensor x = centered(operands[0]), w = centered(operands[1]), sum(x.elementType(), results[0].shape());
  convolve<uint32_t>(op, x, w, bias, sum);
  Grid gx(operands[0].elementType()), gw(operands[1].elementType());
  double sy = isQuantized(op.getType()) ? Grid(results[0].elementType()).scale(0) : 1.0;
  SmallVector<float> multipliers;
  for (size_t o = 0; o < gw.scales.size(); ++o)
    multipliers.push_back(float(gx.scale(0) * gw.scale(o) / sy));
  Image y(results[0], op.getLayout());
  requantize(results[0], sum, multipliers, [&](int64_t i) { return i / y.ofChannel % y.channels; });
  return success();
}

LogicalResult reference::evaluateOp(ConvInputGradientOp op, Operands operands, Results results) {
  const Tensor &gradient = operands[0], &weight = operands[1];
  Image x(results[0], op.getLayout()), y(gradient, op.getLayout());
  withFloat(results[0].elementType(), [&](auto type) {
    using T = decltype(type);
    const T *dy = gradient.data<T>(), *w = weight.data<T>();
    T *dx = results[0].data<T>();
    forEachRun(x, weight.shape(), y, slidesOf(op, weight.shape().take_back(2)), op.getGroups(),
               [&](int64_t atX, int64_t atW, int64_t atY, int64_t length, int64_t stepX, int64_t stepY) {
                 addScaled(dx + atX, stepX, w[atW], dy + atY, stepY, length);
               });
  });
  return success();
}

LogicalResult reference::evaluateOp(ConvWeightGradientOp op, Operands operands, Results results) {
  const Tensor &gradient = operands[0], &input = operands[1];
  Image x(input, op.getLayout()), y(gradient, op.getLayout());
  withFloat(results[0].elementType(), [&](auto type) {
    using T = decltype(type);
    const T *dy = gradient.data<T>(), *in = input.data<T>();
    T *dw = results[0].data<T>();
    forEachRun(x, results[0].shape(), y, slidesOf(op, op.getKernel()), op.getGroups(),
               [&](int64_t atX, int64_t atW, int64_t atY, int64_t length, int64_t stepX, int64_t stepY) {
                 T sum = 0;
                 for (int64_t i = 0; i < length; ++i)
                   sum += dy[atY + i * stepY] * in[atX + i * stepX];
                 dw[atW] += sum;
               });
  });
  return success();
}
