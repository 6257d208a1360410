// Reductions: verifiers and shape inference.
#include "ShapeInference.h"

using namespace mlir;
using namespace penjing;

LogicalResult ReduceSumOp::inferReturnTypes(MLIRContext *context, std::optional<Location> location,
                                            Adaptor adaptor, SmallVectorImpl<Type> &types) {
  Type type = adaptor.getInput().getType();
  ArrayRef<int64_t> axes = adaptor.getAxes();
  // reduce_sum_c1
  for (auto [index, axis] : llvm::enumerate(axes)) {
    if (failed(verifyAxis(axis, type, location)))
      return failure();
    if (index && axes[index - 1] >= axis)
      return emitOptionalError(location, "requires distinct axes in ascending order, but got [", axes, "]");
  }
  // reduce_sum_c2
  Type element = getElementTypeOrSelf(type);
  if (!element.isIntOrFloat())
    return emitOptionalError(location, "requires float or integer elements, but got ", element);
  DimensionScope scope(context);
  auto sizes = scope.sizes(type, location);
  if (failed(sizes))
    return failure();
  SmallVector<AffineExpr> result;
  for (auto [index, size] : llvm::enumerate(*sizes)) {
    if (!llvm::is_contained(axes, int64_t(index)))
      result.push_back(size);
    else if (adaptor.getKeepDims())
      result.push_back(scope.constant(1));
  }
  types.push_back(scope.type(result, element));
  return success();
}
