// Sixteen numbers side by side: one per network, or per episode.
#ifndef PENJING_SEARCH_NEAT_LANES_H
#define PENJING_SEARCH_NEAT_LANES_H

namespace penjing::neat {

inline constexpr unsigned kLanes = 16;

struct alignas(64) Lanes {
  float v[kLanes];

  float &operator[](unsigned lane) { return v[lane]; }
  float operator[](unsigned lane) const { return v[lane]; }
  static Lanes splat(float value) {
    Lanes result;
    for (float &v : result.v)
      v = value;
    return result;
  }
};

} // namespace penjing::neat

#endif // PENJING_SEARCH_NEAT_LANES_H
