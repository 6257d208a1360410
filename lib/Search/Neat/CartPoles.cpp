// Equations of motion of poles on a cart (Wieland 1991, as in the appendix of
// Stanley & Miikkulainen 2002) and their integration, sixteen carts at once.
#include "penjing/Search/Neat/CartPoles.h"

#include "Vector.h"

using namespace penjing::neat;

static constexpr float kGravity = -9.8f, kCartMass = 1, kHinge = 0.000002f, kStep = 0.01f;

namespace {

/// Mass (kg), half length (m).
struct Pole {
  float mass, length;
};

struct Motion {
  Vector v[6];
};

/// What a pole adds to the cart's equation.
struct Swing {
  Vector force, mass, cosine, pull;
};

} // namespace

static constexpr Pole kPoles[2] = {{0.1f, 0.5f}, {0.01f, 0.05f}};

PENJING_NEAT_INLINE void swing(Swing &s, const Pole &p, const Vector &angle, const Vector &speed) {
  Vector sine;
  smallSine(sine, angle);
  smallCosine(s.cosine, angle);
  float moment = p.mass * p.length;
  s.pull = speed * (kHinge / moment) + sine * kGravity;
  s.force = speed * speed * sine * moment + s.cosine * s.pull * (0.75f * p.mass);
  s.mass = (1.0f - s.cosine * s.cosine * 0.75f) * p.mass;
}

template <int poles> PENJING_NEAT_INLINE void derivative(Motion &d, const Motion &s, const Vector &force) {
  Swing swings[poles];
  Vector push = force, mass = Vector{} + kCartMass;
  for (int k = 0; k < poles; ++k) {
    swing(swings[k], kPoles[k], s.v[2 + 2 * k], s.v[3 + 2 * k]);
    push += swings[k].force;
    mass += swings[k].mass;
  }
  d.v[0] = s.v[1];
  d.v[1] = push / mass;
  for (int k = 0; k < poles; ++k) {
    d.v[2 + 2 * k] = s.v[3 + 2 * k];
    d.v[3 + 2 * k] = (d.v[1] * swings[k].cosine + swings[k].pull) * (-0.75f / kPoles[k].length);
  }
}

template <int poles> PENJING_NEAT_INLINE void move(Motion &y, const Motion &s, const Motion &d, float time) {
  for (int k = 0; k < 2 + 2 * poles; ++k)
    y.v[k] = s.v[k] + d.v[k] * time;
}

/// A step of the classic Runge-Kutta method of order 4.
template <int poles> PENJING_NEAT_INLINE void integrate(Motion &s, const Vector &force) {
  Motion k1, k2, k3, k4, at;
  derivative<poles>(k1, s, force);
  move<poles>(at, s, k1, kStep / 2);
  derivative<poles>(k2, at, force);
  move<poles>(at, s, k2, kStep / 2);
  derivative<poles>(k3, at, force);
  move<poles>(at, s, k3, kStep);
  derivative<poles>(k4, at, force);
  for (int k = 0; k < 2 + 2 * poles; ++k)
    s.v[k] += (k1.v[k] + (k2.v[k] + k3.v[k]) * 2.0f + k4.v[k]) * (kStep / 6);
}

template <int poles> PENJING_NEAT_INLINE void pushBody(Lanes *state, const Lanes &newtons) {
  Motion s;
  Vector force;
  load(force, newtons);
  for (int k = 0; k < 2 + 2 * poles; ++k)
    load(s.v[k], state[k]);
  integrate<poles>(s, force);
  integrate<poles>(s, force);
  for (int k = 0; k < 2 + 2 * poles; ++k)
    store(state[k], s.v[k]);
}

PENJING_NEAT_VARIANTS(pushOne, pushBody<1>, (Lanes * state, const Lanes &force), (state, force))
PENJING_NEAT_VARIANTS(pushTwo, pushBody<2>, (Lanes * state, const Lanes &force), (state, force))

void CartPoles::push(const Lanes &force, unsigned poles) {
  poles == 2 ? pushTwo(state, force) : pushOne(state, force);
}
