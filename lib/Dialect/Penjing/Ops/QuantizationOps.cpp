// Quantization ops: verifiers and shape inference.
#include "ShapeInference.h"

using namespace mlir;
using namespace penjing;

/// Shared by fake_quantize and its adjoint.
static LogicalResult verifyGrid(std::optional<Location> location, Type input, Type scaleType,
                                Type zeroType, int64_t bits, std::optional<int64_t> axis) {
  auto scale = cast<RankedTensorType>(scaleType), zero = cast<RankedTensorType>(zeroType);
  // fake_quantize_c4
  if ((scale.getRank() == 1) != axis.has_value())
    return emitOptionalError(location, "requires an axis exactly where the scale has rank 1, but got a scale of rank ",
                             scale.getRank(), axis ? " and an axis" : " and none");
  if (axis && failed(verifyAxis(*axis, input, location)))
    return failure();
  // fake_quantize_c1
  auto shape = cast<RankedTensorType>(input).getShape();
  if (scale.getRank() > 1 || (axis && scale.getDimSize(0) != shape[*axis]))
    return emitOptionalError(location, "requires a scalar scale or one per element of the axis, but got ", scale);
  // fake_quantize_c2
  if (zero.getShape() != scale.getShape())
    return emitOptionalError(location, "requires zero and scale of one shape, but got ", zero, " and ", scale);
  // fake_quantize_c3
  if (bits < 2 || bits > 16)
    return emitOptionalError(location, "requires between 2 and 16 bits, but got ", bits);
  return success();
}

LogicalResult FakeQuantizeOp::inferReturnTypes(MLIRContext *context, std::optional<Location> location,
                                               Adaptor adaptor, SmallVectorImpl<Type> &types) {
  types.push_back(adaptor.getInput().getType());
  return verifyGrid(location, adaptor.getInput().getType(), adaptor.getScale().getType(),
                    adaptor.getZero().getType(), int32_t(adaptor.getBits()), adaptor.getAxis());
}

LogicalResult FakeQuantizeGradientOp::inferReturnTypes(MLIRContext *context,
                                                       std::optional<Location> location,
                                                       Adaptor adaptor, SmallVectorImpl<Type> &types) {
  types.push_back(adaptor.getInput().getType());
  // fake_quantize_gradient_c1
  if (failed(verifySameType(adaptor.getInput().getType(), adaptor.getGradient().getType(), "gradient", location)))
    return failure();
  return verifyGrid(location, adaptor.getInput().getType(), adaptor.getScale().getType(),
                    adaptor.getZero().getType(), int32_t(adaptor.getBits()), adaptor.getAxis());
}

LogicalResult QuantizeOp::verify() {
  auto input = cast<RankedTensorType>(getInput().getType()), result = cast<RankedTensorType>(getType());
  // quantize_c1
  if (input.getShape() != result.getShape() || input.getEncoding() != result.getEncoding())
    return emitOpError() << "requires a result of the input's shape, but got " << result << " for " << input;
  // quantize_c2
  if (!isa<quant::UniformQuantizedType, quant::UniformQuantizedPerAxisType>(result.getElementType()) ||
      getExpressedElementType(result) != input.getElementType())
    return emitOpError() << "requires a result of type '!quant.uniform' with expressed type "
                         << input.getElementType() << ", but got " << result.getElementType();
  return success();
}

LogicalResult DequantizeOp::inferReturnTypes(MLIRContext *context, std::optional<Location> location,
                                             Adaptor adaptor, SmallVectorImpl<Type> &types) {
  auto input = cast<RankedTensorType>(adaptor.getInput().getType());
  // dequantize_c1
  if (!isa<quant::UniformQuantizedType, quant::UniformQuantizedPerAxisType>(input.getElementType()))
    return emitOptionalError(location, "requires an operand of type '!quant.uniform', but got ",
                             input.getElementType());
  types.push_back(input.clone(getExpressedElementType(input)));
  return success();
}
