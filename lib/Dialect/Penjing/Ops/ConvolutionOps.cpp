// Convolution, and the sliding window it shares with pooling.
#include "ShapeInference.h"

#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace penjing;

LogicalResult Window::verify(std::optional<Location> location) const {
  auto positivePair = [&](ArrayRef<int64_t> values, StringRef what) -> LogicalResult {
    if (values.size() == 2 && llvm::all_of(values, [](int64_t v) { return v > 0; }))
      return success();
    return emitOptionalError(location, "requires two positive ", what, ", but got [", values, "]");
  };
  if (failed(positivePair(kernel, "kernel sizes")) || failed(positivePair(strides, "strides")) ||
      failed(positivePair(dilations, "dilations")))
    return failure();
  if (pads.size() != 4 || llvm::any_of(pads, [](int64_t v) { return v < 0; }))
    return emitOptionalError(location, "requires four pads that are not negative, but got [", pads, "]");
  // Products of these sizes must stay far from overflow.
  constexpr int64_t kLimit = int64_t(1) << 24;
  for (ArrayRef<int64_t> values : {kernel, strides, dilations, pads})
    for (int64_t value : values)
      if (value > kLimit)
        return emitOptionalError(location, "requires window attributes up to ", kLimit, ", but got ", value);
  return success();
}

FailureOr<AffineExpr> Window::outputSize(AffineExpr size, unsigned axis,
                                         std::optional<Location> location) const {
  int64_t before = pads[axis], after = pads[axis + 2];
  AffineExpr room = size + (before + after - dilatedKernel(axis));
  if (auto value = constantSize(room); value && *value < 0)
    return emitOptionalError(location, "requires the dilated kernel (", dilatedKernel(axis),
                             ") to fit into the padded image, but got ",
                             *value + dilatedKernel(axis));
  AffineExpr windows = ceilMode ? room.ceilDiv(strides[axis]) + 1 : room.floorDiv(strides[axis]) + 1;
  if (ceilMode)
    if (auto value = constantSize(windows), image = constantSize(size); value && image)
      // A window that starts behind the image sees padding only.
      if ((*value - 1) * strides[axis] >= *image + before)
        return getAffineConstantExpr(*value - 1, size.getContext());
  return windows;
}

FailureOr<Type> penjing::inferConv(MLIRContext *context, std::optional<Location> location,
                                   Type input, Type weight, Value bias, const Window &window,
                                   int64_t groups, Layout layout) {
  // conv_c1
  if (rankOf(input) != 4 || rankOf(weight) != 4)
    return emitOptionalError(location, "requires an input and a weight of rank 4, but got ranks ",
                             rankOf(input), " and ", rankOf(weight));
  // conv_c8
  auto weightType = cast<RankedTensorType>(weight);
  if (!weightType.hasStaticShape())
    return emitOptionalError(location, "requires a static weight, but got ", weight);
  // conv_c2
  if (failed(window.verify(location)))
    return failure();
  DimensionScope scope(context);
  auto image = scope.sizes(input, location);
  if (failed(image))
    return failure();
  ImageAxes axes(layout);
  auto channels = constantSize((*image)[axes.channel]);
  int64_t outputs = weightType.getDimSize(0);
  // conv_c3
  if (!channels || groups <= 0 || *channels % groups || outputs % groups)
    return emitOptionalError(location, "requires groups to divide the channels, but got ", groups,
                             " groups for ", scope.str((*image)[axes.channel]), " input and ",
                             outputs, " output channels");
  // conv_c4
  if (weightType.getDimSize(1) * groups != *channels)
    return emitOptionalError(location, "requires a weight with ", *channels / groups,
                             " input channels per group, but got ", weightType.getDimSize(1));
  // conv_c5
  if (bias && failed(verifyVector(scope, bias, scope.constant(outputs), "bias", location)))
    return failure();
  // conv_c7
  Type element = getExpressedElementType(input);
  if (element != getExpressedElementType(weight))
    return emitOptionalError(location, "requires input and weight of one element type, but got ",
                             element, " and ", getExpressedElementType(weight));
  // conv_c9
  int64_t products = weightType.getDimSize(1) * weightType.getDimSize(2) * weightType.getDimSize(3);
  if (isQuantized(weight) && products > kMaxIntegerProducts)
    return emitOptionalError(location, "requires at most ", kMaxIntegerProducts,
                             " products in an integer sum, but got ", products);
  // conv_c6
  for (unsigned axis : {0u, 1u}) {
    auto size = window.outputSize((*image)[axes.height + axis], axis, location);
    if (failed(size))
      return failure();
    (*image)[axes.height + axis] = *size;
  }
  (*image)[axes.channel] = scope.constant(outputs);
  return Type(scope.type(*image, element));
}

LogicalResult ConvOp::inferReturnTypes(MLIRContext *context, std::optional<Location> location,
                                       Adaptor adaptor, SmallVectorImpl<Type> &types) {
  SmallVector<int64_t> kernel(2, 1);
  if (rankOf(adaptor.getWeight().getType()) == 4)
    kernel.assign(cast<RankedTensorType>(adaptor.getWeight().getType()).getShape().take_back(2).begin(),
                  cast<RankedTensorType>(adaptor.getWeight().getType()).getShape().end());
  Window window{kernel, adaptor.getStrides(), adaptor.getDilations(), adaptor.getPads()};
  auto type = inferConv(context, location, adaptor.getInput().getType(), adaptor.getWeight().getType(),
                        adaptor.getBias(), window, adaptor.getGroups(), adaptor.getLayout());
  if (failed(type))
    return failure();
  types.push_back(*type);
  return success();
}
