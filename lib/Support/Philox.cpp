// Philox4x32-10 and the distributions on it; only operations that IEEE 754
// defines exactly, so that every machine draws the same numbers.
#include "penjing/Support/Philox.h"

#include "penjing/Support/PortableMath.h"

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
