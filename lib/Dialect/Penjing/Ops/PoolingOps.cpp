// Pooling: verifiers and shape inference.
#include "ShapeInference.h"

using namespace mlir;
using namespace penjing;

FailureOr<Type> penjing::inferPool(MLIRContext *context, std::optional<Location> location,
                                   Type input, const Window &window, Layout layout) {
  // max_pool_c1, average_pool_c1
  if (rankOf(input) != 4)
    return emitOptionalError(location, "requires an input of rank 4, but got rank ", rankOf(input));
  // max_pool_c2, average_pool_c2
  if (failed(window.verify(location)))
    return failure();
  // max_pool_c3, average_pool_c3
  for (unsigned i = 0; i < 4; ++i)
    if (window.pads[i] >= window.dilatedKernel(i % 2))
      return emitOptionalError(location, "requires pads smaller than the dilated kernel (",
                               window.dilatedKernel(i % 2), "), but got ", window.pads[i]);
  DimensionScope scope(context);
  auto image = scope.sizes(input, location);
  if (failed(image))
    return failure();
  ImageAxes axes(layout);
  // max_pool_c4, average_pool_c4
  for (unsigned axis : {0u, 1u}) {
    auto size = window.outputSize((*image)[axes.height + axis], axis, location);
    if (failed(size))
      return failure();
    (*image)[axes.height + axis] = *size;
  }
  return Type(scope.type(*image, getExpressedElementType(input)));
}

template <typename Adaptor>
static LogicalResult inferPoolOp(MLIRContext *context, std::optional<Location> location,
                                 Adaptor adaptor, SmallVectorImpl<Type> &types) {
  Window window{adaptor.getKernel(), adaptor.getStrides(), adaptor.getDilations(),
                adaptor.getPads(), adaptor.getCeilMode()};
  auto type = inferPool(context, location, adaptor.getInput().getType(), window, adaptor.getLayout());
  if (failed(type))
    return failure();
  types.push_back(*type);
  return success();
}

LogicalResult MaxPoolOp::inferReturnTypes(MLIRContext *context, std::optional<Location> location,
                                          Adaptor adaptor, SmallVectorImpl<Type> &types) {
  return inferPoolOp(context, location, adaptor, types);
}

LogicalResult AveragePoolOp::inferReturnTypes(MLIRContext *context, std::optional<Location> location,
                                              Adaptor adaptor, SmallVectorImpl<Type> &types) {
  return inferPoolOp(context, location, adaptor, types);
}

LogicalResult GlobalAveragePoolOp::inferReturnTypes(MLIRContext *context,
                                                    std::optional<Location> location,
                                                    Adaptor adaptor, SmallVectorImpl<Type> &types) {
  Type input = adaptor.getInput().getType();
  DimensionScope scope(context);
  auto image = scope.sizes(input, location);
  if (failed(image))
    return failure();
  ImageAxes axes(adaptor.getLayout());
  // global_average_pool_c1
  if (rankOf(input) != 4 || !constantSize((*image)[axes.height]) || !constantSize((*image)[axes.height + 1]))
    return emitOptionalError(location, "requires an input of rank 4 with static height and width, but got ",
                             input);
  (*image)[axes.height] = (*image)[axes.height + 1] = scope.constant(1);
  types.push_back(scope.type(*image, getExpressedElementType(input)));
  return success();
}
