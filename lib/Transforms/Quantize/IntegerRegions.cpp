// Which ops of a function work on integers once it is packed, and which values
// therefore need a grid.
#include "IntegerRegions.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace penjing;

/// Whether the value is computed from the function's inputs.
static bool isActivation(Value value) {
  return !traceParameter(value) && !value.getDefiningOp<ConstantOp>();
}

static bool keepsGrid(Operation *op) {
  if (auto pad = dyn_cast<PadOp>(op))
    return pad.getValue().isZero();
  return isa<ReluOp, ClipOp, MaxPoolOp, ReshapeOp, TransposeOp, SliceOp>(op);
}

static IntegerKind kindWithoutContext(Operation *op, llvm::function_ref<bool(Operation *)> isInteger) {
  if (op->getNumResults() != 1 || !getElementTypeOrSelf(op->getResult(0).getType()).isF32() ||
      !llvm::all_of(op->getOperandTypes(), [](Type t) { return getElementTypeOrSelf(t).isF32(); }))
    return IntegerKind::Float;
  if (auto layer = getLayer(op))
    return isActivation(layer->input()) && isInteger(op) ? IntegerKind::Layer : IntegerKind::Float;
  if (isa<AddOp, SubOp, MulOp, AveragePoolOp, GlobalAveragePoolOp, ConcatOp>(op))
    return llvm::all_of(op->getOperands(), isActivation) && isInteger(op) ? IntegerKind::Arithmetic
                                                                          : IntegerKind::Float;
  return keepsGrid(op) && isActivation(op->getOperand(0)) ? IntegerKind::PassThrough
                                                          : IntegerKind::Float;
}

IntegerRegions::IntegerRegions(func::FuncOp function,
                               llvm::function_ref<bool(Operation *)> isInteger) {
  SmallVector<Operation *> ops;
  for (Operation &op : function.front()) {
    ops.push_back(&op);
    bool behind = isa<SoftmaxOp>(op) || llvm::any_of(op.getOperands(), [&](Value operand) {
      return operand.getDefiningOp() && behindSoftmax.contains(operand.getDefiningOp());
    });
    if (behind)
      behindSoftmax.insert(&op);
    kinds[&op] = behind ? IntegerKind::Float : kindWithoutContext(&op, isInteger);
  }
  // Readers come behind what they read.
  for (Operation *op : llvm::reverse(ops)) {
    IntegerKind kind = kindOf(op);
    if (kind == IntegerKind::Layer)
      wanted.insert(op->getOperand(0));
    else if (kind == IntegerKind::Arithmetic)
      wanted.insert(op->operand_begin(), op->operand_end());
    else if (kind == IntegerKind::PassThrough && isWanted(op->getResult(0)))
      wanted.insert(op->getOperand(0));
  }
}

Value IntegerRegions::endOfActivations(Value value) const {
  while (value.hasOneUse() && isa<ReluOp, ClipOp>(*value.user_begin()))
    value = value.user_begin()->getResult(0);
  return value;
}

bool penjing::isOnGrid(Value value) {
  Operation *op = value.getDefiningOp();
  while (op && keepsGrid(op))
    op = op->getOperand(0).getDefiningOp();
  return isa_and_nonnull<FakeQuantizeOp>(op);
}
