// Ops that move elements and compute none.
#include "ShapeInference.h"

using namespace mlir;
using namespace penjing;

/// Product of sizes; a product of two different symbols stays symbolic by
/// refusing (affine expressions have none).
static std::optional<AffineExpr> product(ArrayRef<AffineExpr> sizes, MLIRContext *context) {
  AffineExpr result = getAffineConstantExpr(1, context);
  for (AffineExpr size : sizes) {
    if (!constantSize(size) && !constantSize(result))
      return std::nullopt;
    result = result * size;
  }
  return result;
}

LogicalResult ReshapeOp::inferReturnTypes(MLIRContext *context, std::optional<Location> location,
                                          Adaptor adaptor, SmallVectorImpl<Type> &types) {
  Type type = adaptor.getInput().getType();
  DimensionScope scope(context);
  auto input = scope.sizes(type, location);
  if (failed(input))
    return failure();
  ArrayRef<int64_t> shape = adaptor.getShape();
  // reshape_c1
  if (llvm::count(shape, -1) > 1 || llvm::any_of(shape, [](int64_t s) { return s < -1; }))
    return emitOptionalError(location, "requires at most one -1 and nothing less in the shape, but got [", shape, "]");
  SmallVector<AffineExpr> result;
  for (auto [index, size] : llvm::enumerate(shape)) {
    if (size != 0 || adaptor.getAllowZero()) {
      result.push_back(scope.constant(size == -1 ? 1 : size));
      continue;
    }
    // reshape_c2
    if (index >= input->size())
      return emitOptionalError(location, "requires an input dimension ", index, " for the 0 in the shape, but got ", type);
    result.push_back((*input)[index]);
  }
  // What both sides share needs no arithmetic; that is how a named batch passes.
  SmallVector<AffineExpr> left(*input), right(result);
  for (AffineExpr size : result)
    if (auto *it = llvm::find(left, size); it != left.end() && !constantSize(size)) {
      left.erase(it);
      right.erase(llvm::find(right, size));
    }
  auto have = product(left, context), want = product(right, context);
  auto *hole = llvm::find(shape, -1);
  auto mismatch = [&]() {
    return emitOptionalError(location, "requires as many elements as the input has, but got [", shape, "] for ", type);
  };
  if (!have || !want)
    return mismatch();
  // reshape_c3
  if (hole == shape.end()) {
    if (*have != *want)
      return mismatch();
  } else {
    auto divisor = constantSize(*want), total = constantSize(*have);
    if (!divisor || *divisor == 0 || (total && *total % *divisor))
      return mismatch();
    AffineExpr rest = (*have).floorDiv(*divisor);
    if (!total && rest * *divisor != *have)
      return mismatch();
    result[hole - shape.begin()] = rest;
  }
  types.push_back(scope.type(result, getElementTypeOrSelf(type)));
  return success();
}

LogicalResult TransposeOp::inferReturnTypes(MLIRContext *context, std::optional<Location> location,
                                            Adaptor adaptor, SmallVectorImpl<Type> &types) {
  Type type = adaptor.getInput().getType();
  DimensionScope scope(context);
  auto input = scope.sizes(type, location);
  if (failed(input))
    return failure();
  // transpose_c1
  ArrayRef<int64_t> permutation = adaptor.getPermutation();
  SmallVector<int64_t> sorted(permutation);
  llvm::sort(sorted);
  if (sorted.size() != input->size() || !llvm::equal(sorted, llvm::seq<int64_t>(0, sorted.size())))
    return emitOptionalError(location, "requires a permutation of the ", input->size(),
                             " dimensions, but got [", permutation, "]");
  SmallVector<AffineExpr> result;
  for (int64_t dimension : permutation)
    result.push_back((*input)[dimension]);
  types.push_back(scope.type(result, getElementTypeOrSelf(type)));
  return success();
}

LogicalResult PadOp::inferReturnTypes(MLIRContext *context, std::optional<Location> location,
                                      Adaptor adaptor, SmallVectorImpl<Type> &types) {
  Type type = adaptor.getInput().getType();
  DimensionScope scope(context);
  auto sizes = scope.sizes(type, location);
  if (failed(sizes))
    return failure();
  ArrayRef<int64_t> low = adaptor.getLow(), high = adaptor.getHigh();
  // pad_c1
  if (low.size() != sizes->size() || high.size() != sizes->size())
    return emitOptionalError(location, "requires pads for ", sizes->size(), " dimensions, but got [",
                             low, "] and [", high, "]");
  constexpr int64_t kLimit = int64_t(1) << 31;
  for (auto [index, size] : llvm::enumerate(*sizes)) {
    // pad_c2
    bool huge = std::abs(low[index]) > kLimit || std::abs(high[index]) > kLimit;
    if (!huge)
      size = size + (low[index] + high[index]);
    if (auto value = constantSize(size); huge || (value && *value < 0))
      return emitOptionalError(location, "requires a result without negative dimensions, but got pads ",
                               low[index], " and ", high[index], " for dimension ", index, " of ", type);
  }
  types.push_back(scope.type(*sizes, getElementTypeOrSelf(type)));
  return success();
}

LogicalResult ConcatOp::inferReturnTypes(MLIRContext *context, std::optional<Location> location,
                                         Adaptor adaptor, SmallVectorImpl<Type> &types) {
  // concat_c1
  if (adaptor.getInputs().empty())
    return emitOptionalError(location, "requires at least one input, but got none");
  Type first = adaptor.getInputs().front().getType();
  // concat_c2
  int64_t axis = int32_t(adaptor.getAxis());
  if (failed(verifyAxis(axis, first, location)))
    return failure();
  DimensionScope scope(context);
  SmallVector<AffineExpr> result;
  for (Value input : adaptor.getInputs()) {
    auto sizes = scope.sizes(input.getType(), location);
    if (failed(sizes))
      return failure();
    if (result.empty()) {
      result = *sizes;
      continue;
    }
    // concat_c3
    bool agree = sizes->size() == result.size() &&
                 getExpressedElementType(input.getType()) == getExpressedElementType(first);
    for (size_t i = 0; agree && i < result.size(); ++i)
      agree = int64_t(i) == axis || (*sizes)[i] == result[i];
    if (!agree)
      return emitOptionalError(location, "requires inputs that agree outside axis ", axis, ", but got ",
                               first, " and ", input.getType());
    result[axis] = result[axis] + (*sizes)[axis];
  }
  types.push_back(scope.type(result, getExpressedElementType(first)));
  return success();
}

LogicalResult SliceOp::inferReturnTypes(MLIRContext *context, std::optional<Location> location,
                                        Adaptor adaptor, SmallVectorImpl<Type> &types) {
  Type type = adaptor.getInput().getType();
  DimensionScope scope(context);
  auto sizes = scope.sizes(type, location);
  if (failed(sizes))
    return failure();
  ArrayRef<int64_t> offsets = adaptor.getOffsets(), extents = adaptor.getSizes(), strides = adaptor.getStrides();
  // slice_c1
  if (offsets.size() != sizes->size() || extents.size() != sizes->size() || strides.size() != sizes->size())
    return emitOptionalError(location, "requires offsets, sizes and strides for ", sizes->size(),
                             " dimensions, but got [", offsets, "], [", extents, "] and [", strides, "]");
  for (auto [index, size] : llvm::enumerate(*sizes)) {
    // slice_c2
    auto extent = constantSize(size);
    bool whole = offsets[index] == 0 && extents[index] == -1 && strides[index] == 1;
    bool inside = extent && offsets[index] >= 0 && extents[index] >= 0 && strides[index] > 0 &&
                  offsets[index] <= *extent && extents[index] <= *extent && strides[index] <= *extent + 1 &&
                  (extents[index] == 0 ||
                   offsets[index] + (extents[index] - 1) * strides[index] < *extent);
    if (!whole && !inside)
      return emitOptionalError(location, "requires a box inside dimension ", index, " of ", type,
                               ", but got offset ", offsets[index], ", size ", extents[index],
                               " and stride ", strides[index]);
    if (!whole)
      size = scope.constant(extents[index]);
  }
  types.push_back(scope.type(*sizes, getElementTypeOrSelf(type)));
  return success();
}

LogicalResult BroadcastOp::inferReturnTypes(MLIRContext *context, std::optional<Location> location,
                                            Adaptor adaptor, SmallVectorImpl<Type> &types) {
  Type type = adaptor.getInput().getType(), like = adaptor.getLike().getType();
  DimensionScope scope(context);
  auto from = scope.sizes(type, location), to = scope.sizes(like, location);
  if (failed(from) || failed(to))
    return failure();
  // broadcast_c1
  auto common = scope.broadcast(*from, *to);
  if (!common || *common != *to)
    return emitOptionalError(location, "requires a shape that broadcasts to ", like, ", but got ", type);
  types.push_back(scope.type(*to, getElementTypeOrSelf(type)));
  return success();
}
