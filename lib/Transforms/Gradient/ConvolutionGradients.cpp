// Gradient rule of convolution.
#include "Adjoint.h"

namespace penjing {

static Gradients gradientOf(ConvOp op, Adjoint &b) {
  auto dy = b.gradient();
  Gradients result(op->getNumOperands());
  if (b.needs(0))
    result[0] = ConvInputGradientOp::create(
        b, dy, op.getWeight(), op.getInput(), op.getStridesAttr(), op.getDilationsAttr(),
        op.getPadsAttr(), op.getGroupsAttr(), op.getLayoutAttr());
  if (b.needs(1))
    result[1] = ConvWeightGradientOp::create(
        b, dy, op.getInput(), b.getDenseI64ArrayAttr(shapeOf(op.getWeight()).take_back(2)),
        op.getStridesAttr(), op.getDilationsAttr(), op.getPadsAttr(), op.getGroupsAttr(),
        op.getLayoutAttr());
  if (op.getBias() && b.needs(2))
    result[2] = op.getLayout() == Layout::NCHW ? b.sum(dy, {0, 2, 3}) : b.sum(dy, {0, 1, 2});
  return result;
}

void attachConvolutionGradients(mlir::MLIRContext *context) {
  attachGradientRules<ConvOp>(context);
}

} // namespace penjing
