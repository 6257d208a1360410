// Functions of sixteen lanes in vector registers, from additions, multiplications,
// divisions and integer arithmetic alone: the same bits on every machine. Vectors
// are passed by reference, since how they would be passed depends on the registers.
#ifndef PENJING_LIB_SEARCH_NEAT_VECTOR_H
#define PENJING_LIB_SEARCH_NEAT_VECTOR_H

#include "penjing/Search/Neat/Lanes.h"

#include <cstdint>
#include <cstring>

/// Compiles `body`, an always-inline template or function, for the registers of the
/// baseline, of AVX2 and of AVX-512, as `name`, which calls the widest one that this
/// processor has.
#if defined(__x86_64__)
#define PENJING_NEAT_VARIANTS(name, body, parameters, arguments)                                                       \
  namespace {                                                                                                          \
  [[gnu::target("avx512f")]] void name##512 parameters { body arguments; }                                             \
  [[gnu::target("avx2")]] void name##256 parameters { body arguments; }                                                \
  void name##128 parameters { body arguments; }                                                                        \
  void name parameters {                                                                                               \
    __builtin_cpu_supports("avx512f") ? name##512 arguments                                                            \
    : __builtin_cpu_supports("avx2")  ? name##256 arguments                                                            \
                                      : name##128 arguments;                                                           \
  }                                                                                                                    \
  }
#else
#define PENJING_NEAT_VARIANTS(name, body, parameters, arguments)                                                       \
  namespace {                                                                                                          \
  void name parameters { body arguments; }                                                                             \
  }
#endif

#define PENJING_NEAT_INLINE [[gnu::always_inline]] static inline

namespace penjing::neat {

typedef float Vector __attribute__((vector_size(kLanes * sizeof(float))));
typedef int32_t IntegerVector __attribute__((vector_size(kLanes * sizeof(int32_t))));

PENJING_NEAT_INLINE void load(Vector &vector, const Lanes &lanes) { std::memcpy(&vector, lanes.v, sizeof vector); }
PENJING_NEAT_INLINE void store(Lanes &lanes, const Vector &vector) { std::memcpy(lanes.v, &vector, sizeof vector); }

/// y = exp(x) of x in [-87, 0], at most 1.3 units in the last place: the polynomial
/// of the compiled `pj.exp`.
PENJING_NEAT_INLINE void exponential(Vector &y, const Vector &x) {
  constexpr float magic = 12582912.0f; // 1.5 · 2^23 rounds what it is added to
  Vector shifted = x * 1.44269504f + magic, n = shifted - magic;
  Vector r = (x - n * 0x1.62e400p-1f) - n * 0x1.7f7d1cp-20f;
  Vector p = r * 0x1.a12652p-13f + 0x1.6d44b2p-10f;
  p = p * r + 0x1.1110e0p-7f;
  p = p * r + 0x1.5554e8p-5f;
  p = p * r + 0x1.555556p-3f;
  p = p * r + 0x1.0p-1f;
  Vector value = (r * r * p + r) + 1.0f;
  IntegerVector power = (reinterpret_cast<IntegerVector &>(shifted) - 0x4b400000 + 127) << 23;
  y = value * reinterpret_cast<Vector &>(power);
}

/// y = 1 / (1 + exp(-x)), at most 2.5 units in the last place.
PENJING_NEAT_INLINE void logistic(Vector &y, const Vector &x) {
  // Minus the magnitude, no less than -87: there the result is 0 or 1 anyway.
  Vector e = x < 0 ? x : -x, one = Vector{} + 1.0f;
  e = e > -87.0f ? e : one * -87.0f;
  exponential(e, e);
  y = (x < 0 ? e : one) / (e + 1.0f);
}

/// Sine and cosine of |x| <= 1.2 by Taylor's series, within 3e-7.
PENJING_NEAT_INLINE void smallSine(Vector &y, const Vector &x) {
  Vector s = x * x;
  y = x * (((((s * (1.0f / 362880) - 1.0f / 5040) * s + 1.0f / 120) * s) - 1.0f / 6) * s + 1.0f);
}
PENJING_NEAT_INLINE void smallCosine(Vector &y, const Vector &x) {
  Vector s = x * x;
  y = ((((s * (-1.0f / 3628800) + 1.0f / 40320) * s - 1.0f / 720) * s + 1.0f / 24) * s - 0.5f) * s + 1.0f;
}

} // namespace penjing::neat

#endif // PENJING_LIB_SEARCH_NEAT_VECTOR_H
