// exp, log, tanh, erf and rounding as polynomials. Coefficients without a
// source are Chebyshev interpolants, rounded to f32.
#include "MathFunctions.h"

#include "FloatExpression.h"

#include <limits>

using namespace mlir;
using penjing::FloatExpression;
using arith::CmpFPredicate;

/// 1.5 * 2^23: adding it rounds a small float to an integer, half to even,
/// and leaves that integer in the low bits.
static constexpr float roundingMagic = 12582912.0f;
static constexpr int32_t roundingMagicBits = 0x4b400000;

/// exp(x) = 2^n exp(r), |r| <= ln 2 / 2; the scale in two halves, so that the
/// ends of the range overflow and underflow by themselves.
Value penjing::expandExp(ImplicitLocOpBuilder &builder, Value x) {
  FloatExpression f(builder, x);
  // Beyond these bounds the result is infinite or zero anyway; NaN passes.
  Value high = f.constant(104.0f), low = f.constant(-104.0f);
  x = f.select(f.compare(CmpFPredicate::OGT, x, high), high, x);
  x = f.select(f.compare(CmpFPredicate::OLT, x, low), low, x);
  Value shifted = f.add(f.mul(x, f.constant(1.44269504f)),
                        f.constant(roundingMagic));
  Value n = f.sub(shifted, f.constant(roundingMagic));
  // ln 2 in two parts: n times the first is exact.
  Value r = f.sub(x, f.mul(n, f.constant(0x1.62e400p-1f)));
  r = f.sub(r, f.mul(n, f.constant(0x1.7f7d1cp-20f)));
  Value tail = f.mul(
      f.mul(r, r),
      f.polynomial(r, {0x1.0p-1f, 0x1.555556p-3f, 0x1.5554e8p-5f,
                       0x1.1110e0p-7f, 0x1.6d44b2p-10f, 0x1.a12652p-13f}));
  Value value = f.add(f.add(tail, r), f.constant(1.0f));
  Value exponent =
      f.subBits(f.bits(shifted), f.integer(roundingMagicBits));
  Value half = f.shiftRight(exponent, 1);
  auto scale = [&](Value power) {
    return f.fromBits(f.shiftLeft(f.addBits(power, f.integer(127)), 23));
  };
  value = f.mul(value, scale(half));
  return f.mul(value, scale(f.subBits(exponent, half)));
}

/// FreeBSD's e_logf.c: x = 2^k (1 + f) with sqrt(1/2) < 1 + f < sqrt(2), and
/// log(1 + f) by its series in s = f / (2 + f).
Value penjing::expandLog(ImplicitLocOpBuilder &builder, Value x) {
  FloatExpression f(builder, x);
  constexpr int32_t one = 0x3f800000, rootHalf = 0x3f3504f3;
  Value shifted = f.addBits(f.bits(x), f.integer(one - rootHalf));
  Value k = f.subBits(f.shiftRight(shifted, 23), f.integer(127));
  Value mantissa = f.fromBits(
      f.addBits(f.andBits(shifted, 0x007fffff), f.integer(rootHalf)));
  Value fraction = f.sub(mantissa, f.constant(1.0f));
  Value s = f.div(fraction, f.add(f.constant(2.0f), fraction));
  Value z = f.mul(s, s);
  Value series = f.mul(
      z, f.polynomial(z, {0xaaaaaa.0p-24f, 0xccce13.0p-25f, 0x91e9ee.0p-25f,
                          0xf89e26.0p-26f}));
  Value halfSquare =
      f.mul(f.constant(0.5f), f.mul(fraction, fraction));
  Value power = arith::SIToFPOp::create(builder, x.getType(), k);
  // s (halfSquare + series) + k ln2_low - halfSquare + fraction + k ln2_high.
  Value sum = f.mul(s, f.add(halfSquare, series));
  sum = f.add(sum, f.mul(power, f.constant(9.0580006145e-06f)));
  sum = f.add(f.sub(sum, halfSquare), fraction);
  sum = f.add(sum, f.mul(power, f.constant(6.9313812256e-01f)));

  constexpr float infinity = std::numeric_limits<float>::infinity();
  Value zero = f.constant(0.0f);
  sum = f.select(f.compare(CmpFPredicate::OEQ, x, f.constant(infinity)), x, sum);
  sum = f.select(f.compare(CmpFPredicate::OEQ, x, zero),
                 f.constant(-infinity), sum);
  Value invalid =
      f.constant(std::numeric_limits<float>::quiet_NaN());
  // Unordered or below zero.
  return f.select(f.compare(CmpFPredicate::ULT, x, zero), invalid, sum);
}

/// An odd polynomial near zero, 1 - 2 / (exp(2|x|) + 1) beyond.
Value penjing::expandTanh(ImplicitLocOpBuilder &builder, Value x) {
  FloatExpression f(builder, x);
  Value magnitude = f.absolute(x);
  Value square = f.mul(x, x);
  Value near = f.add(
      f.mul(f.mul(x, square),
            f.polynomial(square, {-0x1.555556p-2f, 0x1.1110e4p-3f,
                                  -0x1.ba0718p-5f, 0x1.648e8ep-6f,
                                  -0x1.10bbf4p-7f, 0x1.2977d8p-9f})),
      x);
  Value one = f.constant(1.0f), two = f.constant(2.0f);
  Value exponential = expandExp(builder, f.mul(two, magnitude));
  Value far = f.sub(one, f.div(two, f.add(exponential, one)));
  far = f.withSign(far, x);
  return f.select(
      f.compare(CmpFPredicate::OLT, magnitude, f.constant(0.625f)), near, far);
}

/// An odd polynomial up to 1; beyond, 1 - exp(p(|x| - 1)), p = log erfc.
Value penjing::expandErf(ImplicitLocOpBuilder &builder, Value x) {
  FloatExpression f(builder, x);
  Value magnitude = f.absolute(x);
  Value square = f.mul(x, x);
  Value near = f.add(
      f.mul(x, f.polynomial(square, {0x1.06eba8p-3f, -0x1.812746p-2f,
                                     0x1.ce2f08p-4f, -0x1.b829c8p-6f,
                                     0x1.562a60p-8f, -0x1.bccf66p-11f,
                                     0x1.d88750p-14f, -0x1.445f48p-17f})),
      x);
  // From 4 on the result is 1.
  Value four = f.constant(4.0f);
  Value capped = f.select(f.compare(CmpFPredicate::OGT, magnitude, four), four,
                          magnitude);
  Value distance = f.sub(capped, f.constant(1.0f));
  Value logarithm = f.polynomial(
      distance, {-0x1.d97fc0p+0f, -0x1.51c9b2p+1f, -0x1.afab6cp-1f,
                 -0x1.5496a6p-5f, 0x1.4a3ac8p-7f, -0x1.0d42e6p-9f,
                 0x1.4fcba8p-12f, -0x1.147ed8p-15f, 0x1.b77830p-20f});
  Value far = f.sub(f.constant(1.0f), expandExp(builder, logarithm));
  far = f.withSign(far, x);
  return f.select(f.compare(CmpFPredicate::OLT, magnitude, f.constant(1.0f)),
                  near, far);
}

/// Up to 2^23 by adding and subtracting it; larger floats are integers.
Value penjing::expandRoundEven(ImplicitLocOpBuilder &builder, Value x) {
  FloatExpression f(builder, x);
  Value limit = f.constant(8388608.0f);
  Value magnitude = f.absolute(x);
  Value rounded = f.sub(f.add(magnitude, limit), limit);
  rounded = f.withSign(rounded, x);
  return f.select(f.compare(CmpFPredicate::OLT, magnitude, limit), rounded, x);
}

/// The whole number next to x, less one where that lies above x.
Value penjing::expandFloor(ImplicitLocOpBuilder &builder, Value x) {
  FloatExpression f(builder, x);
  Value nearest = expandRoundEven(builder, x);
  Value below = f.sub(nearest, f.constant(1.0f));
  return f.select(f.compare(CmpFPredicate::OGT, nearest, x), below, nearest);
}

/// The floor seen from the other side; its zeros keep the sign.
Value penjing::expandCeil(ImplicitLocOpBuilder &builder, Value x) {
  Value negated = arith::NegFOp::create(builder, x);
  return arith::NegFOp::create(builder, expandFloor(builder, negated));
}

Value penjing::expandTrunc(ImplicitLocOpBuilder &builder, Value x) {
  FloatExpression f(builder, x);
  return f.withSign(expandFloor(builder, f.absolute(x)), x);
}
