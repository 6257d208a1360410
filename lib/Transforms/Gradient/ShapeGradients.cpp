// Gradient rules of ops that move elements, and of the sum that undoes a copy.
#include "Adjoint.h"

namespace penjing {

using llvm::SmallVector;
using mlir::Value;

static SmallVector<int64_t> negated(llvm::ArrayRef<int64_t> sizes) {
  return llvm::map_to_vector(sizes, [](int64_t size) { return -size; });
}

static Gradients gradientOf(ReshapeOp op, Adjoint &b) {
  return {b.reshape(b.gradient(), shapeOf(op.getInput()))};
}

static Gradients gradientOf(TransposeOp op, Adjoint &b) {
  SmallVector<int64_t> inverse(op.getPermutation().size());
  for (auto [to, from] : llvm::enumerate(op.getPermutation()))
    inverse[from] = to;
  return {TransposeOp::create(b, b.gradient(), inverse)};
}

static Gradients gradientOf(PadOp op, Adjoint &b) {
  return {b.pad(b.gradient(), negated(op.getLow()), negated(op.getHigh()))};
}

static Gradients gradientOf(ConcatOp op, Adjoint &b) {
  Gradients result(op->getNumOperands());
  auto total = shapeOf(op.getResult());
  SmallVector<int64_t> offsets(total.size(), 0), strides(total.size(), 1);
  for (auto [index, input] : llvm::enumerate(op.getInputs())) {
    if (b.needs(index))
      result[index] = SliceOp::create(b, b.gradient(), offsets, shapeOf(input), strides);
    offsets[op.getAxis()] += shapeOf(input)[op.getAxis()];
  }
  return result;
}

/// Zeros put between the elements along `axis`: `stride` apart from then on.
static Value spread(Adjoint &b, Value value, int64_t axis, int64_t stride) {
  SmallVector<int64_t> shape(shapeOf(value));
  SmallVector<int64_t> low(shape.size() + 1, 0), high(low), split(shape);
  split.insert(split.begin() + axis + 1, 1);
  high[axis + 1] = stride - 1;
  shape[axis] *= stride;
  return b.reshape(b.pad(b.reshape(value, split), low, high), shape);
}

static Gradients gradientOf(SliceOp op, Adjoint &b) {
  Value dx = b.gradient();
  for (auto [axis, stride] : llvm::enumerate(op.getStrides()))
    if (stride > 1)
      dx = spread(b, dx, axis, stride);
  SmallVector<int64_t> high;
  for (auto [have, offset, want] : llvm::zip(shapeOf(dx), op.getOffsets(), shapeOf(op.getInput())))
    high.push_back(want - offset - have); // negative: the last stride's zeros
  return {b.pad(dx, op.getOffsets(), high)};
}

static Gradients gradientOf(BroadcastOp op, Adjoint &b) {
  return {b.needs(0) ? b.sumTo(b.gradient(), op.getInput()) : Value(), Value()};
}

static Gradients gradientOf(ReduceSumOp op, Adjoint &b) {
  SmallVector<int64_t> kept(shapeOf(op.getInput()));
  for (int64_t axis : op.getAxes())
    kept[axis] = 1;
  return {b.broadcastTo(b.reshape(b.gradient(), kept), op.getInput())};
}

void attachShapeGradients(mlir::MLIRContext *context) {
  attachGradientRules<ReshapeOp, TransposeOp, PadOp, ConcatOp, SliceOp, BroadcastOp, ReduceSumOp>(
      context);
}

} // namespace penjing
