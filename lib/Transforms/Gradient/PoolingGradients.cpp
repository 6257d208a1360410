// Gradient rules of pools.
#include "Adjoint.h"

namespace penjing {

static Gradients gradientOf(MaxPoolOp op, Adjoint &b) {
  return {MaxPoolGradientOp::create(b, b.gradient(), op.getInput(), op.getKernelAttr(),
                                    op.getStridesAttr(), op.getDilationsAttr(), op.getPadsAttr(),
                                    op.getCeilModeAttr(), op.getLayoutAttr())};
}

static Gradients gradientOf(AveragePoolOp op, Adjoint &b) {
  return {AveragePoolGradientOp::create(
      b, b.gradient(), op.getInput(), op.getKernelAttr(), op.getStridesAttr(),
      op.getDilationsAttr(), op.getPadsAttr(), op.getCeilModeAttr(), op.getLayoutAttr(),
      op.getCountIncludePadAttr())};
}

static Gradients gradientOf(GlobalAveragePoolOp op, Adjoint &b) {
  auto shape = shapeOf(op.getInput());
  int64_t height = op.getLayout() == Layout::NCHW ? 2 : 1;
  double count = double(shape[height]) * shape[height + 1];
  return {b.broadcastTo(b.mul(b.gradient(), 1 / count), op.getInput())};
}

void attachPoolingGradients(mlir::MLIRContext *context) {
  attachGradientRules<MaxPoolOp, AveragePoolOp, GlobalAveragePoolOp>(context);
}

} // namespace penjing
