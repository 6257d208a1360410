// Pools and their adjoints. Windows that the image's border cuts alike are one
// kernel: no tap outside the image is ever read.
#include "KernelWriter.h"
#include "ScalarBodies.h"

#include "mlir/Dialect/Math/IR/Math.h"

#include <cmath>
#include <limits>

using namespace mlir;
using namespace penjing;

namespace {

/// Consecutive windows along one axis that see the same taps.
struct WindowRun {
  int64_t first = 0, count = 0; ///< windows
  int64_t tap = 0, taps = 0;    ///< taps inside the image
  int64_t counted = 0;          ///< taps that the mean divides by
};

/// A pool's attributes, and the global pool's seen as one.
struct Window {
  SmallVector<int64_t, 2> kernel, strides = {1, 1}, dilations = {1, 1};
  SmallVector<int64_t, 4> pads = {0, 0, 0, 0};
  bool includePad = false;
  Layout layout = Layout::NCHW;
  unsigned channel() const { return layout == Layout::NCHW ? 1 : 3; }
  unsigned spatial(unsigned axis) const { return (layout == Layout::NCHW ? 2 : 1) + axis; }
  bool overlaps() const {
    for (unsigned axis : {0u, 1u})
      if (kernel[axis] > 1 && strides[axis] < dilations[axis] * (kernel[axis] - 1) + 1)
        return true;
    return false;
  }
};

/// One kernel: a run of windows along each axis.
struct WindowBox {
  WindowRun h, w;
  int64_t counted() const { return h.counted * w.counted; }
};

} // namespace

template <typename Op> static Window windowOf(Op op) {
  Window window;
  window.kernel.assign(op.getKernel().begin(), op.getKernel().end());
  window.strides.assign(op.getStrides().begin(), op.getStrides().end());
  window.dilations.assign(op.getDilations().begin(), op.getDilations().end());
  window.pads.assign(op.getPads().begin(), op.getPads().end());
  window.layout = op.getLayout();
  if constexpr (std::is_same_v<Op, AveragePoolOp> || std::is_same_v<Op, AveragePoolGradientOp>)
    window.includePad = op.getCountIncludePad();
  return window;
}

static SmallVector<WindowRun> runsOf(const Window &window, unsigned axis, int64_t image, int64_t outputs) {
  SmallVector<WindowRun> runs;
  int64_t pad = window.pads[axis], after = window.pads[axis + 2], dilation = window.dilations[axis];
  for (int64_t output = 0; output < outputs; ++output) {
    WindowRun run{output, 1, -1, 0, 0};
    for (int64_t tap = 0; tap < window.kernel[axis]; ++tap) {
      int64_t at = output * window.strides[axis] - pad + tap * dilation;
      bool inside = at >= 0 && at < image;
      if (inside && run.taps++ == 0)
        run.tap = tap;
      run.counted += window.includePad ? at < image + after : inside;
    }
    if (!runs.empty() && runs.back().tap == run.tap && runs.back().taps == run.taps &&
        runs.back().counted == run.counted)
      ++runs.back().count;
    else
      runs.push_back(run);
  }
  return runs;
}

static SmallVector<WindowBox> boxesOf(const Window &window, ArrayRef<int64_t> image, ArrayRef<int64_t> outputs) {
  SmallVector<WindowBox> boxes;
  unsigned h = window.spatial(0), w = window.spatial(1);
  for (const WindowRun &row : runsOf(window, 0, image[h], outputs[h]))
    for (const WindowRun &column : runsOf(window, 1, image[w], outputs[w]))
      boxes.push_back({row, column});
  return boxes;
}

/// The windows of a box as a part of the pool's result: N, C, rows, columns.
static View windowsView(const View &y, const Window &window, const WindowBox &box) {
  unsigned c = window.channel(), h = window.spatial(0), w = window.spatial(1);
  View view;
  view.root = y.root;
  view.offset = y.offset + box.h.first * y.stride(h) + box.w.first * y.stride(w);
  view.dims = {y.dims[0], y.dims[c], {Factor{box.h.count, y.stride(h)}}, {Factor{box.w.count, y.stride(w)}}};
  return view;
}

/// The elements of the image under tap `kh`, `kw` (counted from the box's first
/// one) of each window.
static View tapView(const View &x, const Window &window, const WindowBox &box, int64_t kh, int64_t kw) {
  unsigned c = window.channel(), h = window.spatial(0), w = window.spatial(1);
  View view;
  view.root = x.root;
  int64_t row = box.h.first * window.strides[0] - window.pads[0] + (box.h.tap + kh) * window.dilations[0];
  int64_t column = box.w.first * window.strides[1] - window.pads[1] + (box.w.tap + kw) * window.dilations[1];
  view.offset = x.offset + row * x.stride(h) + column * x.stride(w);
  view.dims = {x.dims[0], x.dims[c],
               {Factor{box.h.count, window.strides[0] * x.stride(h)}},
               {Factor{box.w.count, window.strides[1] * x.stride(w)}}};
  return view;
}

/// Adds the taps of each window as two more dimensions.
static void addTaps(View &view, const View &x, const Window &window, const WindowBox &box) {
  view.dims.push_back({Factor{box.h.taps, window.dilations[0] * x.stride(window.spatial(0))}});
  view.dims.push_back({Factor{box.w.taps, window.dilations[1] * x.stride(window.spatial(1))}});
}

static void addStill(View &view, const WindowBox &box) {
  view.dims.push_back({Factor{box.h.taps, 0}});
  view.dims.push_back({Factor{box.w.taps, 0}});
}

/// What a window without any tap gives: the least value of a maximum, else zero.
static double valueWithoutTaps(bool max, Type element, quant::UniformQuantizedType quantized) {
  if (quantized)
    return max ? quantized.getStorageTypeMin() : quantized.getZeroPoint();
  if (!max || element.isUnsignedInteger())
    return 0;
  if (isa<FloatType>(element))
    return -std::numeric_limits<double>::infinity();
  return -std::ldexp(1.0, int(element.getIntOrFloatBitWidth()) - 1);
}

LogicalResult penjing::writePool(KernelWriter &writer, Operation *op) {
  Value input = op->getOperand(0), result = op->getResult(0);
  Window window;
  if (auto global = dyn_cast<GlobalAveragePoolOp>(op)) {
    window.layout = global.getLayout();
    window.kernel = {shapeOf(input)[window.spatial(0)], shapeOf(input)[window.spatial(1)]};
  } else if (auto average = dyn_cast<AveragePoolOp>(op)) {
    window = windowOf(average);
  } else {
    window = windowOf(cast<MaxPoolOp>(op));
  }
  View x = viewOf(input), y = viewOf(result);
  if (!x.isSimple() || !y.isSimple())
    return op->emitError("requires operands with one stride per dimension");
  auto in = dyn_cast<quant::UniformQuantizedType>(elementOf(input));
  auto out = dyn_cast<quant::UniformQuantizedType>(elementOf(result));
  bool max = isa<MaxPoolOp>(op), real = isa<FloatType>(elementOf(input));
  Walk walk[] = {Walk::Parallel, Walk::Parallel, Walk::Parallel, Walk::Parallel, Walk::Reduction, Walk::Reduction};
  using Kind = arith::AtomicRMWKind;
  bool isUnsigned = in ? !in.isSigned() : elementOf(input).isUnsignedInteger();
  Kind kind = max ? (real ? Kind::maximumf : isUnsigned ? Kind::maxu : Kind::maxs)
                  : (real ? Kind::addf : Kind::addi);
  for (const WindowBox &box : boxesOf(window, shapeOf(input), shapeOf(result))) {
    auto output = writer.operand(windowsView(y, window, box), result);
    if (box.h.taps == 0 || box.w.taps == 0) {
      if (failed(writer.fill("empty_window", output, valueWithoutTaps(max, elementOf(result), out))))
        return failure();
      continue;
    }
    View taps = tapView(x, window, box, 0, 0);
    addTaps(taps, x, window, box);
    auto element = [&](ImplicitLocOpBuilder &b, ValueRange v) -> Value {
      return max || real ? v[0] : in ? centered(b, v[0], in) : v[0];
    };
    auto final = [&](ImplicitLocOpBuilder &b, ValueRange v) -> Value {
      if (max)
        return v[0];
      if (real)
        return arith::DivFOp::create(b, v[0], number(b, v[0].getType(), box.counted()));
      Value sum = arith::SIToFPOp::create(b, b.getF32Type(), v[0]);
      double scale = in.getScale() / (out.getScale() * box.counted());
      return roundToStorage(b, arith::MulFOp::create(b, sum, number(b, sum.getType(), static_cast<float>(scale))), out);
    };
    if (failed(writer.reduce(op->getName().stripDialect(), {writer.operand(taps, input)}, output, walk, kind,
                             element, final)))
      return failure();
  }
  return success();
}

static LogicalResult writeMaxGradient(KernelWriter &writer, MaxPoolGradientOp op) {
  Window window = windowOf(op);
  View x = viewOf(op.getInput()), dy = viewOf(op.getGradient()), dx = viewOf(op.getResult());
  if (!x.isSimple() || !dy.isSimple() || !dx.isSimple())
    return op.emitError("requires operands with one stride per dimension");
  if (failed(writer.fill("zero", writer.operand(dx, op.getResult()), 0)))
    return failure();
  bool overlaps = window.overlaps();
  for (const WindowBox &box : boxesOf(window, shapeOf(op.getInput()), shapeOf(op.getGradient()))) {
    SmallVector<KernelWriter::Operand> inputs = {writer.operand(windowsView(dy, window, box), op.getGradient())};
    for (int64_t kh = 0; kh < box.h.taps; ++kh)
      for (int64_t kw = 0; kw < box.w.taps; ++kw)
        inputs.push_back(writer.operand(tapView(x, window, box, kh, kw), op.getInput()));
    for (int64_t tap = 0; tap < box.h.taps * box.w.taps; ++tap) {
      auto output = writer.operand(tapView(dx, window, box, tap / box.w.taps, tap % box.w.taps), op.getResult());
      SmallVector<KernelWriter::Operand> all = inputs;
      if (overlaps)
        all.push_back(output);
      auto body = [&](ImplicitLocOpBuilder &b, ValueRange v) -> Value {
        Value zero = number(b, v[0].getType(), 0), isFirst;
        for (int64_t other = 0; other < box.h.taps * box.w.taps; ++other) {
          if (other == tap)
            continue;
          auto predicate = other < tap ? arith::CmpFPredicate::OGT : arith::CmpFPredicate::OGE;
          Value beats = arith::CmpFOp::create(b, predicate, v[1 + tap], v[1 + other]);
          isFirst = isFirst ? Value(arith::AndIOp::create(b, isFirst, beats)) : beats;
        }
        Value part = isFirst ? Value(arith::SelectOp::create(b, isFirst, v[0], zero)) : v[0];
        return overlaps ? Value(arith::AddFOp::create(b, v.back(), part)) : part;
      };
      if (failed(writer.map("max_pool_gradient", all, output, body)))
        return failure();
    }
  }
  return success();
}

static LogicalResult writeAverageGradient(KernelWriter &writer, AveragePoolGradientOp op) {
  Window window = windowOf(op);
  View dy = viewOf(op.getGradient()), dx = viewOf(op.getResult());
  if (!dy.isSimple() || !dx.isSimple())
    return op.emitError("requires operands with one stride per dimension");
  if (failed(writer.fill("zero", writer.operand(dx, op.getResult()), 0)))
    return failure();
  bool overlaps = window.overlaps();
  for (const WindowBox &box : boxesOf(window, shapeOf(op.getResult()), shapeOf(op.getGradient()))) {
    if (box.h.taps == 0 || box.w.taps == 0)
      continue;
    auto share = [&](ImplicitLocOpBuilder &b, ValueRange v) -> Value {
      Value part = arith::DivFOp::create(b, v[0], number(b, v[0].getType(), box.counted()));
      return overlaps ? Value(arith::AddFOp::create(b, v[1], part)) : part;
    };
    View from = windowsView(dy, window, box);
    if (!overlaps) {
      View to = tapView(dx, window, box, 0, 0);
      addTaps(to, dx, window, box);
      addStill(from, box);
      if (failed(writer.map("average_pool_gradient", {writer.operand(from, op.getGradient())},
                            writer.operand(to, op.getResult()), share)))
        return failure();
      continue;
    }
    for (int64_t kh = 0; kh < box.h.taps; ++kh)
      for (int64_t kw = 0; kw < box.w.taps; ++kw) {
        auto to = writer.operand(tapView(dx, window, box, kh, kw), op.getResult());
        if (failed(writer.map("average_pool_gradient", {writer.operand(from, op.getGradient()), to}, to, share)))
          return failure();
      }
  }
  return success();
}

LogicalResult penjing::writePoolGradient(KernelWriter &writer, Operation *op) {
  if (auto max = dyn_cast<MaxPoolGradientOp>(op))
    return writeMaxGradient(writer, max);
  return writeAverageGradient(writer, cast<AveragePoolGradientOp>(op));
}
