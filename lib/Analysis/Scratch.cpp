// Scratch memory of ops that take several passes over their operands.
#include "penjing/Analysis/Scratch.h"

#include "penjing/Dialect/Penjing/ParameterValues.h"

using namespace mlir;
using namespace penjing;

int64_t penjing::scratchVectors(Operation *op) {
  if (isa<SoftmaxOp, CrossEntropyOp, CrossEntropyGradientOp>(op))
    return 2; // maximum and sum of exponentials of each row
  if (isa<DistillationLossOp, DistillationLossGradientOp>(op))
    return 4; // both for student and teacher
  if (isa<SoftmaxGradientOp>(op))
    return 1;
  return 0;
}

int64_t penjing::scratchLength(Operation *op) {
  unsigned place = isa<CrossEntropyGradientOp, DistillationLossGradientOp>(op) ? 1 : 0;
  auto type = cast<RankedTensorType>(op->getOperand(place).getType());
  int64_t axis = 1;
  if (auto softmax = dyn_cast<SoftmaxOp>(op))
    axis = softmax.getAxis();
  if (auto gradient = dyn_cast<SoftmaxGradientOp>(op))
    axis = gradient.getAxis();
  if (axis < 0)
    axis += type.getRank();
  return type.getNumElements() / type.getDimSize(axis);
}

int64_t penjing::scratchStride(Operation *op) {
  unsigned place = isa<CrossEntropyGradientOp, DistillationLossGradientOp>(op) ? 1 : 0;
  unsigned width = getStorageBytes(getElementTypeOrSelf(op->getOperand(place).getType()));
  return llvm::alignTo(scratchLength(op) * width, 64);
}

int64_t penjing::scratchBytes(Operation *op) {
  int64_t vectors = scratchVectors(op);
  return vectors ? vectors * scratchStride(op) : 0;
}
