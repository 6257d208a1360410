// Adjoints of convolution, pooling and fake quantization: legal where the
// forward op is.
#include "ShapeInference.h"

using namespace mlir;
using namespace penjing;

LogicalResult penjing::verifySameType(Type expected, Type actual, StringRef what,
                                      std::optional<Location> location) {
  if (expected == actual)
    return success();
  return emitOptionalError(location, "requires a ", what, " of type ", expected, ", but got ", actual);
}

LogicalResult ConvInputGradientOp::inferReturnTypes(MLIRContext *context,
                                                    std::optional<Location> location,
                                                    Adaptor adaptor, SmallVectorImpl<Type> &types) {
  auto weight = cast<RankedTensorType>(adaptor.getWeight().getType());
  SmallVector<int64_t> kernel(2, 1);
  if (weight.getRank() == 4)
    kernel = {weight.getDimSize(2), weight.getDimSize(3)};
  Window window{kernel, adaptor.getStrides(), adaptor.getDilations(), adaptor.getPads()};
  // conv_input_gradient_c1
  auto forward = inferConv(context, location, adaptor.getLike().getType(), weight, Value(), window,
                           adaptor.getGroups(), adaptor.getLayout());
  if (failed(forward) ||
      failed(verifySameType(*forward, adaptor.getGradient().getType(), "gradient", location)))
    return failure();
  types.push_back(adaptor.getLike().getType());
  return success();
}

LogicalResult ConvWeightGradientOp::inferReturnTypes(MLIRContext *context,
                                                     std::optional<Location> location,
                                                     Adaptor adaptor, SmallVectorImpl<Type> &types) {
  auto input = cast<RankedTensorType>(adaptor.getInput().getType());
  auto gradient = cast<RankedTensorType>(adaptor.getGradient().getType());
  // conv_weight_gradient_c1
  unsigned channel = ImageAxes(adaptor.getLayout()).channel;
  ArrayRef<int64_t> kernel = adaptor.getKernel();
  if (input.getRank() != 4 || gradient.getRank() != 4 || kernel.size() != 2 ||
      int64_t(adaptor.getGroups()) <= 0 || input.isDynamicDim(channel) || gradient.isDynamicDim(channel))
    return emitOptionalError(location, "requires the operands of a convolution, but got ", input, " and ", gradient);
  auto weight = RankedTensorType::get({gradient.getDimSize(channel),
                                       input.getDimSize(channel) / int64_t(adaptor.getGroups()),
                                       kernel[0], kernel[1]},
                                      input.getElementType());
  Window window{kernel, adaptor.getStrides(), adaptor.getDilations(), adaptor.getPads()};
  auto forward = inferConv(context, location, input, weight, Value(), window, adaptor.getGroups(),
                           adaptor.getLayout());
  if (failed(forward) || failed(verifySameType(*forward, gradient, "gradient", location)))
    return failure();
  types.push_back(weight);
  return success();
}

/// The adjoint of a pool of `input`, a tensor of the pool's operand type.
template <typename Adaptor>
static LogicalResult inferPoolGradient(MLIRContext *context, std::optional<Location> location,
                                       Adaptor adaptor, Type input, SmallVectorImpl<Type> &types) {
  Window window{adaptor.getKernel(), adaptor.getStrides(), adaptor.getDilations(),
                adaptor.getPads(), adaptor.getCeilMode()};
  auto forward = inferPool(context, location, input, window, adaptor.getLayout());
  if (failed(forward) ||
      failed(verifySameType(*forward, adaptor.getGradient().getType(), "gradient", location)))
    return failure();
  types.push_back(input);
  return success();
}

LogicalResult MaxPoolGradientOp::inferReturnTypes(MLIRContext *context,
                                                  std::optional<Location> location,
                                                  Adaptor adaptor, SmallVectorImpl<Type> &types) {
  // max_pool_gradient_c1
  return inferPoolGradient(context, location, adaptor, adaptor.getInput().getType(), types);
}

LogicalResult AveragePoolGradientOp::inferReturnTypes(MLIRContext *context,
                                                      std::optional<Location> location,
                                                      Adaptor adaptor, SmallVectorImpl<Type> &types) {
  // average_pool_gradient_c1
  return inferPoolGradient(context, location, adaptor, adaptor.getLike().getType(), types);
}
