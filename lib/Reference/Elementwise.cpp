// Elementwise ops: arithmetic with broadcasting, activations, selection, casts.
#include "Elements.h"
#include "Evaluators.h"
#include "Grid.h"

#include <limits>

using namespace mlir;
using namespace penjing;
using namespace penjing::reference;

/// f on floats and wrapping integers; booleans keep their lowest bit.
template <typename F> static LogicalResult arithmetic(Operands operands, Tensor &result, F &&f) {
  withRing(result, [&](auto type) {
    using T = decltype(type);
    map<T, T>(result, operands[0], operands[1], [&](T a, T b) {
      if constexpr (std::is_integral_v<T>)
        return T(f(uint64_t(a), uint64_t(b)));
      else
        return f(a, b);
    });
  });
  if (result.elementType().isInteger(1))
    map<uint8_t, uint8_t>(result, result, [](uint8_t a) { return a & 1; });
  return success();
}

/// combine(t, u) of operands brought to the result's scale, rounded to its grid.
template <typename F> static LogicalResult quantizedSum(Operands operands, Tensor &result, F &&combine) {
  Tensor a = centered(operands[0]), b = centered(operands[1]);
  Grid ga(operands[0].elementType()), gb(operands[1].elementType()), gy(result.elementType());
  float ma = float(ga.scale(0) / gy.scale(0)), mb = float(gb.scale(0) / gy.scale(0));
  withElement(result, [&](auto type) {
    map<decltype(type), int32_t>(result, a, b, [&](int32_t qa, int32_t qb) {
      return gy.nearest(combine(float(qa) * ma, float(qb) * mb), gy.zero(0));
    });
  });
  return success();
}

LogicalResult reference::evaluateOp(AddOp op, Operands operands, Results results) {
  auto add = [](auto a, auto b) { return a + b; };
  if (!isQuantized(op.getType()) && !isQuantized(op.getLhs().getType()) && !isQuantized(op.getRhs().getType()))
    return arithmetic(operands, results[0], add);
  if (failed(requireAllQuantized(op)))
    return failure();
  return quantizedSum(operands, results[0], add);
}

LogicalResult reference::evaluateOp(SubOp op, Operands operands, Results results) {
  auto subtract = [](auto a, auto b) { return a - b; };
  if (!isQuantized(op.getType()) && !isQuantized(op.getLhs().getType()) && !isQuantized(op.getRhs().getType()))
    return arithmetic(operands, results[0], subtract);
  if (failed(requireAllQuantized(op)))
    return failure();
  return quantizedSum(operands, results[0], subtract);
}

LogicalResult reference::evaluateOp(MulOp op, Operands operands, Results results) {
  if (!isQuantized(op.getType()) && !isQuantized(op.getLhs().getType()) && !isQuantized(op.getRhs().getType()))
    return arithmetic(operands, results[0], [](auto a, auto b) { return a * b; });
  if (failed(requireAllQuantized(op)))
    return failure();
  Tensor a = centered(operands[0]), b = centered(operands[1]);
  Grid ga(operands[0].elementType()), gb(operands[1].elementType()), gy(results[0].elementType());
  float multiplier = float(ga.scale(0) * gb.scale(0) / gy.scale(0));
  withElement(results[0], [&](auto type) {
    map<decltype(type), int32_t>(results[0], a, b, [&](int32_t qa, int32_t qb) {
      return gy.nearest(float(int32_t(uint32_t(qa) * uint32_t(qb))) * multiplier, gy.zero(0));
    });
  });
  return success();
}

LogicalResult reference::evaluateOp(DivOp op, Operands operands, Results results) {
  if (isQuantized(op.getLhs().getType()) || isQuantized(op.getRhs().getType()) || isQuantized(op.getType()))
    return op.emitOpError() << "requires operands that are not quantized, but got " << op->getOperandTypes();
  withElement(results[0], [&](auto type) {
    using T = decltype(type);
    map<T, T>(results[0], operands[0], operands[1], [](T a, T b) -> T {
      if constexpr (std::is_integral_v<T>) {
        if (b == 0)
          return T(0);
        if (std::is_signed_v<T> && b == T(-1))
          return T(-uint64_t(a)); // the least integer wraps
      }
      return a / b;
    });
  });
  return success();
}

LogicalResult reference::evaluateOp(ReluOp op, Operands operands, Results results) {
  const Tensor &x = operands[0];
  if (!isQuantized(op.getInput().getType()) && !isQuantized(op.getType())) {
    withFloat(x.elementType(), [&](auto type) {
      using T = decltype(type);
      map<T, T>(results[0], x, [](T v) { return v > 0 ? v : T(0); });
    });
    return success();
  }
  if (failed(requireAllQuantized(op)))
    return failure();
  Grid gx(x.elementType()), gy(results[0].elementType());
  if (x.elementType() == results[0].elementType()) {
    ChannelOf channel(gx, x);
    withElement(x, [&](auto type) {
      using T = decltype(type);
      for (int64_t i = 0; i < x.size(); ++i)
        results[0].data<T>()[i] = std::max<T>(x.data<T>()[i], gx.zero(channel(i)));
    });
    return success();
  }
  Tensor q = centered(x);
  map<int32_t, int32_t>(q, q, [](int32_t v) { return std::max(v, 0); });
  requantize(results[0], q, {float(gx.scale(0) / gy.scale(0))}, [](int64_t) { return 0; });
  return success();
}

/// An op on floats alone.
template <typename F> static LogicalResult floatOnly(Operation *op, Operands operands, Results results, F &&f) {
  if (isQuantized(op->getOperand(0).getType()) || isQuantized(op->getResult(0).getType()))
    return op->emitOpError() << "requires a float operand and result, but got " << op->getOperand(0).getType()
                             << " and " << op->getResult(0).getType();
  withFloat(results[0].elementType(), [&](auto type) {
    using T = decltype(type);
    map<T, T>(results[0], operands[0], [&](T x) { return T(f(double(x))); });
  });
  return success();
}

LogicalResult reference::evaluateOp(ExpOp op, Operands operands, Results results) {
  return floatOnly(op, operands, results, [](double x) { return std::exp(x); });
}
LogicalResult reference::evaluateOp(LogOp op, Operands operands, Results results) {
  return floatOnly(op, operands, results, [](double x) { return std::log(x); });
}
LogicalResult reference::evaluateOp(SqrtOp op, Operands operands, Results results) {
  // The root in f64 rounded to f32 is the root in f32: 53 >= 2 · 24 + 2 bits.
  return floatOnly(op, operands, results, [](double x) { return std::sqrt(x); });
}
LogicalResult reference::evaluateOp(SigmoidOp op, Operands operands, Results results) {
  return floatOnly(op, operands, results, [](double x) { return 1 / (1 + std::exp(-x)); });
}
LogicalResult reference::evaluateOp(TanhOp op, Operands operands, Results results) {
  return floatOnly(op, operands, results, [](double x) { return std::tanh(x); });
}
LogicalResult reference::evaluateOp(NegOp op, Operands operands, Results results) {
  return floatOnly(op, operands, results, [](double x) { return -x; });
}

LogicalResult reference::evaluateOp(ClipOp op, Operands operands, Results results) {
  const Tensor &x = operands[0];
  auto clip = [&](auto type, auto bounds) {
    using T = decltype(type);
    map<T, T>(results[0], x, [&](T v) {
      v = bounds.first && v < *bounds.first ? *bounds.first : v;
      return bounds.second && v > *bounds.second ? *bounds.second : v;
    });
  };
  auto min = op.getMin(), max = op.getMax();
  if (x.elementType() != results[0].elementType())
    return op.emitOpError() << "requires a result of the input's element type, but got " << op.getType()
                            << " for " << op.getInput().getType();
  if (!isQuantized(op.getInput().getType())) {
    withFloat(x.elementType(), [&](auto type) {
      std::optional<decltype(type)> low, high;
      if (min)
        low = min->convertToDouble();
      if (max)
        high = max->convertToDouble();
      clip(type, std::pair(low, high));
    });
    return success();
  }
  Grid grid(x.elementType());
  auto bound = [&](const llvm::APFloat &value) {
    return grid.clamp(std::nearbyint(value.convertToDouble() / grid.scale(0)), grid.zero(0));
  };
  withElement(x, [&](auto type) {
    using T = decltype(type);
    clip(type, std::pair(std::optional<T>(min ? bound(*min) : grid.min),
                         std::optional<T>(max ? bound(*max) : grid.max)));
  });
  return success();
}

template <typename T> static bool compare(ComparePredicate predicate, T a, T b) {
  switch (predicate) {
  case ComparePredicate::EQ: return a == b;
  case ComparePredicate::NE: return a != b;
  case ComparePredicate::LT: return a < b;
  case ComparePredicate::LE: return a <= b;
  case ComparePredicate::GT: return a > b;
  case ComparePredicate::GE: return a >= b;
  }
  llvm_unreachable("a comparison");
}

LogicalResult reference::evaluateOp(CompareOp op, Operands operands, Results results) {
  withElement(operands[0], [&](auto type) {
    using T = decltype(type);
    map<uint8_t, T>(results[0], operands[0], operands[1],
                    [&](T a, T b) { return compare(op.getPredicate(), a, b); });
  });
  return success();
}

LogicalResult reference::evaluateOp(SelectOp op, Operands operands, Results results) {
  Tensor &y = results[0];
  std::array<Strides, 4> strides{rowMajor(y.shape())};
  for (int k = 0; k < 3; ++k)
    strides[k + 1] = broadcastStrides(operands[k].shape(), y.shape());
  withBits(y.elementBytes(), [&](auto bits) {
    using T = decltype(bits);
    const uint8_t *m = operands[0].data<uint8_t>();
    const T *a = operands[1].data<T>(), *b = operands[2].data<T>();
    forEachRow(y.shape(), strides, [&](const auto &at, int64_t length, const auto &step) {
      for (int64_t i = 0; i < length; ++i)
        y.data<T>()[at[0] + i] =
            m[at[1] + i * step[1]] ? a[at[2] + i * step[2]] : b[at[3] + i * step[3]];
    });
  });
  return success();
}

/// Float to integer: towards zero, saturating, NaN gives 0; otherwise as C++ converts.
template <typename To, typename From> static To castTo(From x) {
  if constexpr (std::is_floating_point_v<From> && std::is_integral_v<To>) {
    if (x != x)
      return 0;
    // The bounds as powers of two, which both float types hold exactly.
    From end = std::ldexp(From(1), std::numeric_limits<To>::digits);
    if (x >= end)
      return std::numeric_limits<To>::max();
    if (x <= (std::is_signed_v<To> ? -end : From(0)))
      return std::numeric_limits<To>::min();
  }
  return To(x);
}

LogicalResult reference::evaluateOp(CastOp op, Operands operands, Results results) {
  bool toBool = results[0].elementType().isInteger(1);
  withElement(operands[0], [&](auto from) {
    using From = decltype(from);
    withElement(results[0], [&](auto to) {
      using To = decltype(to);
      map<To, From>(results[0], operands[0], [&](From x) { return toBool ? To(x != 0) : castTo<To>(x); });
    });
  });
  return success();
}

LogicalResult reference::evaluateOp(MaskedOp op, Operands operands, Results results) {
  withFloat(results[0].elementType(), [&](auto type) {
    using T = decltype(type);
    const uint8_t *mask = operands[1].data<uint8_t>();
    for (int64_t i = 0; i < results[0].size(); ++i)
      results[0].data<T>()[i] = mask[i] ? operands[0].data<T>()[i] : T(0);
  });
  return success();
}
