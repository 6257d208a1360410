// Iteration spaces of contractions: dimensions with a stride per operand.
#include "penjing/Analysis/Contractions.h"

#include "penjing/Support/StableSort.h"

using namespace mlir;
using namespace penjing;
using kernel::ContractionAttr;
using kernel::DimAttr;
using kernel::DimKind;

bool penjing::isContraction(Operation *op) {
  return isa<ConvOp, MatmulOp, ConvInputGradientOp, ConvWeightGradientOp>(op);
}

Value penjing::operandA(Operation *op) {
  return op->getOperand(isa<ConvWeightGradientOp>(op) ? 1 : 0);
}
Value penjing::operandB(Operation *op) {
  return op->getOperand(isa<ConvWeightGradientOp>(op) ? 0 : 1);
}

namespace {

/// Dimensions of a rank-4 tensor.
struct Axes {
  explicit Axes(Layout layout)
      : c(layout == Layout::NCHW ? 1 : 3), h(layout == Layout::NCHW ? 2 : 1), w(h + 1) {}
  unsigned n = 0, c, h, w;
};

struct Shapes {
  ArrayRef<int64_t> x, y, w;
};

/// Collects dimensions and offsets of one contraction.
class ContractionBuilder {
public:
  ContractionBuilder(Operation *op, const ContractionViews &views) : op(op), views(views) {
    offsets = {views.a.offset, views.b.offset, views.c.offset};
    for (const View &extra : views.extras)
      offsets.push_back(extra.offset);
  }

  /// Adds a dimension. `extra` gives the strides of the epilogue's operands.
  void add(StringRef name, DimKind kind, int64_t size, int64_t a, int64_t b, int64_t c,
           function_ref<int64_t(const View &)> extra = nullptr) {
    SmallVector<int64_t> strides = {a, b, c};
    for (const View &view : views.extras)
      strides.push_back(extra ? extra(view) : 0);
    // Along a single element nobody steps: 1 is the stride that every leaf takes.
    if (size == 1 && kind != DimKind::Parallel) {
      for (int64_t &stride : strides)
        stride = stride != 0;
      strides[kind == DimKind::Vector ? 2 : 0] = strides[1] = 1;
    }
    dims.push_back(DimAttr::get(op->getContext(), name, kind, size, 1, strides));
  }
  void move(unsigned operand, int64_t elements) { offsets[operand] += elements; }

  ContractionPiece finish(bool isZero = false);

private:
  Type operandType(Value value) const;
  bool exactTail() const;

  Operation *op;
  const ContractionViews &views;
  SmallVector<DimAttr> dims;
  SmallVector<int64_t> offsets;
};

} // namespace

Type ContractionBuilder::operandType(Value value) const {
  Type element = getElementTypeOrSelf(value.getType());
  if (auto quantized = dyn_cast<quant::QuantizedType>(element))
    return IntegerType::get(op->getContext(), quantized.getStorageTypeIntegralWidth(),
                            quantized.isSigned() ? IntegerType::Signed : IntegerType::Unsigned);
  return element;
}

/// Whole vectors may be touched only where rows are padded to them.
bool ContractionBuilder::exactTail() const {
  for (DimAttr dim : dims)
    if (dim.getKind() == DimKind::Vector && dim.getSize() % views.lanes == 0)
      return false;
  return !views.paddedLanes;
}

ContractionPiece ContractionBuilder::finish(bool isZero) {
  MLIRContext *context = op->getContext();
  Type a = operandType(operandA(op)), b = operandType(operandB(op));
  Type acc = isa<IntegerType>(a) ? Type(IntegerType::get(context, 32)) : a;
  auto contraction = ContractionAttr::get(
      context, dims, a, b, acc, "fma", views.lanes,
      views.packed ? kernel::Storage::Packed : kernel::Storage::Strided, kernel::Sparsity::Dense,
      exactTail());
  return {contraction, offsets, isZero};
}

static Shapes shapesOf(Operation *op) {
  auto shape = [](Value value) { return cast<RankedTensorType>(value.getType()).getShape(); };
  if (isa<ConvInputGradientOp>(op))
    return {shape(op->getResult(0)), shape(op->getOperand(0)), shape(op->getOperand(1))};
  if (isa<ConvWeightGradientOp>(op))
    return {shape(op->getOperand(1)), shape(op->getOperand(0)), shape(op->getResult(0))};
  return {shape(op->getOperand(0)), shape(op->getResult(0)), shape(op->getOperand(1))};
}

/// y[n, o, i, j] = sum x[n, c, i·s + kh·d - top, …] · w[o, c, kh, kw].
static ContractionPiece describeConv(ConvOp op, const ContractionViews &v) {
  Shapes s = shapesOf(op);
  Axes ax(op.getLayout());
  ContractionBuilder b(op, v);
  ArrayRef<int64_t> strides = op.getStrides(), dil = op.getDilations(), pads = op.getPads();
  int64_t groups = op.getGroups(), channels = s.w[1], outputs = s.w[0] / groups;
  auto y = [&](unsigned dim) { return v.c.stride(dim); };
  auto along = [](unsigned dim) { return [dim](const View &view) { return view.stride(dim); }; };
  b.move(0, -pads[0] * v.a.stride(ax.h) - pads[1] * v.a.stride(ax.w));
  bool depthwise = channels == 1 && outputs == 1 && groups > 1;
  b.add("n", DimKind::Parallel, s.y[ax.n], v.a.stride(ax.n), 0, y(ax.n), along(ax.n));
  if (depthwise) {
    b.add("c", DimKind::Vector, groups, v.a.stride(ax.c), v.b.stride(0), y(ax.c), along(ax.c));
  } else {
    if (groups > 1)
      b.add("g", DimKind::Parallel, groups, channels * v.a.stride(ax.c), outputs * v.b.stride(0),
            outputs * y(ax.c), [&](const View &e) { return outputs * e.stride(ax.c); });
    b.add("o", DimKind::Vector, outputs, 0, v.b.stride(0), y(ax.c), along(ax.c));
  }
  b.add("oh", DimKind::Parallel, s.y[ax.h], strides[0] * v.a.stride(ax.h), 0, y(ax.h), along(ax.h));
  b.add("ow", DimKind::Parallel, s.y[ax.w], strides[1] * v.a.stride(ax.w), 0, y(ax.w), along(ax.w));
  b.add("kh", DimKind::Reduction, s.w[2], dil[0] * v.a.stride(ax.h), v.b.stride(2), 0);
  b.add("kw", DimKind::Reduction, s.w[3], dil[1] * v.a.stride(ax.w), v.b.stride(3), 0);
  if (!depthwise)
    b.add("c", DimKind::Reduction, channels, v.a.stride(ax.c), v.b.stride(1), 0);
  return b.finish();
}

/// dw[o, c, kh, kw] = sum dy[n, o, i, j] · x[n, c, i·s + kh·d - top, …].
static ContractionPiece describeWeightGradient(ConvWeightGradientOp op, const ContractionViews &v) {
  Shapes s = shapesOf(op);
  Axes ax(op.getLayout());
  ContractionBuilder b(op, v);
  ArrayRef<int64_t> strides = op.getStrides(), dil = op.getDilations(), pads = op.getPads();
  int64_t groups = op.getGroups(), channels = s.w[1], outputs = s.w[0] / groups;
  b.move(0, -pads[0] * v.a.stride(ax.h) - pads[1] * v.a.stride(ax.w));
  bool depthwise = channels == 1 && outputs == 1 && groups > 1;
  if (depthwise) {
    b.add("c", DimKind::Vector, groups, v.a.stride(ax.c), v.b.stride(ax.c), v.c.stride(0));
  } else {
    if (groups > 1)
      b.add("g", DimKind::Parallel, groups, channels * v.a.stride(ax.c),
            outputs * v.b.stride(ax.c), outputs * v.c.stride(0));
    b.add("o", DimKind::Vector, outputs, 0, v.b.stride(ax.c), v.c.stride(0));
  }
  b.add("kh", DimKind::Parallel, s.w[2], dil[0] * v.a.stride(ax.h), 0, v.c.stride(2));
  b.add("kw", DimKind::Parallel, s.w[3], dil[1] * v.a.stride(ax.w), 0, v.c.stride(3));
  if (!depthwise)
    b.add("c", DimKind::Parallel, channels, v.a.stride(ax.c), 0, v.c.stride(1));
  b.add("n", DimKind::Reduction, s.y[ax.n], v.a.stride(ax.n), v.b.stride(ax.n), 0);
  b.add("oh", DimKind::Reduction, s.y[ax.h], strides[0] * v.a.stride(ax.h), v.b.stride(ax.h), 0);
  b.add("ow", DimKind::Reduction, s.y[ax.w], strides[1] * v.a.stride(ax.w), v.b.stride(ax.w), 0);
  return b.finish();
}

namespace {
/// The rows of an input that share their taps: every `stride`-th from `first` on.
struct Phase {
  int64_t first, rows;        ///< rows of dx
  int64_t tap, taps, tapStep; ///< taps that reach them
  int64_t dy, dyStep;         ///< row of dy for the first row and tap; step per tap
};
} // namespace

static SmallVector<Phase> phasesOf(int64_t size, int64_t kernel, int64_t stride, int64_t dilation,
                                   int64_t pad) {
  SmallVector<Phase> phases;
  for (int64_t first = 0; first < std::min(stride, size); ++first) {
    Phase phase{first, (size - first + stride - 1) / stride, 0, 0, 1, 0, 0};
    int64_t previous = -1;
    for (int64_t tap = 0; tap < kernel; ++tap) {
      if ((first + pad - tap * dilation) % stride)
        continue;
      if (phase.taps++ == 0) {
        phase.tap = tap;
        phase.dy = (first + pad - tap * dilation) / stride;
      } else if (phase.taps == 2) {
        phase.tapStep = tap - previous;
        phase.dyStep = phase.tapStep * dilation / stride;
      }
      previous = tap;
    }
    phases.push_back(phase);
  }
  return phases;
}

/// dx[n, c, r, q] = sum dy[n, o, (r + top - kh·d) / s, …] · w[o, c, kh, kw] over the
/// taps where the quotient is whole.
static SmallVector<ContractionPiece> describeInputGradient(ConvInputGradientOp op,
                                                           const ContractionViews &v) {
  Shapes s = shapesOf(op);
  Axes ax(op.getLayout());
  ArrayRef<int64_t> strides = op.getStrides(), dil = op.getDilations(), pads = op.getPads();
  int64_t groups = op.getGroups(), channels = s.w[1], outputs = s.w[0] / groups;
  bool depthwise = channels == 1 && outputs == 1 && groups > 1;
  SmallVector<ContractionPiece> pieces;
  for (const Phase &h : phasesOf(s.x[ax.h], s.w[2], strides[0], dil[0], pads[0]))
    for (const Phase &w : phasesOf(s.x[ax.w], s.w[3], strides[1], dil[1], pads[1])) {
      ContractionBuilder b(op, v);
      b.move(0, h.dy * v.a.stride(ax.h) + w.dy * v.a.stride(ax.w));
      b.move(1, h.tap * v.b.stride(2) + w.tap * v.b.stride(3));
      b.move(2, h.first * v.c.stride(ax.h) + w.first * v.c.stride(ax.w));
      bool isZero = h.taps == 0 || w.taps == 0;
      b.add("n", DimKind::Parallel, s.x[ax.n], v.a.stride(ax.n), 0, v.c.stride(ax.n));
      if (depthwise) {
        b.add("c", DimKind::Vector, groups, v.a.stride(ax.c), v.b.stride(0), v.c.stride(ax.c));
      } else {
        if (groups > 1)
          b.add("g", DimKind::Parallel, groups, outputs * v.a.stride(ax.c),
                outputs * v.b.stride(0), channels * v.c.stride(ax.c));
        b.add("c", DimKind::Vector, channels, 0, v.b.stride(1), v.c.stride(ax.c));
      }
      b.add("ih", DimKind::Parallel, h.rows, v.a.stride(ax.h), 0, strides[0] * v.c.stride(ax.h));
      b.add("iw", DimKind::Parallel, w.rows, v.a.stride(ax.w), 0, strides[1] * v.c.stride(ax.w));
      b.add("kh", DimKind::Reduction, std::max<int64_t>(h.taps, 1), -h.dyStep * v.a.stride(ax.h),
            h.tapStep * v.b.stride(2), 0);
      b.add("kw", DimKind::Reduction, std::max<int64_t>(w.taps, 1), -w.dyStep * v.a.stride(ax.w),
            w.tapStep * v.b.stride(3), 0);
      if (!depthwise)
        b.add("o", DimKind::Reduction, outputs, v.a.stride(ax.c), v.b.stride(0), 0);
      pieces.push_back(b.finish(isZero));
    }
  return pieces;
}

/// y[…, m, n] = sum a[…, m, k] · b[…, k, n].
static FailureOr<ContractionPiece> describeMatmul(MatmulOp op, const ContractionViews &v) {
  auto shape = cast<RankedTensorType>(op.getType()).getShape();
  int64_t rank = shape.size(), rankA = v.a.dims.size(), rankB = v.b.dims.size();
  ArrayRef<Factor> aM = v.a.dims[rankA - (op.getTransposeA() ? 1 : 2)];
  ArrayRef<Factor> aK = v.a.dims[rankA - (op.getTransposeA() ? 2 : 1)];
  ArrayRef<Factor> bK = v.b.dims[rankB - (op.getTransposeB() ? 1 : 2)];
  ArrayRef<Factor> bN = v.b.dims[rankB - (op.getTransposeB() ? 2 : 1)];
  ContractionBuilder b(op, v);
  auto refuse = [&](StringRef what) {
    return op.emitError() << "requires " << what << " that the kernel can walk with its other operands";
  };
  auto addAll = [&](StringRef name, DimKind kind, ArrayRef<Factor> a, ArrayRef<Factor> other,
                    unsigned dim, int64_t size) -> LogicalResult {
    // A repeats along B's dimensions and the other way round: stride 0.
    SmallVector<Factor> none = {{size, 0}};
    SmallVector<ArrayRef<Factor>> factors = {a.empty() ? ArrayRef<Factor>(none) : a,
                                             other.empty() ? ArrayRef<Factor>(none) : other};
    factors.push_back(kind == DimKind::Reduction ? ArrayRef<Factor>(none)
                                                 : ArrayRef<Factor>(v.c.dims[dim]));
    for (const View &extra : v.extras)
      factors.push_back(kind == DimKind::Reduction ? ArrayRef<Factor>(none)
                                                   : ArrayRef<Factor>(extra.dims[dim]));
    auto loops = refineDimension(factors);
    if (!loops)
      return failure();
    if (kind == DimKind::Vector && loops->size() > 1)
      return failure();
    if (loops->empty())
      loops->push_back({1, SmallVector<int64_t, 4>(factors.size(), 0)});
    // A single column is a vector of one.
    if (kind == DimKind::Vector && loops->front().size == 1)
      loops->front().strides[1] = loops->front().strides[2] = 1;
    // The order of a sum is free; the one that walks A forward is fast.
    if (kind == DimKind::Reduction)
      stableSort(*loops, [](const StridedDim &x, const StridedDim &y) {
        return x.strides[0] > y.strides[0];
      });
    for (size_t index = 0; index < loops->size(); ++index) {
      const StridedDim &loop = (*loops)[index];
      int64_t place = 3;
      std::string label = (name + (index ? std::to_string(index) : std::string())).str();
      b.add(label, kind, loop.size, loop.strides[0], loop.strides[1], loop.strides[2],
            [&](const View &) { return loop.strides[place++]; });
    }
    return success();
  };
  View batchA, batchB;
  auto leading = [](const View &view) {
    View result;
    result.dims.assign(view.dims.begin(), std::prev(view.dims.end(), 2));
    return result;
  };
  batchA = broadcastView(leading(v.a), shape.drop_back(2));
  batchB = broadcastView(leading(v.b), shape.drop_back(2));
  for (int64_t dim = 0; dim < rank - 2; ++dim)
    if (failed(addAll("batch" + std::to_string(dim), DimKind::Parallel, batchA.dims[dim],
                      batchB.dims[dim], dim, shape[dim])))
      return refuse("a leading dimension");
  if (failed(addAll("n", DimKind::Vector, {}, bN, rank - 1, shape[rank - 1])))
    return refuse("columns");
  if (failed(addAll("m", DimKind::Parallel, aM, {}, rank - 2, shape[rank - 2])))
    return refuse("rows");
  int64_t size = 1;
  for (const Factor &factor : aK)
    size *= factor.size;
  if (failed(addAll("k", DimKind::Reduction, aK, bK, 0, size)))
    return refuse("an inner dimension");
  return b.finish();
}

FailureOr<SmallVector<ContractionPiece>>
penjing::describeContraction(Operation *op, const ContractionViews &views) {
  if (auto matmul = dyn_cast<MatmulOp>(op)) {
    auto piece = describeMatmul(matmul, views);
    if (failed(piece))
      return failure();
    return SmallVector<ContractionPiece>{*piece};
  }
  if (!views.a.isSimple() || !views.b.isSimple() || !views.c.isSimple())
    return op->emitError() << "requires operands with one stride per dimension";
  if (auto conv = dyn_cast<ConvOp>(op))
    return SmallVector<ContractionPiece>{describeConv(conv, views)};
  if (auto gradient = dyn_cast<ConvWeightGradientOp>(op))
    return SmallVector<ContractionPiece>{describeWeightGradient(gradient, views)};
  return describeInputGradient(cast<ConvInputGradientOp>(op), views);
}

Halo penjing::haloOf(Operation *op, unsigned operand) {
  Halo halo;
  auto set = [&](Axes ax, int64_t top, int64_t left, int64_t bottom, int64_t right) {
    if (top <= 0 && left <= 0 && bottom <= 0 && right <= 0)
      return;
    halo.low.assign(4, 0);
    halo.high.assign(4, 0);
    halo.low[ax.h] = std::max<int64_t>(top, 0);
    halo.low[ax.w] = std::max<int64_t>(left, 0);
    halo.high[ax.h] = std::max<int64_t>(bottom, 0);
    halo.high[ax.w] = std::max<int64_t>(right, 0);
  };
  auto window = [&](auto conv) {
    Shapes s = shapesOf(conv);
    Axes ax(conv.getLayout());
    auto behind = [&](unsigned axis, unsigned dim) {
      int64_t last = (s.y[dim] - 1) * conv.getStrides()[axis] +
                     (s.w[2 + axis] - 1) * conv.getDilations()[axis] - conv.getPads()[axis];
      return last - (s.x[dim] - 1);
    };
    set(ax, conv.getPads()[0], conv.getPads()[1], behind(0, ax.h), behind(1, ax.w));
  };
  if (auto conv = dyn_cast<ConvOp>(op); conv && operand == 0)
    window(conv);
  if (auto gradient = dyn_cast<ConvWeightGradientOp>(op); gradient && operand == 1)
    window(gradient);
  if (auto gradient = dyn_cast<ConvInputGradientOp>(op); gradient && operand == 0) {
    Shapes s = shapesOf(op);
    Axes ax(gradient.getLayout());
    int64_t low[2] = {0, 0}, high[2] = {0, 0};
    for (unsigned axis : {0u, 1u}) {
      unsigned dim = axis ? ax.w : ax.h;
      for (const Phase &phase :
           phasesOf(s.x[dim], s.w[2 + axis], gradient.getStrides()[axis],
                    gradient.getDilations()[axis], gradient.getPads()[axis])) {
        if (!phase.taps)
          continue;
        int64_t least = phase.dy - (phase.taps - 1) * phase.dyStep;
        int64_t greatest = phase.dy + phase.rows - 1;
        low[axis] = std::max(low[axis], -least);
        high[axis] = std::max(high[axis], greatest - (s.y[dim] - 1));
      }
    }
    set(ax, low[0], low[1], high[0], high[1]);
  }
  return halo;
}

ContractionAttr penjing::withWeightForm(ContractionAttr contraction, WeightForm form) {
  SmallVector<DimAttr> dims(contraction.getDims());
  if (form == WeightForm::Block)
    stableSort(dims, [](DimAttr a, DimAttr b) { return a.getKind() < b.getKind(); });
  auto sparsity = static_cast<kernel::Sparsity>(static_cast<uint32_t>(form));
  return ContractionAttr::get(contraction.getContext(), dims, contraction.getA(), contraction.getB(),
                              contraction.getAcc(), contraction.getLeaf(), contraction.getLanes(),
                              contraction.getStorage(), sparsity, contraction.getExactTail());
}

ContractionAttr penjing::withKernel(ContractionAttr contraction, KernelAttr choice) {
  contraction = withWeightForm(contraction, choice.getWeights());
  SmallVector<DimAttr> dims;
  for (auto [dim, tile] : llvm::zip(contraction.getDims(), choice.getTiles())) {
    int64_t most = dim.getKind() == DimKind::Vector ? llvm::divideCeil(dim.getSize(), choice.getLanes())
                                                    : dim.getSize();
    dims.push_back(DimAttr::get(dim.getContext(), dim.getName(), dim.getKind(), dim.getSize(),
                                std::min<int64_t>(tile, most), dim.getStrides()));
  }
  return ContractionAttr::get(contraction.getContext(), dims, contraction.getA(), contraction.getB(),
                              contraction.getAcc(), choice.getLeaf(), choice.getLanes(),
                              contraction.getStorage(), contraction.getSparsity(), contraction.getExactTail());
}
