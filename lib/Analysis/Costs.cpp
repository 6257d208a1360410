// What an op costs, before any target is known: multiply-adds, other arithmetic
// and bytes. A row per op says how many operations an element takes.
#include "penjing/Analysis/Costs.h"

#include "penjing/Analysis/Layers.h"
#include "penjing/Dialect/Penjing/ParameterValues.h"

#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/MathExtras.h"

#include <limits>

using namespace mlir;
using namespace penjing;

OpCost &OpCost::operator+=(const OpCost &other) {
  multiplyAdds += other.multiplyAdds;
  operations += other.operations;
  parameterBytes += other.parameterBytes;
  activationBytes += other.activationBytes;
  return *this;
}

/// A product that ends at the largest number instead of overflowing: types may
/// claim any size.
static int64_t times(int64_t a, int64_t b) {
  int64_t product;
  return llvm::MulOverflow(a, b, product) ? std::numeric_limits<int64_t>::max() >> 8 : product;
}

static int64_t elementsOf(Value value) {
  int64_t count = 1;
  for (int64_t size : cast<RankedTensorType>(value.getType()).getShape())
    count = times(count, ShapedType::isDynamic(size) ? 1 : size);
  return count;
}

static int64_t tensorBytes(Value value) {
  return times(elementsOf(value), getStorageBytes(getElementTypeOrSelf(value.getType())));
}

static int64_t windowSize(ArrayRef<int64_t> kernel) {
  int64_t taps = 1;
  for (int64_t size : kernel)
    taps = times(taps, size);
  return taps;
}

/// Multiply-adds of a convolution with this weight and result (or result's gradient).
static int64_t convProducts(Value result, ArrayRef<int64_t> weight) {
  return times(elementsOf(result), windowSize(weight.drop_front()));
}

static int64_t contractionProducts(Operation *op) {
  return TypeSwitch<Operation *, int64_t>(op)
      .Case([](ConvOp conv) {
        return convProducts(conv.getResult(), cast<ShapedType>(conv.getWeight().getType()).getShape());
      })
      .Case([](ConvInputGradientOp conv) {
        return convProducts(conv.getGradient(), cast<ShapedType>(conv.getWeight().getType()).getShape());
      })
      .Case([](ConvWeightGradientOp conv) {
        return convProducts(conv.getGradient(), cast<ShapedType>(conv.getType()).getShape());
      })
      .Case([](MatmulOp matmul) {
        auto shape = cast<ShapedType>(matmul.getA().getType()).getShape();
        int64_t inner = shape[shape.size() - (matmul.getTransposeA() ? 2 : 1)];
        return times(elementsOf(matmul.getResult()), ShapedType::isDynamic(inner) ? 1 : inner);
      })
      .Default([](Operation *) { return 0; });
}

/// Operations other than a contraction's products.
static int64_t otherOperations(Operation *op) {
  int64_t results = op->getNumResults() ? elementsOf(op->getResult(0)) : 0;
  auto inputs = [&] { return elementsOf(op->getOperand(0)); };
  return TypeSwitch<Operation *, int64_t>(op)
      // These move elements, or name them.
      .Case<ParamOp, UseOp, ConstantOp, ReshapeOp, TransposeOp, PadOp, ConcatOp, SliceOp, BroadcastOp>(
          [](Operation *) { return 0; })
      .Case<ConvOp, MatmulOp>([&](Operation *op) { return op->getNumOperands() > 2 ? results : 0; })
      .Case<ConvInputGradientOp, ConvWeightGradientOp>([](Operation *) { return 0; })
      .Case<AddOp, SubOp, MulOp, DivOp, CompareOp, SelectOp, CastOp, MaskedOp>(
          [&](Operation *) { return results; })
      .Case<ReluOp, ClipOp, NegOp, ExpOp, LogOp, SqrtOp, SigmoidOp, TanhOp>([&](Operation *) { return results; })
      .Case<FakeQuantizeOp, FakeQuantizeGradientOp, QuantizeOp, DequantizeOp>(
          [&](Operation *) { return 4 * results; })
      .Case<MaxPoolOp, AveragePoolOp>(
          [&](auto pool) { return times(results, windowSize(pool.getKernel())); })
      .Case<MaxPoolGradientOp, AveragePoolGradientOp>(
          [&](auto pool) { return times(inputs(), windowSize(pool.getKernel())); })
      .Case<GlobalAveragePoolOp, ReduceSumOp>([&](Operation *) { return inputs(); })
      .Case<BatchNormOp>([&](Operation *) { return 2 * results; })
      .Case<BatchNormTrainingOp, BatchNormGradientOp>([&](Operation *) { return 6 * results; })
      .Case<SoftmaxOp, SoftmaxGradientOp>([&](Operation *) { return 4 * results; })
      .Case<CrossEntropyOp, DistillationLossOp>([&](Operation *) { return 5 * inputs(); })
      .Case<CrossEntropyGradientOp, DistillationLossGradientOp>(
          [&](Operation *) { return 5 * results; })
      .Default([](Operation *) { return 0; });
}

std::optional<OpCost> penjing::costOf(Operation *op) {
  if (!isa_and_nonnull<PenjingDialect>(op->getDialect()))
    return std::nullopt;
  OpCost cost;
  cost.multiplyAdds = contractionProducts(op);
  cost.operations = otherOperations(op);
  if (isa<ParamOp, UseOp, ConstantOp>(op))
    return cost;
  for (Value operand : op->getOperands())
    (traceParameter(operand) ? cost.parameterBytes : cost.activationBytes) += tensorBytes(operand);
  for (Value result : op->getResults())
    cost.activationBytes += tensorBytes(result);
  return cost;
}

OpCost penjing::costOf(func::FuncOp function) {
  OpCost total;
  llvm::SmallPtrSet<Operation *, 16> counted;
  function.walk([&](Operation *op) {
    if (auto use = dyn_cast<UseOp>(op)) {
      if (ParamOp param = getParam(use); param && counted.insert(param).second)
        total.parameterBytes += tensorBytes(use.getResult());
      return;
    }
    if (auto cost = costOf(op)) {
      cost->parameterBytes = 0;
      total += *cost;
    }
  });
  return total;
}
