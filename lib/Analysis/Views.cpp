// Views of memory, and the arithmetic of their factors.
#include "penjing/Analysis/Views.h"

#include "penjing/Support/StableSort.h"

using namespace mlir;
using namespace penjing;

bool View::isSimple() const {
  return llvm::all_of(dims, [](const auto &factors) { return factors.size() <= 1; });
}

SmallVector<int64_t> penjing::denseStrides(ArrayRef<int64_t> shape) {
  SmallVector<int64_t> strides(shape.size(), 1);
  for (int64_t dim = static_cast<int64_t>(shape.size()) - 2; dim >= 0; --dim)
    strides[dim] = strides[dim + 1] * shape[dim + 1];
  return strides;
}

View penjing::stridedView(Value root, ArrayRef<int64_t> shape, ArrayRef<int64_t> strides,
                          int64_t offset) {
  View view;
  view.root = root;
  view.offset = offset;
  for (auto [size, stride] : llvm::zip(shape, strides))
    view.dims.push_back({Factor{size, stride}});
  return view;
}

PlacementAttr penjing::placementOf(Value value) {
  auto result = dyn_cast<OpResult>(value);
  if (!result)
    return {};
  auto placements = result.getOwner()->getAttrOfType<ArrayAttr>(PlacementAttr::kName);
  return placements ? cast<PlacementAttr>(placements[result.getResultNumber()]) : PlacementAttr();
}

View penjing::viewOf(Value value) {
  ArrayRef<int64_t> shape = cast<RankedTensorType>(value.getType()).getShape();
  PlacementAttr placement = placementOf(value);
  if (!placement)
    return stridedView(value, shape, denseStrides(shape));
  if (placement.getSpace() == Space::Alias) {
    Operation *op = value.getDefiningOp();
    auto alias = aliasOf(op, viewOf(op->getOperand(0)));
    assert(alias && "an alias that moves elements");
    return *alias;
  }
  int64_t origin = placement.hasHalo() ? placement.getOrigin() : 0;
  return stridedView(value, shape, placement.getStrides(), origin);
}

/// Cuts the row-major sequence of `factors` into dimensions of `shape`.
static bool cutFactors(ArrayRef<Factor> sequence, ArrayRef<int64_t> shape, View &result) {
  SmallVector<Factor> rest;
  for (Factor factor : sequence) {
    if (factor.size == 1)
      continue;
    if (!rest.empty() && rest.back().stride == factor.stride * factor.size)
      rest.back() = {rest.back().size * factor.size, factor.stride};
    else
      rest.push_back(factor);
  }
  result.dims.assign(shape.size(), {});
  for (int64_t dim = static_cast<int64_t>(shape.size()) - 1; dim >= 0; --dim) {
    int64_t need = shape[dim];
    auto &factors = result.dims[dim];
    while (need > 1) {
      if (rest.empty())
        return false;
      Factor &last = rest.back();
      if (need % last.size == 0) {
        need /= last.size;
        factors.insert(factors.begin(), rest.pop_back_val());
      } else if (last.size % need == 0) {
        factors.insert(factors.begin(), {need, last.stride});
        last = {last.size / need, last.stride * need};
        need = 1;
      } else {
        return false;
      }
    }
    if (factors.empty())
      factors.push_back({1, 0});
  }
  return rest.empty();
}

std::optional<View> penjing::aliasOf(Operation *op, const View &input) {
  View view;
  view.root = input.root;
  view.offset = input.offset;
  if (op->getNumResults() != 1)
    return std::nullopt;
  ArrayRef<int64_t> shape = cast<RankedTensorType>(op->getResult(0).getType()).getShape();
  if (isa<ReshapeOp>(op)) {
    SmallVector<Factor> sequence;
    for (const auto &factors : input.dims)
      sequence.append(factors.begin(), factors.end());
    if (!cutFactors(sequence, shape, view))
      return std::nullopt;
    return view;
  }
  if (auto transpose = dyn_cast<TransposeOp>(op)) {
    for (int64_t dim : transpose.getPermutation())
      view.dims.push_back(input.dims[dim]);
    return view;
  }
  if (auto slice = dyn_cast<SliceOp>(op)) {
    for (auto [dim, size] : llvm::enumerate(shape)) {
      int64_t offset = slice.getOffsets()[dim], step = slice.getStrides()[dim];
      if (input.dims[dim].size() > 1) {
        if (offset != 0 || step != 1 ||
            size != cast<RankedTensorType>(slice.getInput().getType()).getDimSize(dim))
          return std::nullopt;
        view.dims.push_back(input.dims[dim]);
        continue;
      }
      view.offset += offset * input.stride(dim);
      view.dims.push_back({Factor{size, input.stride(dim) * step}});
    }
    return view;
  }
  if (isa<BroadcastOp>(op))
    return broadcastView(input, shape);
  return std::nullopt;
}

std::optional<SmallVector<StridedDim>>
penjing::refineDimension(ArrayRef<ArrayRef<Factor>> factors) {
  SmallVector<SmallVector<Factor>> rest;
  for (ArrayRef<Factor> sequence : factors) {
    auto &kept = rest.emplace_back();
    for (Factor factor : sequence)
      if (factor.size != 1)
        kept.push_back(factor);
  }
  SmallVector<StridedDim> loops;
  while (llvm::any_of(rest, [](const auto &sequence) { return !sequence.empty(); })) {
    if (llvm::any_of(rest, [](const auto &sequence) { return sequence.empty(); }))
      return std::nullopt;
    int64_t size = rest.front().back().size;
    for (const auto &sequence : rest)
      size = std::min(size, sequence.back().size);
    StridedDim loop{size, {}};
    for (auto &sequence : rest) {
      Factor &last = sequence.back();
      if (last.size % size)
        return std::nullopt;
      loop.strides.push_back(last.stride);
      if (last.size == size)
        sequence.pop_back();
      else
        last = {last.size / size, last.stride * size};
    }
    loops.insert(loops.begin(), loop);
  }
  return loops;
}

std::optional<SmallVector<StridedDim>> penjing::refineViews(ArrayRef<View> views) {
  SmallVector<StridedDim> loops;
  for (unsigned dim = 0, rank = views.front().dims.size(); dim < rank; ++dim) {
    SmallVector<ArrayRef<Factor>> factors;
    for (const View &view : views)
      factors.push_back(view.dims[dim]);
    auto refined = refineDimension(factors);
    if (!refined)
      return std::nullopt;
    loops.append(*refined);
  }
  // The last view is the output: its order of memory is the order of the loops.
  stableSort(loops, [](const StridedDim &a, const StridedDim &b) {
    return a.strides.back() > b.strides.back();
  });
  SmallVector<StridedDim> merged;
  for (const StridedDim &loop : loops) {
    bool follows = !merged.empty() &&
                   llvm::all_of(llvm::zip(merged.back().strides, loop.strides), [&](auto pair) {
                     return std::get<0>(pair) == std::get<1>(pair) * loop.size;
                   });
    if (follows)
      merged.back() = {merged.back().size * loop.size, loop.strides};
    else
      merged.push_back(loop);
  }
  return merged;
}

View penjing::broadcastView(const View &view, ArrayRef<int64_t> shape) {
  View result;
  result.root = view.root;
  result.offset = view.offset;
  size_t missing = shape.size() - view.dims.size();
  for (auto [dim, size] : llvm::enumerate(shape)) {
    int64_t have = 1;
    if (dim >= missing)
      for (const Factor &factor : view.dims[dim - missing])
        have *= factor.size;
    if (have == 1)
      result.dims.push_back({Factor{size, 0}});
    else
      result.dims.push_back(view.dims[dim - missing]);
  }
  return result;
}

View penjing::vectorView(const View &view, int64_t axis, ArrayRef<int64_t> shape) {
  View result;
  result.root = view.root;
  result.offset = view.offset;
  for (auto [dim, size] : llvm::enumerate(shape))
    if (static_cast<int64_t>(dim) == axis)
      result.dims.push_back(view.dims.front());
    else
      result.dims.push_back({Factor{size, 0}});
  return result;
}
