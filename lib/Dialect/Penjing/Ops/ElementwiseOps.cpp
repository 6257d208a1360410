// Elementwise ops: verifiers and shape inference.
#include "ShapeInference.h"

using namespace mlir;
using namespace penjing;

FailureOr<Type> penjing::inferBroadcast(MLIRContext *context, std::optional<Location> location,
                                        ValueRange operands, Type elementType) {
  DimensionScope scope(context);
  SmallVector<AffineExpr> result;
  for (Value operand : operands) {
    auto sizes = scope.sizes(operand.getType(), location);
    if (failed(sizes))
      return failure();
    auto common = scope.broadcast(result, *sizes);
    if (!common)
      return emitOptionalError(location, "requires shapes that broadcast, but got ",
                               operands.front().getType(), " and ", operand.getType());
    result = *common;
  }
  return Type(scope.type(result, elementType));
}

static LogicalResult inferBinary(MLIRContext *context, std::optional<Location> location,
                                 ValueRange operands, Type result, SmallVectorImpl<Type> &types) {
  // add_c2, sub_c2, mul_c2, div_c2, compare_c2, select_c2
  auto values = operands.take_back(2);
  Type lhs = getExpressedElementType(values[0].getType()), rhs = getExpressedElementType(values[1].getType());
  if (lhs != rhs)
    return emitOptionalError(location, "requires operands of one element type, but got ", lhs, " and ", rhs);
  // add_c1, sub_c1, mul_c1, div_c1, compare_c1, select_c1
  auto type = inferBroadcast(context, location, operands, result ? result : lhs);
  if (failed(type))
    return failure();
  types.push_back(*type);
  return success();
}

#define PENJING_BINARY(OP)                                                                         \
  LogicalResult OP::inferReturnTypes(MLIRContext *context, std::optional<Location> location,       \
                                     Adaptor adaptor, SmallVectorImpl<Type> &types) {              \
    return inferBinary(context, location, adaptor.getOperands(), Type(), types);                   \
  }
PENJING_BINARY(AddOp)
PENJING_BINARY(SubOp)
PENJING_BINARY(MulOp)
PENJING_BINARY(DivOp)
PENJING_BINARY(SelectOp)
#undef PENJING_BINARY

LogicalResult CompareOp::inferReturnTypes(MLIRContext *context, std::optional<Location> location,
                                          Adaptor adaptor, SmallVectorImpl<Type> &types) {
  return inferBinary(context, location, adaptor.getOperands(), IntegerType::get(context, 1), types);
}

static LogicalResult inferUnary(std::optional<Location> location, Value input,
                                SmallVectorImpl<Type> &types) {
  auto type = cast<RankedTensorType>(input.getType());
  // relu_c1, exp_c1, log_c1, sqrt_c1, sigmoid_c1, tanh_c1, neg_c1
  Type element = getExpressedElementType(type);
  if (!isa<FloatType>(element))
    return emitOptionalError(location, "requires a floating-point or quantized operand, but got ", type);
  types.push_back(type.clone(element));
  return success();
}

#define PENJING_UNARY(OP)                                                                          \
  LogicalResult OP::inferReturnTypes(MLIRContext *context, std::optional<Location> location,       \
                                     Adaptor adaptor, SmallVectorImpl<Type> &types) {              \
    return inferUnary(location, adaptor.getInput(), types);                                        \
  }
PENJING_UNARY(ReluOp)
PENJING_UNARY(ExpOp)
PENJING_UNARY(LogOp)
PENJING_UNARY(SqrtOp)
PENJING_UNARY(SigmoidOp)
PENJING_UNARY(TanhOp)
PENJING_UNARY(NegOp)
#undef PENJING_UNARY

LogicalResult ClipOp::inferReturnTypes(MLIRContext *context, std::optional<Location> location,
                                       Adaptor adaptor, SmallVectorImpl<Type> &types) {
  // clip_c1
  auto min = adaptor.getMin(), max = adaptor.getMax();
  if (min && max && !(min->convertToDouble() <= max->convertToDouble()))
    return emitOptionalError(location, "requires a minimum that is not above the maximum, but got ",
                             min->convertToDouble(), " and ", max->convertToDouble());
  // clip_c2
  return inferUnary(location, adaptor.getInput(), types);
}

LogicalResult CastOp::inferReturnTypes(MLIRContext *context, std::optional<Location> location,
                                       Adaptor adaptor, SmallVectorImpl<Type> &types) {
  auto type = cast<RankedTensorType>(adaptor.getInput().getType());
  // cast_c1
  if (isQuantized(type) || !adaptor.getTo().isIntOrFloat())
    return emitOptionalError(location, "requires float, integer or boolean types, but got ",
                             type.getElementType(), " and ", adaptor.getTo());
  types.push_back(type.clone(adaptor.getTo()));
  return success();
}
