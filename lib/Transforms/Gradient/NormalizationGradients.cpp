// Gradient rules of normalization and softmax, and batch norm's training form.
#include "Adjoint.h"

#include "penjing/Dialect/Penjing/NamedDimensions.h"

using namespace mlir;

namespace penjing {

static Gradients gradientOf(SoftmaxOp op, Adjoint &b) {
  return {SoftmaxGradientOp::create(b, b.gradient(), op.getResult(), op.getAxisAttr())};
}

/// Dimensions of a tensor other than `axis`.
static SmallVector<int64_t> otherAxes(Value value, int64_t axis) {
  auto axes = llvm::to_vector(llvm::seq<int64_t>(0, shapeOf(value).size()));
  axes.erase(axes.begin() + axis);
  return axes;
}

/// A vector along `axis`, shaped to broadcast with `like`.
static Value along(Adjoint &b, Value vector, Value like, int64_t axis) {
  SmallVector<int64_t> shape(shapeOf(like).size(), 1);
  shape[axis] = shapeOf(vector)[0];
  return b.reshape(vector, shape);
}

// By stored statistics y is linear in x: k = scale / sqrt(variance + epsilon).
static Gradients gradientOf(BatchNormOp op, Adjoint &b) {
  Value dy = b.gradient(), x = op.getInput();
  int64_t axis = op.getAxis();
  auto others = otherAxes(x, axis);
  Value variance = b.add(op.getVariance(), b.scalar(op.getEpsilon().convertToDouble(), x));
  Value deviation = SqrtOp::create(b, variance), k = b.div(op.getScale(), deviation);
  Gradients result(5);
  if (b.needs(0))
    result[0] = b.mul(dy, along(b, k, x, axis));
  Value shift = b.sum(dy, others), centred;
  if (b.needs(1) || b.needs(4))
    centred = b.sum(b.mul(dy, b.sub(x, along(b, op.getMean(), x, axis))), others);
  if (b.needs(1))
    result[1] = b.div(centred, deviation);
  if (b.needs(2))
    result[2] = shift;
  if (b.needs(3))
    result[3] = b.neg(b.mul(shift, k));
  if (b.needs(4))
    result[4] = b.mul(b.div(b.mul(centred, k), variance), -0.5);
  return result;
}

static Gradients gradientOf(BatchNormTrainingOp op, Adjoint &b) {
  Value x = op.getInput();
  int64_t axis = op.getAxis();
  Gradients result(3);
  if (Value dy = b.gradient(0)) {
    auto adjoint = BatchNormGradientOp::create(b, dy, x, op.getScale(), op.getMean(),
                                               op.getVariance(), op.getEpsilonAttr(),
                                               op.getAxisAttr());
    result = {adjoint.getInputGradient(), adjoint.getScaleGradient(), adjoint.getShiftGradient()};
  }
  // A loss on the statistics themselves: d mean = sum dx / n, and
  // d variance = sum 2 (x - mean) dx / n.
  double count = double(llvm::product_of(shapeOf(x))) / shapeOf(x)[axis];
  auto accumulate = [&](Value dx) { result[0] = result[0] ? b.add(result[0], dx) : dx; };
  if (Value dm = b.gradient(1))
    accumulate(b.broadcastTo(along(b, b.mul(dm, 1 / count), x, axis), x));
  if (Value dv = b.gradient(2))
    accumulate(b.mul(b.sub(x, along(b, op.getMean(), x, axis)),
                     along(b, b.mul(dv, 2 / count), x, axis)));
  return result;
}

/// ONNX's momentum: running = momentum · running + (1 - momentum) · batch.
static Value moved(Adjoint &b, StateUpdates &updates, UseOp running, Value batch, double momentum) {
  Value &update = updates[running.getParamAttr().getAttr()];
  Value before = update ? update : running.getResult();
  return update = b.add(b.mul(before, momentum), b.mul(batch, 1 - momentum));
}

namespace {
struct BatchNormRule : public DifferentiableOpInterface::ExternalModel<BatchNormRule, BatchNormOp> {
  Gradients emitGradient(Operation *op, OpBuilder &builder, ValueRange resultGradients,
                         ArrayRef<bool> needed) const {
    Adjoint adjoint(op, builder, resultGradients, needed);
    return gradientOf(cast<BatchNormOp>(op), adjoint);
  }

  LogicalResult enterTraining(Operation *op, OpBuilder &builder, StateUpdates &updates) const {
    auto norm = cast<BatchNormOp>(op);
    auto type = norm.getInput().getType();
    if (!cast<RankedTensorType>(type).hasStaticShape())
      return op->emitOpError() << "requires a static input in training, but got " << type
                               << "; run pj-bind-batch first";
    int64_t count = llvm::product_of(shapeOf(norm.getInput())) / shapeOf(norm.getScale())[0];
    if (count < 2)
      return op->emitOpError() << "requires at least 2 elements a channel in training, but got "
                               << count;
    auto mean = norm.getMean().getDefiningOp<UseOp>(),
         variance = norm.getVariance().getDefiningOp<UseOp>();
    if (!mean || !variance)
      return op->emitOpError() << "requires running statistics that are parameters, but got "
                               << norm.getMean() << " and " << norm.getVariance();
    Adjoint b(op, builder, {}, {});
    auto training = BatchNormTrainingOp::create(b, norm.getInput(), norm.getScale(),
                                                norm.getShift(), norm.getEpsilonAttr(),
                                                norm.getAxisAttr());
    double momentum = norm.getMomentum().convertToDouble();
    moved(b, updates, mean, training.getMean(), momentum);
    // The batch is normalized by its biased variance, but inference estimates
    // that of the data, so the running one takes n / (n - 1), as in PyTorch.
    // (ONNX's training mode would take the biased one.)
    moved(b, updates, variance, b.mul(training.getVariance(), double(count) / (count - 1)),
          momentum);
    norm.replaceAllUsesWith(training.getResult());
    norm.erase();
    return success();
  }
};
} // namespace

void attachNormalizationGradients(MLIRContext *context) {
  attachGradientRules<SoftmaxOp, BatchNormTrainingOp>(context);
  BatchNormOp::attachInterface<BatchNormRule>(*context);
}

} // namespace penjing
