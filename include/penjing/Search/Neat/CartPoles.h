// Sixteen carts with one or two poles each, simulated together.
#ifndef PENJING_SEARCH_NEAT_CARTPOLES_H
#define PENJING_SEARCH_NEAT_CARTPOLES_H

#include "penjing/Search/Neat/Lanes.h"

#include <array>

namespace penjing::neat {

/// Place and speed of the cart (m, m/s), angle and speed of the long and the short
/// pole (rad, rad/s).
using PoleState = std::array<float, 6>;

inline constexpr float kDegree = 0.017453292519943295f;

struct CartPoles {
  Lanes state[6];

  void place(unsigned lane, const PoleState &start) {
    for (unsigned k = 0; k < 6; ++k)
      state[k][lane] = start[k];
  }
  /// Applies a force (N) for 0.02 s: two steps of RK4, 0.01 s each. With one pole the
  /// short one has no mass and stands still.
  void push(const Lanes &force, unsigned poles);
};

} // namespace penjing::neat

#endif // PENJING_SEARCH_NEAT_CARTPOLES_H
