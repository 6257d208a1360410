// Quantized types: the way to integers and back, in float (simulated) and real.
#include "Elements.h"
#include "Evaluators.h"
#include "Grid.h"

using namespace mlir;
using namespace penjing;
using namespace penjing::reference;

Grid::Grid(Type elementType) {
  auto quantized = cast<quant::QuantizedType>(elementType);
  min = quantized.getStorageTypeMin();
  max = quantized.getStorageTypeMax();
  if (auto perAxis = dyn_cast<quant::UniformQuantizedPerAxisType>(elementType)) {
    scales.assign(perAxis.getScales().begin(), perAxis.getScales().end());
    zeros.assign(perAxis.getZeroPoints().begin(), perAxis.getZeroPoints().end());
    axis = perAxis.getQuantizedDimension();
    return;
  }
  auto uniform = cast<quant::UniformQuantizedType>(elementType);
  scales = {uniform.getScale()};
  zeros = {uniform.getZeroPoint()};
}

int64_t reference::strideOf(const Tensor &tensor, int64_t axis) {
  int64_t stride = 1;
  for (int64_t extent : tensor.shape().drop_front(axis + 1))
    stride *= extent;
  return stride;
}

Tensor reference::centered(const Tensor &quantized) {
  Grid grid(quantized.elementType());
  ChannelOf channel(grid, quantized);
  Tensor result(IntegerType::get(quantized.elementType().getContext(), 32), quantized.shape());
  auto *out = result.data<int32_t>();
  withElement(quantized, [&](auto type) {
    auto *in = quantized.data<decltype(type)>();
    if (grid.axis < 0) {
      for (int64_t i = 0, zero = grid.zero(0); i < result.size(); ++i)
        out[i] = int32_t(in[i]) - int32_t(zero);
      return;
    }
    for (int64_t i = 0; i < result.size(); ++i)
      out[i] = int32_t(in[i]) - int32_t(grid.zero(channel(i)));
  });
  return result;
}

void reference::requantize(Tensor &result, const Tensor &accumulators, ArrayRef<float> multipliers,
                           llvm::function_ref<int64_t(int64_t)> channel) {
  auto *acc = accumulators.data<int32_t>();
  auto scaled = [&](int64_t i) {
    return float(acc[i]) * multipliers[multipliers.size() == 1 ? 0 : channel(i)];
  };
  if (isa<FloatType>(result.elementType()))
    return withFloat(result.elementType(), [&](auto type) {
      for (int64_t i = 0; i < result.size(); ++i)
        result.data<decltype(type)>()[i] = scaled(i);
    });
  Grid grid(result.elementType());
  withElement(result, [&](auto type) {
    for (int64_t i = 0; i < result.size(); ++i)
      result.data<decltype(type)>()[i] = grid.nearest(scaled(i), grid.zero(0));
  });
}

LogicalResult reference::requireAllQuantized(Operation *op) {
  auto isReal = [](Type type) { return !isQuantized(type); };
  if (llvm::none_of(op->getOperandTypes(), isReal) && llvm::none_of(op->getResultTypes(), isReal))
    return success();
  return op->emitOpError() << "requires operands and results that are all quantized, or none, but got "
                           << op->getOperandTypes() << " and " << op->getResultTypes();
}

/// The grid of a fake_quantize: floats in T, whole numbers from min to max.
template <typename T> struct FakeGrid {
  template <typename OpTy>
  FakeGrid(OpTy op, const Tensor &input, const Tensor &scale, const Tensor &zero)
      : scale(scale.data<T>()), zero(zero), floors(op.getRounding() == RoundingRule::Floor) {
    int64_t half = int64_t(1) << (op.getBits() - 1);
    min = op.getIsSigned() ? T(-half + op.getNarrow()) : T(0);
    max = op.getIsSigned() ? T(half - 1) : T(2 * half - 1);
    if (auto axis = op.getAxis()) {
      stride = strideOf(input, *axis);
      extent = input.dim(*axis);
    }
  }
  int64_t channel(int64_t i) const { return i / stride % extent; }
  /// round(x / scale) + zero, not yet clamped.
  T level(T x, int64_t c) const {
    T quotient = x / scale[c];
    return (floors ? std::floor(quotient) : std::nearbyint(quotient)) + T(zero.valueAt(c));
  }

  const T *scale;
  const Tensor &zero;
  bool floors;
  T min, max;
  int64_t stride = 1, extent = 1;
};

LogicalResult reference::evaluateOp(FakeQuantizeOp op, Operands operands, Results results) {
  withFloat(results[0].elementType(), [&](auto type) {
    using T = decltype(type);
    FakeGrid<T> grid(op, operands[0], operands[1], operands[2]);
    const T *x = operands[0].data<T>();
    T *y = results[0].data<T>();
    for (int64_t i = 0; i < results[0].size(); ++i) {
      int64_t c = grid.channel(i);
      T q = grid.level(x[i], c);
      q = q < grid.min ? grid.min : q > grid.max ? grid.max : q; // NaN stays NaN
      y[i] = (q - T(operands[2].valueAt(c))) * grid.scale[c];
    }
  });
  return success();
}

LogicalResult reference::evaluateOp(FakeQuantizeGradientOp op, Operands operands, Results results) {
  withFloat(results[0].elementType(), [&](auto type) {
    using T = decltype(type);
    FakeGrid<T> grid(op, operands[1], operands[2], operands[3]);
    const T *dy = operands[0].data<T>(), *x = operands[1].data<T>();
    T *dx = results[0].data<T>();
    for (int64_t i = 0; i < results[0].size(); ++i) {
      T q = grid.level(x[i], grid.channel(i));
      dx[i] = q >= grid.min && q <= grid.max ? dy[i] : T(0);
    }
  });
  return success();
}

LogicalResult reference::evaluateOp(QuantizeOp op, Operands operands, Results results) {
  const Tensor &x = operands[0];
  Tensor &y = results[0];
  Grid grid(y.elementType());
  ChannelOf channel(grid, y);
  bool floors = op.getRounding() == RoundingRule::Floor;
  withFloat(x.elementType(), [&](auto from) {
    using T = decltype(from);
    withElement(y, [&](auto to) {
      for (int64_t i = 0; i < y.size(); ++i) {
        int64_t c = channel(i);
        T quotient = x.data<T>()[i] / T(grid.scale(c));
        y.data<decltype(to)>()[i] =
            grid.clamp(floors ? std::floor(quotient) : std::nearbyint(quotient), grid.zero(c));
      }
    });
  });
  return success();
}

LogicalResult reference::evaluateOp(DequantizeOp op, Operands operands, Results results) {
  Tensor q = centered(operands[0]);
  Grid grid(operands[0].elementType());
  ChannelOf channel(grid, q);
  withFloat(results[0].elementType(), [&](auto type) {
    using T = decltype(type);
    for (int64_t i = 0; i < q.size(); ++i)
      results[0].data<T>()[i] = T(q.data<int32_t>()[i]) * T(grid.scale(channel(i)));
  });
  return success();
}
