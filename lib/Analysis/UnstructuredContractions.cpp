// Iteration spaces of contractions over the single elements of a sparse weight.
#include "penjing/Analysis/UnstructuredContractions.h"

using namespace mlir;
using namespace penjing;
using kernel::ContractionAttr;
using kernel::DimAttr;
using kernel::DimKind;

static ArrayRef<int64_t> shapeOf(Value value) { return cast<RankedTensorType>(value.getType()).getShape(); }

WeightForm penjing::weightFormOf(Operation *op) {
  auto kernel = op->getAttrOfType<KernelAttr>(KernelAttr::kName);
  return kernel ? kernel.getWeights() : WeightForm::Dense;
}

unsigned penjing::unstructuredAxis(Operation *op) {
  if (auto conv = dyn_cast<ConvOp>(op))
    return conv.getLayout() == Layout::NCHW ? 3 : 2;
  return shapeOf(op->getResult(0)).size() - 2;
}

bool penjing::hasRunAcrossRows(Operation *op) {
  auto conv = dyn_cast<ConvOp>(op);
  if (!conv)
    return false;
  ArrayRef<int64_t> weight = shapeOf(conv.getWeight());
  auto is = [](ArrayRef<int64_t> values, int64_t value) {
    return llvm::all_of(values, [=](int64_t v) { return v == value; });
  };
  return is(weight.drop_front(2), 1) && is(conv.getStrides(), 1) && is(conv.getPads(), 0);
}

int64_t penjing::unstructuredRun(Operation *op) {
  if (!isa<ConvOp, MatmulOp>(op) ||
      !llvm::all_of(op->getOperandTypes(), [](Type type) { return getElementTypeOrSelf(type).isF32(); }))
    return 0;
  ArrayRef<int64_t> result = shapeOf(op->getResult(0));
  if (auto conv = dyn_cast<ConvOp>(op)) {
    if (conv.getGroups() != 1 || conv.getStrides()[1] != 1)
      return 0;
    unsigned w = unstructuredAxis(op);
    return hasRunAcrossRows(op) ? result[w - 1] * result[w] : result[w];
  }
  auto matmul = cast<MatmulOp>(op);
  if (shapeOf(matmul.getB()).size() != 2 || matmul.getTransposeA())
    return 0;
  return result[result.size() - 2];
}

SmallVector<int64_t, 4> penjing::unstructuredOrder(Operation *op, size_t rank) {
  SmallVector<int64_t, 4> order = llvm::to_vector<4>(llvm::seq<int64_t>(0, rank));
  if (auto conv = dyn_cast<ConvOp>(op)) {
    if (conv.getLayout() != Layout::NCHW)
      order = {0, 3, 1, 2};
  } else {
    std::swap(order[rank - 1], order[rank - 2]);
  }
  return order;
}

bool penjing::fitsUnstructured(Operation *op, const View &view) {
  unsigned axis = unstructuredAxis(op);
  // The inner dimension of a matrix may be cut: the sum walks it as it lies.
  for (auto [dim, factors] : llvm::enumerate(view.dims))
    if (factors.size() > 1 && (isa<ConvOp>(op) || dim + 1 != view.dims.size()))
      return false;
  auto sizeAt = [&](unsigned dim) { return view.dims[dim].empty() ? 1 : view.dims[dim].front().size; };
  if (hasRunAcrossRows(op) && sizeAt(axis - 1) > 1 && view.stride(axis - 1) != sizeAt(axis))
    return false;
  return sizeAt(axis) == 1 || view.stride(axis) == 1;
}

bool penjing::fitsUnstructuredEpilogue(Operation *op, const View &aligned) {
  unsigned axis = unstructuredAxis(op);
  bool still = aligned.stride(axis) == 0 && !(hasRunAcrossRows(op) && aligned.stride(axis - 1));
  return aligned.isSimple() && (unstructuredRun(op) == 1 || still || fitsUnstructured(op, aligned));
}

namespace {

/// Collects the dimensions; strides are those of the weight, the activations, the
/// result and the epilogue's operands.
class ElementsBuilder {
public:
  ElementsBuilder(Operation *op, const ContractionViews &views) : op(op), views(views) {
    offsets = {views.b.offset, views.a.offset, views.c.offset};
    for (const View &extra : views.extras)
      offsets.push_back(extra.offset);
  }

  void add(StringRef name, DimKind kind, int64_t size, int64_t weight, int64_t activation, int64_t result,
           std::optional<unsigned> resultDim = std::nullopt) {
    SmallVector<int64_t> strides = {weight, activation, result};
    for (const View &extra : views.extras)
      strides.push_back(resultDim ? extra.stride(*resultDim) : 0);
    if (kind == DimKind::Vector && size == 1)
      strides[1] = strides[2] = 1;
    dims.push_back(DimAttr::get(op->getContext(), name, kind, size, 1, strides));
  }
  void move(int64_t activations) { offsets[ContractionAttr::B] += activations; }

  ContractionPiece finish() {
    Type f32 = Float32Type::get(op->getContext());
    bool exact = llvm::any_of(dims, [&](DimAttr dim) {
      return dim.getKind() == DimKind::Vector && dim.getSize() % views.lanes != 0;
    });
    return {ContractionAttr::get(op->getContext(), dims, f32, f32, f32, "fma", views.lanes,
                                 kernel::Storage::Strided, kernel::Sparsity::Unstructured, exact),
            offsets, false};
  }

private:
  Operation *op;
  const ContractionViews &views;
  SmallVector<DimAttr> dims;
  SmallVector<int64_t> offsets;
};

} // namespace

static ContractionPiece describeConv(ConvOp op, const ContractionViews &v) {
  ArrayRef<int64_t> y = shapeOf(op.getResult()), w = shapeOf(op.getWeight());
  bool channelsFirst = op.getLayout() == Layout::NCHW;
  unsigned c = channelsFirst ? 1 : 3, h = channelsFirst ? 2 : 1, x = h + 1;
  ArrayRef<int64_t> strides = op.getStrides(), dil = op.getDilations(), pads = op.getPads();
  ElementsBuilder b(op, v);
  b.move(-pads[0] * v.a.stride(h) - pads[1] * v.a.stride(x));
  b.add("n", DimKind::Parallel, y[0], 0, v.a.stride(0), v.c.stride(0), 0);
  if (hasRunAcrossRows(op)) {
    b.add("p", DimKind::Vector, y[h] * y[x], 0, 1, 1, x);
  } else {
    b.add("oh", DimKind::Parallel, y[h], 0, strides[0] * v.a.stride(h), v.c.stride(h), h);
    b.add("ow", DimKind::Vector, y[x], 0, 1, 1, x);
  }
  b.add("o", DimKind::Parallel, y[c], v.b.stride(0), 0, v.c.stride(c), c);
  b.add("kh", DimKind::Reduction, w[2], v.b.stride(2), dil[0] * v.a.stride(h), 0);
  b.add("kw", DimKind::Reduction, w[3], v.b.stride(3), dil[1] * v.a.stride(x), 0);
  b.add("c", DimKind::Reduction, w[1], v.b.stride(1), v.a.stride(c), 0);
  return b.finish();
}

static std::optional<ContractionPiece> describeMatmul(MatmulOp op, const ContractionViews &v) {
  ArrayRef<int64_t> y = shapeOf(op.getResult());
  unsigned rank = y.size(), k = op.getTransposeB() ? 1 : 0;
  if (v.a.dims.size() != rank)
    return std::nullopt;
  auto inner = refineDimension({v.b.dims[k], v.a.dims[rank - 1]});
  if (!inner)
    return std::nullopt;
  if (inner->empty())
    inner->push_back({1, {0, 0}});
  ElementsBuilder b(op, v);
  for (unsigned dim = 0; dim + 2 < rank; ++dim)
    b.add("batch" + std::to_string(dim), DimKind::Parallel, y[dim], 0, v.a.stride(dim), v.c.stride(dim), dim);
  b.add("m", DimKind::Vector, y[rank - 2], 0, v.a.stride(rank - 2), v.c.stride(rank - 2), rank - 2);
  b.add("n", DimKind::Parallel, y[rank - 1], v.b.stride(1 - k), 0, v.c.stride(rank - 1), rank - 1);
  for (auto [index, loop] : llvm::enumerate(*inner))
    b.add("k" + (index ? std::to_string(index) : std::string()), DimKind::Reduction, loop.size, loop.strides[0],
          loop.strides[1], 0);
  return b.finish();
}

std::optional<ContractionPiece> penjing::describeUnstructured(Operation *op, const ContractionViews &views) {
  if (!unstructuredRun(op) || !views.b.isSimple() || !views.c.isSimple() || !fitsUnstructured(op, views.a) ||
      !fitsUnstructured(op, views.c))
    return std::nullopt;
  if (!llvm::all_of(views.extras, [&](const View &extra) { return fitsUnstructuredEpilogue(op, extra); }))
    return std::nullopt;
  if (auto conv = dyn_cast<ConvOp>(op))
    return describeConv(conv, views);
  return describeMatmul(cast<MatmulOp>(op), views);
}
