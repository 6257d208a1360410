// Elementwise ops on one element: float, integer and quantized.
#include "ScalarBodies.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;
using namespace penjing;
using Build = ImplicitLocOpBuilder;

Value penjing::number(Build &b, Type type, double value) {
  if (auto floating = dyn_cast<FloatType>(type))
    return arith::ConstantOp::create(b, FloatAttr::get(floating, value));
  return arith::ConstantOp::create(b, IntegerAttr::get(type, static_cast<int64_t>(value)));
}

static Value choose(Build &b, Value condition, Value yes, Value no) {
  return arith::SelectOp::create(b, condition, yes, no);
}
static Value compare(Build &b, arith::CmpFPredicate predicate, Value x, Value y) {
  return arith::CmpFOp::create(b, predicate, x, y);
}
/// max(x, bound) and min(x, bound); NaN stays.
static Value atLeast(Build &b, Value x, Value bound) {
  return choose(b, compare(b, arith::CmpFPredicate::OLT, x, bound), bound, x);
}
static Value atMost(Build &b, Value x, Value bound) {
  return choose(b, compare(b, arith::CmpFPredicate::OGT, x, bound), bound, x);
}

static quant::UniformQuantizedType uniform(Type type) {
  return dyn_cast<quant::UniformQuantizedType>(getElementTypeOrSelf(type));
}

Value penjing::centered(Build &b, Value q, Type type) {
  auto quantized = uniform(type);
  Type i32 = b.getI32Type();
  if (q.getType() != i32)
    q = quantized.isSigned() ? Value(arith::ExtSIOp::create(b, i32, q))
                             : Value(arith::ExtUIOp::create(b, i32, q));
  if (quantized.getZeroPoint() == 0)
    return q;
  return arith::SubIOp::create(b, q, number(b, i32, quantized.getZeroPoint()));
}

Value penjing::roundToStorage(Build &b, Value x, Type type, RoundingRule rounding) {
  auto quantized = uniform(type);
  Type i32 = b.getI32Type(), f32 = x.getType();
  int64_t zero = quantized.getZeroPoint();
  Value rounded = rounding == RoundingRule::Floor ? Value(math::FloorOp::create(b, x))
                                                  : Value(math::RoundEvenOp::create(b, x));
  // Clamping the whole number before the zero point is added is the same, and
  // keeps the conversion in range. NaN is not above the least integer: it gives that.
  Value least = number(b, f32, quantized.getStorageTypeMin() - zero);
  rounded = choose(b, compare(b, arith::CmpFPredicate::OGT, rounded, least), rounded, least);
  rounded = atMost(b, rounded, number(b, f32, quantized.getStorageTypeMax() - zero));
  Value q = arith::FPToSIOp::create(b, i32, rounded);
  if (zero)
    q = arith::AddIOp::create(b, q, number(b, i32, zero));
  unsigned width = quantized.getStorageTypeIntegralWidth();
  return width == 32 ? q : Value(arith::TruncIOp::create(b, b.getIntegerType(width), q));
}

static Value toFloat(Build &b, Value i) { return arith::SIToFPOp::create(b, b.getF32Type(), i); }
static Value times(Build &b, Value x, double factor) {
  return arith::MulFOp::create(b, x, number(b, x.getType(), static_cast<float>(factor)));
}

/// The quantized form of add, sub and mul.
static Value quantizedBinary(Build &b, Operation *op, ValueRange v) {
  Type lhs = op->getOperand(0).getType(), rhs = op->getOperand(1).getType();
  Type result = op->getResult(0).getType();
  double sa = uniform(lhs).getScale(), sb = uniform(rhs).getScale(), sy = uniform(result).getScale();
  Value qa = centered(b, v[0], lhs), qb = centered(b, v[1], rhs);
  if (isa<MulOp>(op))
    return roundToStorage(b, times(b, toFloat(b, arith::MulIOp::create(b, qa, qb)), sa * sb / sy), result);
  Value t = times(b, toFloat(b, qa), sa / sy), u = times(b, toFloat(b, qb), sb / sy);
  Value sum = isa<AddOp>(op) ? Value(arith::AddFOp::create(b, t, u)) : Value(arith::SubFOp::create(b, t, u));
  return roundToStorage(b, sum, result);
}

static Value binary(Build &b, Operation *op, ValueRange v) {
  if (uniform(op->getResult(0).getType()))
    return quantizedBinary(b, op, v);
  bool real = isa<FloatType>(v[0].getType());
  if (isa<AddOp>(op))
    return real ? Value(arith::AddFOp::create(b, v[0], v[1])) : Value(arith::AddIOp::create(b, v[0], v[1]));
  if (isa<SubOp>(op))
    return real ? Value(arith::SubFOp::create(b, v[0], v[1])) : Value(arith::SubIOp::create(b, v[0], v[1]));
  if (isa<MulOp>(op))
    return real ? Value(arith::MulFOp::create(b, v[0], v[1])) : Value(arith::MulIOp::create(b, v[0], v[1]));
  if (real)
    return arith::DivFOp::create(b, v[0], v[1]);
  // Up to 32 bits the double quotient, cut off, is the integer one.
  Type type = v[0].getType(), f64 = b.getF64Type();
  Value zero = number(b, type, 0);
  Value none = arith::CmpIOp::create(b, arith::CmpIPredicate::eq, v[1], zero);
  Value divisor = choose(b, none, number(b, type, 1), v[1]);
  bool isUnsigned = getElementTypeOrSelf(op->getResult(0)).isUnsignedInteger();
  auto real64 = [&](Value integer) {
    return isUnsigned ? Value(arith::UIToFPOp::create(b, f64, integer)) : Value(arith::SIToFPOp::create(b, f64, integer));
  };
  Value quotient = arith::DivFOp::create(b, real64(v[0]), real64(divisor));
  Value wide = arith::FPToSIOp::create(b, b.getI64Type(), quotient);
  return choose(b, none, zero, arith::TruncIOp::create(b, type, wide));
}

static Value relu(Build &b, ReluOp op, ValueRange v) {
  if (auto in = uniform(op.getInput().getType())) {
    auto out = uniform(op.getType());
    Type i32 = b.getI32Type();
    Value q = arith::MaxSIOp::create(b, centered(b, v[0], in), number(b, i32, 0));
    if (in != out)
      return roundToStorage(b, times(b, toFloat(b, q), in.getScale() / out.getScale()), out);
    Value back = arith::AddIOp::create(b, q, number(b, i32, in.getZeroPoint()));
    return arith::TruncIOp::create(b, v[0].getType(), back);
  }
  Value zero = number(b, v[0].getType(), 0);
  return choose(b, compare(b, arith::CmpFPredicate::OGT, v[0], zero), v[0], zero);
}

/// By e = exp(-|x|), which never overflows: 1 / (1 + e), or e / (1 + e) below 0.
static Value sigmoid(Build &b, Value x) {
  Value one = number(b, x.getType(), 1), zero = number(b, x.getType(), 0);
  Value e = math::ExpOp::create(b, arith::NegFOp::create(b, math::AbsFOp::create(b, x)));
  Value numerator = choose(b, compare(b, arith::CmpFPredicate::OLT, x, zero), e, one);
  return arith::DivFOp::create(b, numerator, arith::AddFOp::create(b, one, e));
}

static Value clip(Build &b, ClipOp op, ValueRange v) {
  auto min = op.getMin(), max = op.getMax();
  if (auto type = uniform(op.getType())) {
    auto grid = [&](double bound) {
      double q = std::nearbyint(bound / type.getScale()) + type.getZeroPoint();
      return std::clamp<double>(q, type.getStorageTypeMin(), type.getStorageTypeMax()) -
             type.getZeroPoint();
    };
    Type i32 = b.getI32Type();
    Value q = centered(b, v[0], type);
    if (min)
      q = arith::MaxSIOp::create(b, q, number(b, i32, grid(min->convertToDouble())));
    if (max)
      q = arith::MinSIOp::create(b, q, number(b, i32, grid(max->convertToDouble())));
    q = arith::AddIOp::create(b, q, number(b, i32, type.getZeroPoint()));
    return arith::TruncIOp::create(b, v[0].getType(), q);
  }
  Value x = v[0];
  if (min)
    x = atLeast(b, x, number(b, x.getType(), min->convertToDouble()));
  if (max)
    x = atMost(b, x, number(b, x.getType(), max->convertToDouble()));
  return x;
}

static Type elementOf(Value value) { return getElementTypeOrSelf(value.getType()); }

static Value compareValues(Build &b, CompareOp op, ValueRange v) {
  if (isa<FloatType>(v[0].getType())) {
    static constexpr arith::CmpFPredicate table[] = {
        arith::CmpFPredicate::OEQ, arith::CmpFPredicate::UNE, arith::CmpFPredicate::OLT,
        arith::CmpFPredicate::OLE, arith::CmpFPredicate::OGT, arith::CmpFPredicate::OGE};
    return compare(b, table[static_cast<unsigned>(op.getPredicate())], v[0], v[1]);
  }
  // A boolean's true is 1, not -1.
  auto type = dyn_cast<IntegerType>(elementOf(op.getLhs()));
  bool isUnsigned = type && (type.isUnsigned() || type.getWidth() == 1);
  using P = arith::CmpIPredicate;
  static constexpr P table[2][6] = {{P::eq, P::ne, P::slt, P::sle, P::sgt, P::sge},
                                    {P::eq, P::ne, P::ult, P::ule, P::ugt, P::uge}};
  return arith::CmpIOp::create(b, table[isUnsigned][static_cast<unsigned>(op.getPredicate())], v[0], v[1]);
}

/// Float to integer: towards zero, saturating, NaN to 0.
static Value floatToInteger(Build &b, Value x, IntegerType type, bool isUnsigned) {
  Type storage = b.getIntegerType(type.getWidth());
  unsigned width = type.getWidth();
  double low = isUnsigned ? 0 : -std::ldexp(1.0, width - 1);
  double high = std::ldexp(1.0, isUnsigned ? width : width - 1);
  Value inside = atLeast(b, x, number(b, x.getType(), low));
  Value above = compare(b, arith::CmpFPredicate::OGE, x, number(b, x.getType(), high));
  Value nan = compare(b, arith::CmpFPredicate::UNO, x, x);
  Value zero = number(b, x.getType(), 0);
  inside = choose(b, above, zero, choose(b, nan, zero, inside));
  Value converted = isUnsigned ? Value(arith::FPToUIOp::create(b, storage, inside))
                               : Value(arith::FPToSIOp::create(b, storage, inside));
  APInt most = isUnsigned ? APInt::getMaxValue(width) : APInt::getSignedMaxValue(width);
  Value top = arith::ConstantOp::create(b, IntegerAttr::get(storage, most));
  return choose(b, above, top, converted);
}

static Value cast(Build &b, CastOp op, Value x) {
  Type from = elementOf(op.getInput()), to = elementOf(op.getResult());
  auto isUnsigned = [](Type type) { return type.isUnsignedInteger() || type.isInteger(1); };
  if (from == to)
    return x;
  if (to.isInteger(1)) {
    Value zero = number(b, x.getType(), 0);
    if (isa<FloatType>(from))
      return compare(b, arith::CmpFPredicate::UNE, x, zero);
    return arith::CmpIOp::create(b, arith::CmpIPredicate::ne, x, zero);
  }
  if (auto target = dyn_cast<FloatType>(to)) {
    if (auto source = dyn_cast<FloatType>(from)) {
      if (source.getWidth() < target.getWidth())
        return arith::ExtFOp::create(b, target, x);
      return arith::TruncFOp::create(b, target, x);
    }
    return isUnsigned(from) ? Value(arith::UIToFPOp::create(b, target, x))
                            : Value(arith::SIToFPOp::create(b, target, x));
  }
  auto target = ::mlir::cast<IntegerType>(to);
  if (isa<FloatType>(from))
    return floatToInteger(b, x, target, target.isUnsigned());
  Type storage = b.getIntegerType(target.getWidth());
  unsigned width = ::mlir::cast<IntegerType>(from).getWidth();
  if (width == target.getWidth())
    return x;
  if (width > target.getWidth())
    return arith::TruncIOp::create(b, storage, x);
  return isUnsigned(from) ? Value(arith::ExtUIOp::create(b, storage, x))
                          : Value(arith::ExtSIOp::create(b, storage, x));
}

/// round(x / scale) before the zero point, and whether it lies inside the grid.
template <typename Op>
static Value fakeQuantize(Build &b, Op op, Value x, Value scale, Value zero, Value *inside) {
  Type f32 = x.getType();
  int64_t bits = op.getBits();
  double qmin = op.getIsSigned() ? -std::ldexp(1.0, bits - 1) + op.getNarrow() : 0;
  double qmax = op.getIsSigned() ? std::ldexp(1.0, bits - 1) - 1 : std::ldexp(1.0, bits) - 1;
  Value rounded = arith::DivFOp::create(b, x, scale);
  rounded = op.getRounding() == RoundingRule::Floor ? Value(math::FloorOp::create(b, rounded))
                                                    : Value(math::RoundEvenOp::create(b, rounded));
  Value offset = arith::SIToFPOp::create(b, f32, zero);
  Value low = arith::SubFOp::create(b, number(b, f32, qmin), offset);
  Value high = arith::SubFOp::create(b, number(b, f32, qmax), offset);
  if (inside)
    *inside = arith::AndIOp::create(b, compare(b, arith::CmpFPredicate::OGE, rounded, low),
                                    compare(b, arith::CmpFPredicate::OLE, rounded, high));
  return atMost(b, atLeast(b, rounded, low), high);
}

static Value batchNorm(Build &b, BatchNormOp op, ValueRange v) {
  Type type = v[0].getType();
  Value deviation = math::SqrtOp::create(
      b, arith::AddFOp::create(b, v[4], number(b, type, op.getEpsilon().convertToDouble())));
  Value normal = arith::DivFOp::create(b, arith::SubFOp::create(b, v[0], v[3]), deviation);
  return arith::AddFOp::create(b, arith::MulFOp::create(b, normal, v[1]), v[2]);
}

std::string penjing::scalarObstacle(Operation *op) {
  for (Type type : llvm::concat<Type>(llvm::to_vector(op->getOperandTypes()),
                                      llvm::to_vector(op->getResultTypes()))) {
    Type element = getElementTypeOrSelf(type);
    if (isa<quant::QuantizedType>(element) && !uniform(element))
      return "requires values quantized per tensor";
    if (isa<ComplexType>(element))
      return "requires real elements";
    if (isa<DivOp>(op) && isa<IntegerType>(element) && element.getIntOrFloatBitWidth() > 32)
      return "requires integers of up to 32 bits to divide";
    if (isa<ExpOp, LogOp, DivOp, SqrtOp, SigmoidOp, TanhOp, NegOp, SelectOp, CompareOp>(op) && uniform(element))
      return "requires operands that are not quantized";
  }
  return "";
}

/// The element in the types of registers, where a boolean is one bit.
static Value registerBody(Build &b, Operation *op, ValueRange v) {
  return TypeSwitch<Operation *, Value>(op)
      .Case<AddOp, SubOp, MulOp, DivOp>([&](auto) { return binary(b, op, v); })
      .Case([&](ReluOp relu_) { return relu(b, relu_, v); })
      .Case([&](ClipOp clip_) { return clip(b, clip_, v); })
      .Case([&](ExpOp) -> Value { return math::ExpOp::create(b, v[0]); })
      .Case([&](LogOp) -> Value { return math::LogOp::create(b, v[0]); })
      .Case([&](SqrtOp) -> Value { return math::SqrtOp::create(b, v[0]); })
      .Case([&](SigmoidOp) { return sigmoid(b, v[0]); })
      .Case([&](TanhOp) -> Value { return math::TanhOp::create(b, v[0]); })
      .Case([&](NegOp) -> Value { return arith::NegFOp::create(b, v[0]); })
      .Case([&](CompareOp compare_) { return compareValues(b, compare_, v); })
      .Case([&](SelectOp) { return choose(b, v[0], v[1], v[2]); })
      .Case([&](CastOp cast_) { return cast(b, cast_, v[0]); })
      .Case([&](MaskedOp) { return choose(b, v[1], v[0], number(b, v[0].getType(), 0)); })
      .Case([&](FakeQuantizeOp quantize) -> Value {
        // Adding +0 makes a negative zero positive, as an integer would.
        Value q = arith::AddFOp::create(b, fakeQuantize(b, quantize, v[0], v[1], v[2], nullptr),
                                        number(b, v[0].getType(), 0));
        return arith::MulFOp::create(b, q, v[1]);
      })
      .Case([&](FakeQuantizeGradientOp gradient) {
        Value inside;
        fakeQuantize(b, gradient, v[1], v[2], v[3], &inside);
        return choose(b, inside, v[0], number(b, v[0].getType(), 0));
      })
      .Case([&](QuantizeOp quantize) {
        Type type = quantize.getResult().getType();
        double scale = uniform(type).getScale();
        Value x = arith::DivFOp::create(b, v[0], number(b, v[0].getType(), static_cast<float>(scale)));
        return roundToStorage(b, x, type, quantize.getRounding());
      })
      .Case([&](DequantizeOp dequantize) {
        Type type = dequantize.getInput().getType();
        return times(b, toFloat(b, centered(b, v[0], type)), uniform(type).getScale());
      })
      .Case([&](BatchNormOp norm) { return batchNorm(b, norm, v); })
      .Default([](Operation *) { return Value(); });
}

Value penjing::scalarBody(Build &b, Operation *op, ValueRange operands) {
  SmallVector<Value> values(operands);
  for (auto [value, operand] : llvm::zip(values, op->getOperands()))
    if (elementOf(operand).isInteger(1))
      value = arith::CmpIOp::create(b, arith::CmpIPredicate::ne, value, number(b, value.getType(), 0));
  Value result = registerBody(b, op, values);
  if (elementOf(op->getResult(0)).isInteger(1))
    result = arith::ExtUIOp::create(b, b.getI8Type(), result);
  return result;
}
