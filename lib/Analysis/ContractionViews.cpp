// Views of a contraction and of its epilogue's operands.
#include "penjing/Analysis/ContractionViews.h"

#include "penjing/Analysis/Elementwise.h"
#include "penjing/Target/Target.h"

using namespace mlir;
using namespace penjing;

Value penjing::kernelResult(Operation *op) {
  if (auto fused = dyn_cast<FusedOp>(op->getParentOp()))
    return fused.getResult();
  return op->getResult(0);
}

SmallVector<Operation *> penjing::epilogueOps(Operation *op) {
  SmallVector<Operation *> ops;
  if (isa<FusedOp>(op->getParentOp()))
    for (Operation *next = op->getNextNode(); next && !isa<YieldOp>(next); next = next->getNextNode())
      ops.push_back(next);
  return ops;
}

static Value biasOf(Operation *op) {
  if (auto conv = dyn_cast<ConvOp>(op))
    return conv.getBias();
  if (auto matmul = dyn_cast<MatmulOp>(op))
    return matmul.getBias();
  return {};
}

SmallVector<Value> penjing::epilogueOperands(Operation *op) {
  SmallVector<Value> operands;
  if (Value bias = biasOf(op); bias && !isIntegerContraction(op))
    operands.push_back(bias);
  for (Operation *next : epilogueOps(op))
    for (Value operand : next->getOperands())
      if (operand.getParentRegion() != op->getParentRegion())
        operands.push_back(operand);
  return operands;
}

int64_t penjing::channelAxis(Operation *op) {
  int64_t rank = cast<RankedTensorType>(op->getResult(0).getType()).getRank();
  if (auto conv = dyn_cast<ConvOp>(op))
    return conv.getLayout() == Layout::NCHW ? 1 : 3;
  return rank - 1;
}

bool penjing::isKnownValue(Value value) {
  Operation *op = value ? value.getDefiningOp() : nullptr;
  if (isa_and_nonnull<ConstantOp>(op))
    return true;
  auto use = dyn_cast_or_null<UseOp>(op);
  auto param = use ? SymbolTable::lookupNearestSymbolFrom<ParamOp>(use, use.getParamAttr())
                   : ParamOp();
  return param && param.getValueAttr();
}

bool penjing::isIntegerContraction(Operation *op) { return isQuantized(operandA(op).getType()); }

/// Whether the lanes behind the vector dimension of this operand may be touched.
static bool hasPaddedRows(const View &view, unsigned dim, int64_t lanes) {
  PlacementAttr placement = placementOf(view.root);
  if (!placement || placement.getSpace() != Space::Arena || !view.isSimple())
    return false;
  for (auto [index, factors] : llvm::enumerate(view.dims))
    if (index != dim && factors.front().size != 1 && factors.front().stride % lanes)
      return false;
  return true;
}

ContractionViews penjing::contractionViews(Operation *op, const Target &target) {
  ContractionViews views;
  Value result = kernelResult(op);
  auto shape = cast<RankedTensorType>(result.getType()).getShape();
  int64_t axis = channelAxis(op);
  views.lanes = target.lanes();
  views.a = viewOf(operandA(op));
  views.b = viewOf(operandB(op));
  views.c = viewOf(result);
  views.packed = isKnownValue(views.b.root) && !isa<ConvWeightGradientOp>(op);
  // Groups of channels follow each other without padding.
  auto groups = op->getAttrOfType<IntegerAttr>("groups");
  bool grouped = groups && groups.getInt() > 1;
  bool padded = !grouped && isa<ConvOp, MatmulOp>(op) && views.packed &&
                hasPaddedRows(views.c, axis, views.lanes);
  if (isIntegerContraction(op))
    for (unsigned extra = 0; extra < 2; ++extra) {
      SmallVector<int64_t> strides(shape.size(), 0);
      strides[axis] = 1;
      views.extras.push_back(stridedView({}, shape, strides));
    }
  Value bias = biasOf(op);
  if (bias && !isIntegerContraction(op)) {
    views.extras.push_back(vectorView(viewOf(bias), axis, shape));
    padded &= isKnownValue(views.extras.back().root);
  }
  for (Operation *next : epilogueOps(op))
    for (auto [index, operand] : llvm::enumerate(next->getOperands()))
      if (operand.getParentRegion() != op->getParentRegion()) {
        View view = alignedView(next, index, viewOf(operand));
        padded &= view.dims[axis].front().stride == 0 || isKnownValue(view.root) ||
                  hasPaddedRows(view, axis, views.lanes);
        views.extras.push_back(view);
      }
  views.paddedLanes = padded;
  return views;
}
