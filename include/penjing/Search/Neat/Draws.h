// A run of random numbers of one individual: addressed by (seed, generation,
// individual), drawn one after another.
#ifndef PENJING_SEARCH_NEAT_DRAWS_H
#define PENJING_SEARCH_NEAT_DRAWS_H

#include "penjing/Support/Philox.h"

namespace penjing::neat {

/// The numbers `Philox(seed, RandomPurpose::Search, generation).bits(i)` for i
/// from `individual` · 2^32 on. One individual's draws never shift another's.
class Draws {
public:
  Draws(uint64_t seed, uint32_t generation, uint32_t individual)
      : key{uint32_t(seed), uint32_t(seed >> 32)}, generation(generation),
        counter(uint64_t(individual) << 30) {}

  uint32_t bits() {
    if (used == 4) {
      block = philox4x32({uint32_t(counter), uint32_t(counter >> 32), generation,
                          uint32_t(RandomPurpose::Search)},
                         key);
      ++counter;
      used = 0;
    }
    return block[used++];
  }
  /// Uniform in [0, 1).
  float uniform() { return float(bits() >> 8) * 0x1p-24f; }
  /// Uniform in [-1, 1).
  float symmetric() { return float(int32_t(bits()) >> 8) * 0x1p-23f; }
  bool chance(float probability) { return uniform() < probability; }
  /// One of 0 .. bound - 1; `bound` must not be 0.
  uint32_t below(uint32_t bound) { return uint32_t(uint64_t(bits()) * bound >> 32); }
  /// A fair coin; 32 of them share a draw.
  bool coin() {
    if (!coinsLeft)
      coins = bits(), coinsLeft = 32;
    bool face = coins & 1;
    coins >>= 1;
    --coinsLeft;
    return face;
  }

private:
  std::array<uint32_t, 2> key;
  uint32_t generation;
  uint64_t counter;
  PhiloxBlock block;
  uint32_t used = 4, coins = 0, coinsLeft = 0;
};

} // namespace penjing::neat

#endif // PENJING_SEARCH_NEAT_DRAWS_H
