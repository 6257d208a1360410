// Gradient rules of elementwise ops.
#include "Adjoint.h"

namespace penjing {

using mlir::Value;

static Gradients gradientOf(AddOp op, Adjoint &b) {
  Value dy = b.gradient();
  return {b.needs(0) ? b.sumTo(dy, op.getLhs()) : Value(),
          b.needs(1) ? b.sumTo(dy, op.getRhs()) : Value()};
}

static Gradients gradientOf(SubOp op, Adjoint &b) {
  Value dy = b.gradient();
  return {b.needs(0) ? b.sumTo(dy, op.getLhs()) : Value(),
          b.needs(1) ? b.neg(b.sumTo(dy, op.getRhs())) : Value()};
}

static Gradients gradientOf(MulOp op, Adjoint &b) {
  Value dy = b.gradient(), l = op.getLhs(), r = op.getRhs();
  return {b.needs(0) ? b.sumTo(b.mul(dy, r), l) : Value(),
          b.needs(1) ? b.sumTo(b.mul(dy, l), r) : Value()};
}

// d(l / r) = dl / r - (l / r) · dr / r
static Gradients gradientOf(DivOp op, Adjoint &b) {
  Value dy = b.gradient(), l = op.getLhs(), r = op.getRhs(), y = op.getResult();
  return {b.needs(0) ? b.sumTo(b.div(dy, r), l) : Value(),
          b.needs(1) ? b.neg(b.sumTo(b.div(b.mul(dy, y), r), r)) : Value()};
}

// y > 0 exactly where x > 0, and y is kept for the next layer anyway.
static Gradients gradientOf(ReluOp op, Adjoint &b) {
  return {b.where(op.getResult(), ComparePredicate::GT, 0, b.gradient())};
}

// On a bound the gradient passes, as in PyTorch's clamp.
static Gradients gradientOf(ClipOp op, Adjoint &b) {
  Value dx = b.gradient();
  if (op.getMin())
    dx = b.where(op.getInput(), ComparePredicate::GE, op.getMin()->convertToDouble(), dx);
  if (op.getMax())
    dx = b.where(op.getInput(), ComparePredicate::LE, op.getMax()->convertToDouble(), dx);
  return {dx};
}

static Gradients gradientOf(ExpOp op, Adjoint &b) { return {b.mul(b.gradient(), op.getResult())}; }

static Gradients gradientOf(LogOp op, Adjoint &b) { return {b.div(b.gradient(), op.getInput())}; }

static Gradients gradientOf(SqrtOp op, Adjoint &b) {
  return {b.div(b.mul(b.gradient(), 0.5), op.getResult())};
}

static Gradients gradientOf(SigmoidOp op, Adjoint &b) {
  Value y = op.getResult();
  return {b.mul(b.gradient(), b.mul(y, b.sub(b.scalar(1, y), y)))};
}

static Gradients gradientOf(TanhOp op, Adjoint &b) {
  Value y = op.getResult();
  return {b.mul(b.gradient(), b.sub(b.scalar(1, y), b.mul(y, y)))};
}

static Gradients gradientOf(NegOp op, Adjoint &b) { return {b.neg(b.gradient())}; }

static Gradients gradientOf(SelectOp op, Adjoint &b) {
  Value dy = b.gradient(), zero = b.scalar(0, dy);
  auto part = [&](Value l, Value r, Value like) {
    return b.sumTo(b.select(op.getCondition(), l, r), like);
  };
  return {Value(), b.needs(1) ? part(dy, zero, op.getLhs()) : Value(),
          b.needs(2) ? part(zero, dy, op.getRhs()) : Value()};
}

// Float to float only: nothing else has a float operand and a float result.
static Gradients gradientOf(CastOp op, Adjoint &b) {
  return {CastOp::create(b, b.gradient(), mlir::getElementTypeOrSelf(op.getInput()))};
}

void attachElementwiseGradients(mlir::MLIRContext *context) {
  attachGradientRules<AddOp, SubOp, MulOp, DivOp, ReluOp, ClipOp, ExpOp, LogOp, SqrtOp,
                      SigmoidOp, TanhOp, NegOp, SelectOp, CastOp>(context);
}

} // namespace penjing
