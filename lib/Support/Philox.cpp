// Philox4x32-10 and the distributions on it; only operations that IEEE 754
// defines exactly, so that every machine draws the same numbers.
#include "penjing/Support/Philox.h"

#include <cassert>
#include <cmath>
#include <numeric>
#include <utility>

using namespace penjing;

PhiloxBlock penjing::philox4x32(PhiloxBlock c, std::array<uint32_t, 2> key) {
  for (int round = 0; round < 10; ++round) {
    uint64_t left = uint64_t(0xD2511F53) * c[0];
    uint64_t right = uint64_t(0xCD9E8D57) * c[2];
    c = {uint32_t(right >> 32) ^ c[1] ^ key[0], uint32_t(right),
         uint32_t(left >> 32) ^ c[3] ^ key[1], uint32_t(left)};
    key[0] += 0x9E3779B9;
    key[1] += 0xBB67AE85;
  }
  return c;
}

PhiloxBlock Philox::block(uint64_t index) const {
  return philox4x32({uint32_t(index), uint32_t(index >> 32), step, stream},
                    {uint32_t(seed), uint32_t(seed >> 32)});
}

uint64_t Philox::bits64(uint64_t index) const {
  PhiloxBlock b = block(index / 2);
  unsigned half = 2 * (index % 2);
  return uint64_t(b[half + 1]) << 32 | b[half];
}

float Philox::uniform(uint64_t index) const {
  return float(bits(index) >> 8) * 0x1p-24f;
}

float Philox::uniform(uint64_t index, float low, float high) const {
  float value = low + (high - low) * uniform(index);
  // Rounding may reach the open end.
  return value < high || low == high ? value : std::nextafterf(high, low);
}

double Philox::uniformDouble(uint64_t index) const {
  return double(bits64(index) >> 11) * 0x1p-53;
}

/// ln(x) for normal positive x, by the series of atanh on the mantissa in
/// [1/sqrt 2, sqrt 2): at most 2e-16 relative there. Libraries differ, this
/// does not.
static double portableLog(double x) {
  int exponent;
  double m = std::frexp(x, &exponent);
  if (m < 0.70710678118654752) {
    m *= 2;
    --exponent;
  }
  double s = (m - 1) / (m + 1), square = s * s, sum = 0;
  for (int k = 25; k >= 1; k -= 2)
    sum = sum * square + 1.0 / k;
  return 2 * s * sum + exponent * 0.69314718055994531;
}

/// cos(2 pi t) for t in [0, 1), by Taylor's series within an eighth of a turn.
static double portableCosTurns(double t) {
  int octant = int(t * 8);
  // Quadrant's nearest multiple of a quarter turn, and the rest in [-1/8, 1/8].
  int quarter = (octant + 1) / 2;
  double a = (t - quarter * 0.25) * 6.283185307179586477, square = a * a;
  double cosine = 1, sine = 1;
  for (int k = 18; k >= 2; k -= 2)
    cosine = 1 - cosine * square / (k * (k - 1));
  for (int k = 19; k >= 3; k -= 2)
    sine = 1 - sine * square / (k * (k - 1));
  sine *= a;
  switch (quarter % 4) {
  case 0:
    return cosine;
  case 1:
    return -sine;
  case 2:
    return -cosine;
  default:
    return sine;
  }
}

double Philox::normal(uint64_t index) const {
  // 1 - u lies in (0, 1]: its logarithm exists.
  double radius = std::sqrt(-2 * portableLog(1 - uniformDouble(2 * index)));
  return radius * portableCosTurns(uniformDouble(2 * index + 1));
}

uint64_t Philox::below(uint64_t index, uint64_t bound) const {
  assert(bound != 0 && "an empty range has no numbers");
  return uint64_t((unsigned __int128)(bits64(index)) * bound >> 64);
}

std::vector<uint32_t> Philox::permutation(uint32_t size) const {
  std::vector<uint32_t> order(size);
  std::iota(order.begin(), order.end(), 0);
  for (uint32_t i = size; i > 1; --i)
    std::swap(order[i - 1], order[below(i - 1, i)]);
  return order;
}
