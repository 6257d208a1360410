// Elementwise ops and the alignment of their operands.
#include "penjing/Analysis/Elementwise.h"

using namespace mlir;
using namespace penjing;

bool penjing::isElementwise(Operation *op) {
  return isa<AddOp, SubOp, MulOp, DivOp, ReluOp, ExpOp, LogOp, SqrtOp, SigmoidOp, TanhOp, NegOp, ClipOp,
             CompareOp, SelectOp, CastOp, MaskedOp, FakeQuantizeOp, FakeQuantizeGradientOp, QuantizeOp,
             DequantizeOp, BatchNormOp>(op);
}

/// The dimension along which vector operands lie, or nothing.
static std::optional<int64_t> vectorAxis(Operation *op, unsigned index) {
  if (auto norm = dyn_cast<BatchNormOp>(op))
    return index > 0 ? std::optional<int64_t>(norm.getAxis()) : std::nullopt;
  if (auto quantize = dyn_cast<FakeQuantizeOp>(op))
    return index > 0 && quantize.getAxis() ? std::optional<int64_t>(*quantize.getAxis())
                                           : std::nullopt;
  if (auto gradient = dyn_cast<FakeQuantizeGradientOp>(op))
    return index > 1 && gradient.getAxis() ? std::optional<int64_t>(*gradient.getAxis())
                                           : std::nullopt;
  return std::nullopt;
}

View penjing::alignedView(Operation *op, unsigned index, const View &operand) {
  ArrayRef<int64_t> shape = cast<RankedTensorType>(op->getResult(0).getType()).getShape();
  if (auto axis = vectorAxis(op, index))
    return vectorView(operand, *axis < 0 ? *axis + static_cast<int64_t>(shape.size()) : *axis,
                      shape);
  return broadcastView(operand, shape);
}

bool penjing::isShapeOnly(Operation *op, unsigned index) {
  if (isa<BroadcastOp, AveragePoolGradientOp>(op))
    return index == 1;
  return isa<ConvInputGradientOp>(op) && index == 2;
}
