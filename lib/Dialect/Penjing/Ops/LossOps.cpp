// Losses: verifiers and shape inference.
#include "ShapeInference.h"

using namespace mlir;
using namespace penjing;

static LogicalResult verifyCrossEntropy(MLIRContext *context, std::optional<Location> location,
                                        Value logits, Value labels, const llvm::APFloat &smoothing) {
  DimensionScope scope(context);
  auto sizes = scope.sizes(logits.getType(), location);
  if (failed(sizes))
    return failure();
  // cross_entropy_c1
  if (sizes->size() != 2 || !constantSize((*sizes)[1]))
    return emitOptionalError(location, "requires logits of rank 2 with a static number of classes, but got ",
                             logits.getType());
  // cross_entropy_c2
  if (failed(verifyVector(scope, labels, (*sizes)[0], "label tensor", location)))
    return failure();
  // cross_entropy_c3
  double value = smoothing.convertToDouble();
  if (!(value >= 0 && value < 1))
    return emitOptionalError(location, "requires a label smoothing in [0, 1), but got ", value);
  return success();
}

static LogicalResult verifyDistillation(std::optional<Location> location, Value student,
                                        Value teacher, const llvm::APFloat &temperature) {
  // distillation_loss_c1
  if (rankOf(student.getType()) != 2 || student.getType() != teacher.getType())
    return emitOptionalError(location, "requires student and teacher of one type and rank 2, but got ",
                             student.getType(), " and ", teacher.getType());
  // distillation_loss_c2
  if (!(temperature.convertToDouble() > 0))
    return emitOptionalError(location, "requires a positive temperature, but got ",
                             temperature.convertToDouble());
  return success();
}

static LogicalResult verifyScalar(std::optional<Location> location, Value gradient) {
  if (rankOf(gradient.getType()) != 0)
    return emitOptionalError(location, "requires a scalar gradient, but got ", gradient.getType());
  return success();
}

LogicalResult CrossEntropyOp::inferReturnTypes(MLIRContext *context, std::optional<Location> location,
                                               Adaptor adaptor, SmallVectorImpl<Type> &types) {
  types.push_back(RankedTensorType::get({}, getElementTypeOrSelf(adaptor.getLogits())));
  return verifyCrossEntropy(context, location, adaptor.getLogits(), adaptor.getLabels(),
                            adaptor.getLabelSmoothing());
}

LogicalResult CrossEntropyGradientOp::inferReturnTypes(MLIRContext *context,
                                                       std::optional<Location> location,
                                                       Adaptor adaptor, SmallVectorImpl<Type> &types) {
  types.push_back(adaptor.getLogits().getType());
  // cross_entropy_gradient_c1, cross_entropy_gradient_c2
  if (failed(verifyScalar(location, adaptor.getGradient())))
    return failure();
  return verifyCrossEntropy(context, location, adaptor.getLogits(), adaptor.getLabels(),
                            adaptor.getLabelSmoothing());
}

LogicalResult DistillationLossOp::inferReturnTypes(MLIRContext *context,
                                                   std::optional<Location> location,
                                                   Adaptor adaptor, SmallVectorImpl<Type> &types) {
  types.push_back(RankedTensorType::get({}, getElementTypeOrSelf(adaptor.getStudent())));
  return verifyDistillation(location, adaptor.getStudent(), adaptor.getTeacher(), adaptor.getTemperature());
}

LogicalResult DistillationLossGradientOp::inferReturnTypes(MLIRContext *context,
                                                           std::optional<Location> location,
                                                           Adaptor adaptor,
                                                           SmallVectorImpl<Type> &types) {
  types.push_back(adaptor.getStudent().getType());
  // distillation_loss_gradient_c1, distillation_loss_gradient_c2
  if (failed(verifyScalar(location, adaptor.getGradient())))
    return failure();
  return verifyDistillation(location, adaptor.getStudent(), adaptor.getTeacher(), adaptor.getTemperature());
}
