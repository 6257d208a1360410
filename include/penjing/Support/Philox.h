// The project's one source of randomness: Philox4x32-10, a counter-based
// generator (Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as easy as
// 1, 2, 3", SC 2011). A number depends on its address alone, never on history.
#ifndef PENJING_SUPPORT_PHILOX_H
#define PENJING_SUPPORT_PHILOX_H

#include <array>
#include <cstdint>
#include <vector>

namespace penjing {

using PhiloxBlock = std::array<uint32_t, 4>;

/// The 128 random bits at `counter` under `key`: ten rounds of Philox4x32.
PhiloxBlock philox4x32(PhiloxBlock counter, std::array<uint32_t, 2> key);

/// What a random number is for. Two purposes never share a stream, so adding a
/// draw to one leaves the other's numbers alone.
enum class RandomPurpose : uint32_t {
  Initialize = 1, ///< values of parameters; step = ordinal of the parameter
  Shuffle = 2,    ///< order of the samples; step = epoch
  Augment = 3,    ///< flips and shifts; step = epoch
  Validation = 4, ///< which samples are held out
  Calibration = 5,
  Dropout = 6,
  Search = 7,
  Test = 8,
};

/// Random numbers addressed by (seed, stream, step, index); a value type
/// without state. The result is the same on every machine: only integer
/// arithmetic and IEEE add, multiply, divide and square root are used.
class Philox {
public:
  Philox(uint64_t seed, uint32_t stream, uint32_t step = 0)
      : seed(seed), stream(stream), step(step) {}
  Philox(uint64_t seed, RandomPurpose purpose, uint32_t step = 0)
      : Philox(seed, static_cast<uint32_t>(purpose), step) {}

  /// 32 random bits.
  uint32_t bits(uint64_t index) const { return block(index / 4)[index % 4]; }
  /// 64 random bits (indices of `bits` and `bits64` share their numbers).
  uint64_t bits64(uint64_t index) const;
  /// Uniform in [0, 1), a multiple of 2^-24.
  float uniform(uint64_t index) const;
  /// Uniform in [low, high); the product rounds once, in float.
  float uniform(uint64_t index, float low, float high) const;
  /// Uniform in [0, 1), a multiple of 2^-53.
  double uniformDouble(uint64_t index) const;
  /// Standard normal (Box-Muller on 53 + 53 bits).
  double normal(uint64_t index) const;
  /// Uniform integer in [0, bound); `bound` must not be 0.
  uint64_t below(uint64_t index, uint64_t bound) const;
  /// A uniform permutation of 0 .. size - 1.
  std::vector<uint32_t> permutation(uint32_t size) const;

private:
  PhiloxBlock block(uint64_t index) const;

  uint64_t seed;
  uint32_t stream, step;
};

} // namespace penjing

#endif // PENJING_SUPPORT_PHILOX_H
