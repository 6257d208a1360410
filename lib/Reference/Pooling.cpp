// Pools and their adjoints: a loop over windows, and over the taps inside the image.
#include "Evaluators.h"
#include "Grid.h"
#include "Windows.h"

#include <limits>

using namespace mlir;
using namespace penjing;
using namespace penjing::reference;

/// Calls f(atY, taps, padded) for each window: the offsets of its taps in the
/// image in row-major order, and the number of taps inside the padded image.
template <typename F>
static void forEachWindow(const Image &x, const Image &y, const std::array<Slide, 2> &slides, F &&f) {
  auto countPadded = [&](const Slide &slide, int64_t i, int64_t extent) {
    int64_t count = 0;
    for (int64_t tap = 0; tap < slide.kernel; ++tap)
      count += slide.place(i, tap) < extent + slide.after;
    return count;
  };
  SmallVector<int64_t> taps;
  for (int64_t i = 0; i < y.height; ++i)
    for (int64_t j = 0; j < y.width; ++j) {
      taps.clear();
      for (int64_t kh = 0; kh < slides[0].kernel; ++kh)
        for (int64_t kw = 0; kw < slides[1].kernel; ++kw) {
          int64_t row = slides[0].place(i, kh), column = slides[1].place(j, kw);
          if (row >= 0 && row < x.height && column >= 0 && column < x.width)
            taps.push_back(row * x.ofRow + column * x.ofColumn);
        }
      int64_t padded = countPadded(slides[0], i, x.height) * countPadded(slides[1], j, x.width);
      for (int64_t n = 0; n < y.batch; ++n)
        for (int64_t c = 0; c < y.channels; ++c)
          f(n * y.ofBatch + c * y.ofChannel + i * y.ofRow + j * y.ofColumn,
            n * x.ofBatch + c * x.ofChannel, ArrayRef<int64_t>(taps), padded);
    }
}

/// The first tap that holds the maximum; NaN wins. -1 for a window without taps.
template <typename T> static int64_t findMaximum(const T *x, ArrayRef<int64_t> taps) {
  int64_t best = taps.empty() ? -1 : taps.front();
  for (int64_t tap : taps.drop_front(taps.empty() ? 0 : 1))
    if (x[tap] > x[best] || (x[tap] != x[tap] && x[best] == x[best]))
      best = tap;
  return best;
}

LogicalResult reference::evaluateOp(MaxPoolOp op, Operands operands, Results results) {
  if (op.getInput().getType().getElementType() != op.getType().getElementType())
    return op.emitOpError() << "requires a result of the input's element type, but got " << op.getType()
                            << " for " << op.getInput().getType();
  Image x(operands[0], op.getLayout()), y(results[0], op.getLayout());
  withElement(operands[0], [&](auto type) {
    using T = decltype(type);
    const T *in = operands[0].data<T>();
    T *out = results[0].data<T>();
    T least = std::numeric_limits<T>::has_infinity ? -std::numeric_limits<T>::infinity()
                                                   : std::numeric_limits<T>::lowest();
    if (auto quantized = dyn_cast<quant::QuantizedType>(operands[0].elementType()))
      least = T(quantized.getStorageTypeMin());
    forEachWindow(x, y, slidesOf(op, op.getKernel()),
                  [&](int64_t atY, int64_t atX, ArrayRef<int64_t> taps, int64_t) {
                    int64_t best = findMaximum(in + atX, taps);
                    out[atY] = best < 0 ? least : in[atX + best];
                  });
  });
  return success();
}

LogicalResult reference::evaluateOp(MaxPoolGradientOp op, Operands operands, Results results) {
  Image x(operands[1], op.getLayout()), y(operands[0], op.getLayout());
  withFloat(results[0].elementType(), [&](auto type) {
    using T = decltype(type);
    const T *dy = operands[0].data<T>(), *in = operands[1].data<T>();
    T *dx = results[0].data<T>();
    forEachWindow(x, y, slidesOf(op, op.getKernel()),
                  [&](int64_t atY, int64_t atX, ArrayRef<int64_t> taps, int64_t) {
                    if (int64_t best = findMaximum(in + atX, taps); best >= 0)
                      dx[atX + best] += dy[atY];
                  });
  });
  return success();
}

/// Means over windows of floats, or of quantized integers by `requantize`.
static LogicalResult average(Operation *op, const Tensor &input, Tensor &result, Layout layout,
                             const std::array<Slide, 2> &slides, bool countPadding) {
  Image x(input, layout), y(result, layout);
  if (isa<FloatType>(input.elementType()) && isa<FloatType>(result.elementType())) {
    withFloat(result.elementType(), [&](auto type) {
      using T = decltype(type);
      forEachWindow(x, y, slides, [&](int64_t atY, int64_t atX, ArrayRef<int64_t> taps, int64_t padded) {
        T sum = 0;
        for (int64_t tap : taps)
          sum += input.data<T>()[atX + tap];
        int64_t count = countPadding ? padded : int64_t(taps.size());
        result.data<T>()[atY] = count ? sum / T(count) : T(0);
      });
    });
    return success();
  }
  if (!isa<quant::QuantizedType>(input.elementType()) || !isa<quant::QuantizedType>(result.elementType()))
    return op->emitOpError() << "requires float or quantized input and result, but got "
                             << input.elementType() << " and " << result.elementType();
  Tensor q = centered(input);
  Grid gx(input.elementType()), gy(result.elementType());
  withElement(result, [&](auto type) {
    forEachWindow(x, y, slides, [&](int64_t atY, int64_t atX, ArrayRef<int64_t> taps, int64_t padded) {
      int32_t acc = 0;
      for (int64_t tap : taps)
        acc += q.data<int32_t>()[atX + tap];
      int64_t count = countPadding ? padded : int64_t(taps.size());
      float multiplier = count ? float(gx.scale(0) / (gy.scale(0) * double(count))) : 0.0f;
      result.data<decltype(type)>()[atY] = gy.nearest(float(acc) * multiplier, gy.zero(0));
    });
  });
  return success();
}

LogicalResult reference::evaluateOp(AveragePoolOp op, Operands operands, Results results) {
  return average(op, operands[0], results[0], op.getLayout(), slidesOf(op, op.getKernel()),
                 op.getCountIncludePad());
}

LogicalResult reference::evaluateOp(GlobalAveragePoolOp op, Operands operands, Results results) {
  Image x(operands[0], op.getLayout());
  return average(op, operands[0], results[0], op.getLayout(),
                 {Slide{x.height, 1, 1, 0, 0}, Slide{x.width, 1, 1, 0, 0}}, false);
}

LogicalResult reference::evaluateOp(AveragePoolGradientOp op, Operands operands, Results results) {
  Image x(results[0], op.getLayout()), y(operands[0], op.getLayout());
  withFloat(results[0].elementType(), [&](auto type) {
    using T = decltype(type);
    forEachWindow(x, y, slidesOf(op, op.getKernel()),
                  [&](int64_t atY, int64_t atX, ArrayRef<int64_t> taps, int64_t padded) {
                    T share = operands[0].data<T>()[atY] /
                              T(op.getCountIncludePad() ? padded : int64_t(taps.size()));
                    for (int64_t tap : taps)
                      results[0].data<T>()[atX + tap] += share;
                  });
  });
  return success();
}
