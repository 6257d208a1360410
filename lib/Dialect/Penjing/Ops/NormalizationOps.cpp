// Normalization and softmax: verifiers and shape inference.
#include "ShapeInference.h"

using namespace mlir;
using namespace penjing;

LogicalResult penjing::verifyAxis(int64_t axis, Type type, std::optional<Location> location) {
  if (axis >= 0 && axis < rankOf(type))
    return success();
  return emitOptionalError(location, "requires an axis between 0 and ", rankOf(type) - 1, ", but got ", axis);
}

LogicalResult penjing::verifyVector(DimensionScope &scope, Value operand, AffineExpr size,
                                    StringRef what, std::optional<Location> location) {
  auto sizes = scope.sizes(operand.getType(), location);
  if (failed(sizes))
    return failure();
  if (sizes->size() == 1 && sizes->front() == size)
    return success();
  return emitOptionalError(location, "requires a ", what, " of rank 1 and length ", scope.str(size),
                           ", but got ", operand.getType());
}

/// Shared by the three ops of batch normalization.
static LogicalResult verifyBatchNorm(MLIRContext *context, std::optional<Location> location,
                                     Value input, ArrayRef<std::pair<Value, StringRef>> vectors,
                                     int64_t axis, const llvm::APFloat &epsilon) {
  if (failed(verifyAxis(axis, input.getType(), location)))
    return failure();
  DimensionScope scope(context);
  auto sizes = scope.sizes(input.getType(), location);
  if (failed(sizes))
    return failure();
  for (auto [value, what] : vectors)
    if (failed(verifyVector(scope, value, (*sizes)[axis], what, location)))
      return failure();
  if (!(epsilon.convertToDouble() > 0))
    return emitOptionalError(location, "requires a positive epsilon, but got ", epsilon.convertToDouble());
  return success();
}

LogicalResult BatchNormOp::inferReturnTypes(MLIRContext *context, std::optional<Location> location,
                                            Adaptor adaptor, SmallVectorImpl<Type> &types) {
  // batch_norm_c1, batch_norm_c2, batch_norm_c3
  types.push_back(adaptor.getInput().getType());
  return verifyBatchNorm(context, location, adaptor.getInput(),
                         {{adaptor.getScale(), "scale"}, {adaptor.getShift(), "shift"},
                          {adaptor.getMean(), "mean"}, {adaptor.getVariance(), "variance"}},
                         adaptor.getAxis(), adaptor.getEpsilon());
}

LogicalResult BatchNormTrainingOp::inferReturnTypes(MLIRContext *context,
                                                    std::optional<Location> location,
                                                    Adaptor adaptor, SmallVectorImpl<Type> &types) {
  // batch_norm_training_c1, batch_norm_training_c2, batch_norm_training_c3
  types.append({adaptor.getInput().getType(), adaptor.getScale().getType(), adaptor.getScale().getType()});
  return verifyBatchNorm(context, location, adaptor.getInput(),
                         {{adaptor.getScale(), "scale"}, {adaptor.getShift(), "shift"}},
                         adaptor.getAxis(), adaptor.getEpsilon());
}

LogicalResult BatchNormGradientOp::inferReturnTypes(MLIRContext *context,
                                                    std::optional<Location> location,
                                                    Adaptor adaptor, SmallVectorImpl<Type> &types) {
  // batch_norm_gradient_c1
  if (failed(verifySameType(adaptor.getInput().getType(), adaptor.getGradient().getType(), "gradient", location)))
    return failure();
  // batch_norm_gradient_c2, batch_norm_gradient_c3
  types.append({adaptor.getInput().getType(), adaptor.getScale().getType(), adaptor.getScale().getType()});
  return verifyBatchNorm(context, location, adaptor.getInput(),
                         {{adaptor.getScale(), "scale"}, {adaptor.getMean(), "mean"},
                          {adaptor.getVariance(), "variance"}},
                         adaptor.getAxis(), adaptor.getEpsilon());
}

LogicalResult SoftmaxOp::inferReturnTypes(MLIRContext *context, std::optional<Location> location,
                                          Adaptor adaptor, SmallVectorImpl<Type> &types) {
  types.push_back(adaptor.getInput().getType());
  return verifyAxis(adaptor.getAxis(), adaptor.getInput().getType(), location); // softmax_c1
}

LogicalResult SoftmaxGradientOp::inferReturnTypes(MLIRContext *context,
                                                  std::optional<Location> location,
                                                  Adaptor adaptor, SmallVectorImpl<Type> &types) {
  Type type = adaptor.getOutput().getType();
  types.push_back(type);
  // softmax_gradient_c1, softmax_gradient_c2
  if (failed(verifySameType(type, adaptor.getGradient().getType(), "gradient", location)))
    return failure();
  return verifyAxis(adaptor.getAxis(), type, location);
}
