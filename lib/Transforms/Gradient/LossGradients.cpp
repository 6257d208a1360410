// Gradient rules of losses. Labels and the teacher have none.
#include "Adjoint.h"

namespace penjing {

static Gradients gradientOf(CrossEntropyOp op, Adjoint &b) {
  Gradients result(2);
  if (b.needs(0))
    result[0] = CrossEntropyGradientOp::create(b, b.gradient(), op.getLogits(), op.getLabels(),
                                               op.getLabelSmoothingAttr());
  return result;
}

static Gradients gradientOf(DistillationLossOp op, Adjoint &b) {
  Gradients result(2);
  if (b.needs(0))
    result[0] = DistillationLossGradientOp::create(b, b.gradient(), op.getStudent(),
                                                   op.getTeacher(), op.getTemperatureAttr());
  return result;
}

void attachLossGradients(mlir::MLIRContext *context) {
  attachGradientRules<CrossEntropyOp, DistillationLossOp>(context);
}

} // namespace penjing
