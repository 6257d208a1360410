// Batch normalization in training, its adjoint, softmax and its adjoint: a few
// reductions and maps each.
#include "KernelWriter.h"
#include "ScalarBodies.h"

#include "penjing/Analysis/Scratch.h"

#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;
using namespace penjing;
using Build = ImplicitLocOpBuilder;
using Kind = arith::AtomicRMWKind;

static Value same(Build &, ValueRange v) { return v[0]; }
static Value sub(Build &b, Value x, Value y) { return arith::SubFOp::create(b, x, y); }
static Value add(Build &b, Value x, Value y) { return arith::AddFOp::create(b, x, y); }
static Value mul(Build &b, Value x, Value y) { return arith::MulFOp::create(b, x, y); }
static Value div(Build &b, Value x, Value y) { return arith::DivFOp::create(b, x, y); }

namespace {
/// Views of a normalization over all dimensions but one.
struct ChannelSpace {
  ChannelSpace(KernelWriter &writer, Value input, int64_t axis) : writer(writer), shape(shapeOf(input)) {
    this->axis = axis < 0 ? axis + static_cast<int64_t>(shape.size()) : axis;
    for (size_t dim = 0; dim < shape.size(); ++dim) {
      walk.push_back(static_cast<int64_t>(dim) == this->axis ? Walk::Parallel : Walk::Reduction);
      if (walk.back() == Walk::Reduction)
        count *= shape[dim];
    }
  }
  KernelWriter::Operand full(Value value) { return writer.operand(viewOf(value), value); }
  KernelWriter::Operand vector(Value value) {
    return writer.operand(vectorView(viewOf(value), axis, shape), value);
  }
  KernelWriter &writer;
  ArrayRef<int64_t> shape;
  int64_t axis, count = 1;
  SmallVector<Walk> walk;
};
} // namespace

/// sqrt(variance + epsilon).
static Value deviation(Build &b, Value variance, const APFloat &epsilon) {
  return math::SqrtOp::create(b, add(b, variance, number(b, variance.getType(), epsilon.convertToDouble())));
}

static LogicalResult writeTraining(KernelWriter &writer, BatchNormTrainingOp op) {
  ChannelSpace space(writer, op.getInput(), op.getAxis());
  auto x = space.full(op.getInput()), mean = space.vector(op.getMean()), variance = space.vector(op.getVariance());
  auto byCount = [&](Build &b, ValueRange v) { return div(b, v[0], number(b, v[0].getType(), space.count)); };
  auto squared = [](Build &b, ValueRange v) {
    Value centered = sub(b, v[0], v[1]);
    return mul(b, centered, centered);
  };
  auto normalized = [&](Build &b, ValueRange v) {
    Value normal = div(b, sub(b, v[0], v[1]), deviation(b, v[2], op.getEpsilon()));
    return add(b, mul(b, normal, v[3]), v[4]);
  };
  return success(
      succeeded(writer.reduce("batch_mean", {x}, mean, space.walk, Kind::addf, same, byCount)) &&
      succeeded(writer.reduce("batch_variance", {x, mean}, variance, space.walk, Kind::addf, squared, byCount)) &&
      succeeded(writer.map("batch_norm", {x, mean, variance, space.vector(op.getScale()), space.vector(op.getShift())},
                           space.full(op.getResult()), normalized)));
}

static LogicalResult writeGradient(KernelWriter &writer, BatchNormGradientOp op) {
  ChannelSpace space(writer, op.getInput(), op.getAxis());
  auto dy = space.full(op.getGradient()), x = space.full(op.getInput());
  auto mean = space.vector(op.getMean()), variance = space.vector(op.getVariance());
  auto scaleGradient = space.vector(op.getScaleGradient()), shiftGradient = space.vector(op.getShiftGradient());
  auto product = [](Build &b, ValueRange v) { return mul(b, v[0], sub(b, v[1], v[2])); };
  // Along the vectors only: the sum divided by the deviation, in place.
  auto line = [&](Value value) { return writer.operand(viewOf(value), value); };
  auto scaled = [&](Build &b, ValueRange v) { return div(b, v[0], deviation(b, v[1], op.getEpsilon())); };
  // dx = scale / deviation · (dy - mean(dy) - normal · mean(dy · normal)).
  auto input = [&](Build &b, ValueRange v) {
    Value deviation_ = deviation(b, v[4], op.getEpsilon());
    Value normal = div(b, sub(b, v[1], v[3]), deviation_);
    Value count = number(b, v[0].getType(), space.count);
    Value rest = sub(b, sub(b, v[0], div(b, v[6], count)), mul(b, normal, div(b, v[5], count)));
    return mul(b, div(b, v[2], deviation_), rest);
  };
  return success(
      succeeded(writer.reduce("shift_gradient", {dy}, shiftGradient, space.walk, Kind::addf, same, same)) &&
      succeeded(writer.reduce("scale_gradient", {dy, x, mean}, scaleGradient, space.walk, Kind::addf, product, same)) &&
      succeeded(writer.map("scale_gradient", {line(op.getScaleGradient()), line(op.getVariance())},
                           line(op.getScaleGradient()), scaled)) &&
      succeeded(writer.map("batch_norm_gradient",
                           {dy, x, space.vector(op.getScale()), mean, variance, scaleGradient, shiftGradient},
                           space.full(op.getInputGradient()), input)));
}

LogicalResult penjing::writeBatchNorm(KernelWriter &writer, Operation *op) {
  if (auto training = dyn_cast<BatchNormTrainingOp>(op))
    return writeTraining(writer, training);
  return writeGradient(writer, cast<BatchNormGradientOp>(op));
}

/// Scratch vector number `index` of the op, seen along all dimensions but `axis`.
static KernelWriter::Operand scratch(KernelWriter &writer, Operation *op, Value like, int64_t axis, int64_t index) {
  ArrayRef<int64_t> shape = shapeOf(like);
  View view;
  int64_t stride = 1;
  view.dims.assign(shape.size(), {});
  for (int64_t dim = static_cast<int64_t>(shape.size()) - 1; dim >= 0; --dim) {
    view.dims[dim] = {Factor{shape[dim], dim == axis ? 0 : stride}};
    if (dim != axis)
      stride *= shape[dim];
  }
  int64_t offset = op->getAttrOfType<IntegerAttr>(kScratchAttr).getInt() + index * scratchStride(op);
  return writer.operand(view, memoryType(elementOf(like)), writer.advance(writer.arena, offset));
}

LogicalResult penjing::writeSoftmax(KernelWriter &writer, Operation *op) {
  Value first = op->getOperand(0), result = op->getResult(0);
  auto attribute = op->getAttrOfType<IntegerAttr>("axis");
  int64_t rank = shapeOf(first).size(), axis = attribute.getInt() < 0 ? attribute.getInt() + rank : attribute.getInt();
  SmallVector<Walk> walk(rank, Walk::Parallel);
  walk[axis] = Walk::Reduction;
  auto x = writer.operand(viewOf(first), first), y = writer.operand(viewOf(result), result);
  if (isa<SoftmaxGradientOp>(op)) {
    auto output = writer.operand(viewOf(op->getOperand(1)), op->getOperand(1));
    auto sum = scratch(writer, op, first, axis, 0);
    auto product = [](Build &b, ValueRange v) { return mul(b, v[0], v[1]); };
    auto gradient = [](Build &b, ValueRange v) { return mul(b, v[1], sub(b, v[0], v[2])); };
    return success(succeeded(writer.reduce("softmax_product", {x, output}, sum, walk, Kind::addf, product, same)) &&
                   succeeded(writer.map("softmax_gradient", {x, output, sum}, y, gradient)));
  }
  auto most = scratch(writer, op, first, axis, 0), sum = scratch(writer, op, first, axis, 1);
  auto exponential = [](Build &b, ValueRange v) -> Value { return math::ExpOp::create(b, sub(b, v[0], v[1])); };
  auto quotient = [&](Build &b, ValueRange v) { return div(b, exponential(b, v), v[2]); };
  return success(
      succeeded(writer.reduce("softmax_max", {x}, most, walk, Kind::maximumf, same, same)) &&
      succeeded(writer.reduce("softmax_sum", {x, most}, sum, walk, Kind::addf, exponential, same)) &&
      succeeded(writer.map("softmax", {x, most, sum}, y, quotient)));
}
