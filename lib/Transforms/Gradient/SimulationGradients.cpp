// Gradient rules of the decided form's simulations: masks and fake quantization.
#include "Adjoint.h"

namespace penjing {

static Gradients gradientOf(MaskedOp op, Adjoint &b) {
  auto dy = b.gradient();
  return {b.select(op.getMask(), dy, b.scalar(0, dy)), mlir::Value()};
}

// Straight through in the value; scale and zero point belong to calibration.
static Gradients gradientOf(FakeQuantizeOp op, Adjoint &b) {
  Gradients result(3);
  if (b.needs(0))
    result[0] = FakeQuantizeGradientOp::create(
        b, b.gradient(), op.getInput(), op.getScale(), op.getZero(), op.getBitsAttr(),
        op.getIsSignedAttr(), op.getNarrowAttr(), op.getAxisAttr(), op.getRoundingAttr());
  return result;
}

void attachSimulationGradients(mlir::MLIRContext *context) {
  attachGradientRules<MaskedOp, FakeQuantizeOp>(context);
}

} // namespace penjing
