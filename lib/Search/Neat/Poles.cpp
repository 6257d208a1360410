// Balancing poles on a cart: episodes in sixteen lanes, fitness, and the champion's
// tests.
#include "penjing/Search/Neat/CartPoles.h"
#include "penjing/Search/Neat/LaneNetworks.h"
#include "penjing/Search/Neat/Tasks.h"

#include "llvm/ADT/STLExtras.h"

#include <cmath>

using namespace penjing::neat;

namespace {

constexpr uint32_t kLongTest = 100'000, kShortTest = 1'000, kMotionWindow = 100, kEnoughStarts = 200;

/// One attempt to balance.
struct Episode {
  const Genome *genome;
  PoleState start;
  uint32_t steps = 0; ///< in balance
  float motion = 0;   ///< sum over the last 100 steps of |x| + |x'| + |angle| + |angle'|
};

class Poles : public Task {
public:
  explicit Poles(const PoleOptions &options) : options(options), networks(shape()) {}

  Shape shape() const override {
    return {options.velocities ? 2 + 2 * options.poles : 1 + options.poles, 1, !options.velocities};
  }
  Parameters parameters() const override;
  uint64_t evaluationLimit() const override { return options.velocities ? 200 * parameters().population : 100'000; }
  std::optional<Winner> evaluate(llvm::ArrayRef<Genome> genomes, llvm::MutableArrayRef<double> fitness) override;

private:
  void balance(llvm::MutableArrayRef<Episode> episodes, uint32_t limit);
  void sense(llvm::MutableArrayRef<Lanes> inputs) const;
  uint32_t passedStarts(const Genome &genome);
  float largestAngle() const { return (options.poles == 1 ? 12 : 36) * kDegree; }

  PoleOptions options;
  LaneNetworks networks;
  CartPoles carts;
  Genome lastTested;
};

Parameters Poles::parameters() const {
  Parameters p;
  if (options.velocities || options.poles == 1)
    return p;
  p.population = 1000; // section 4.1
  // Tuned on seeds from 10,000 on. A handful of weights suffices, so structure grows slowly
  // and the steps of weights span two orders of magnitude. Champions are not passed on: a new
  // one is tested every generation. What is not solved in 25 generations seldom is later.
  p.startWeight = 2;
  p.weightDifference = 3, p.threshold = 4, p.targetSpecies = 12;
  p.stagnation = 8, p.populationStagnation = 10, p.restart = 25, p.eliteSpecies = 100'000;
  p.equalFitness = EqualFitness::Smaller;
  p.changedWeights = 0.8f, p.perturbation = 4, p.halvings = 6, p.replacement = 3;
  p.addConnection = 0.03f, p.addNode = 0.003f, p.enable = 0.05f;
  return p;
}

/// States scaled as in the authors' program.
void Poles::sense(llvm::MutableArrayRef<Lanes> inputs) const {
  static constexpr float kScale[6] = {1 / 4.8f, 1 / 2.0f, 1 / 0.52f, 1 / 2.0f, 1 / 0.52f, 1 / 2.0f};
  unsigned input = 0;
  for (unsigned k = 0; k < 2 + 2 * options.poles; ++k) {
    if (k % 2 && !options.velocities)
      continue;
    for (unsigned lane = 0; lane < kLanes; ++lane)
      inputs[input][lane] = carts.state[k][lane] * kScale[k];
    ++input;
  }
}

/// Runs every episode until a pole falls, the cart leaves the track, or `limit` steps.
/// A lane whose episode ends takes the next one.
void Poles::balance(llvm::MutableArrayRef<Episode> episodes, uint32_t limit) {
  std::array<Episode *, kLanes> running{};
  std::array<std::array<float, kMotionWindow>, kLanes> motions;
  size_t next = 0;
  unsigned busy = 0;
  auto refill = [&](unsigned lane) {
    running[lane] = next < episodes.size() ? &episodes[next++] : nullptr;
    // An idle lane keeps an upright, unmoved cart.
    carts.place(lane, running[lane] ? running[lane]->start : PoleState{});
    if (running[lane])
      networks.load(lane, *running[lane]->genome), ++busy;
  };
  for (unsigned lane = 0; lane < kLanes; ++lane)
    refill(lane);
  llvm::SmallVector<Lanes, 6> inputs(shape().inputs);
  while (busy) {
    Lanes output, force;
    sense(inputs);
    networks.run(inputs, output);
    for (unsigned lane = 0; lane < kLanes; ++lane)
      force[lane] = running[lane] ? (output[lane] - 0.5f) * 20 : 0;
    carts.push(force, options.poles);
    float widest = largestAngle();
    for (unsigned lane = 0; lane < kLanes; ++lane) {
      Episode *episode = running[lane];
      if (!episode)
        continue;
      const Lanes *s = carts.state;
      motions[lane][episode->steps % kMotionWindow] =
          std::fabs(s[0][lane]) + std::fabs(s[1][lane]) + std::fabs(s[2][lane]) + std::fabs(s[3][lane]);
      bool inside = std::fabs(s[0][lane]) <= 2.4f && std::fabs(s[2][lane]) <= widest && std::fabs(s[4][lane]) <= widest;
      episode->steps += inside;
      if (inside && episode->steps < limit)
        continue;
      for (float motion : motions[lane])
        episode->motion += motion;
      --busy;
      refill(lane);
    }
  }
}

/// Cells of a lattice over place, speed, angle and angular speed of the long pole.
uint32_t Poles::passedStarts(const Genome &genome) {
  static constexpr float kPlaces[] = {0.05f, 0.25f, 0.5f, 0.75f, 0.95f};
  auto at = [](int index, float range) { return (kPlaces[index] * 2 - 1) * range; };
  std::vector<Episode> episodes;
  for (int cell = 0; cell < 625; ++cell)
    episodes.push_back({&genome,
                        {at(cell / 125, 2.16f), at(cell / 25 % 5, 1.35f), at(cell / 5 % 5, 3.6f * kDegree),
                         at(cell % 5, 8.6f * kDegree), 0, 0}});
  balance(episodes, kShortTest);
  return uint32_t(llvm::count_if(episodes, [](const Episode &e) { return e.steps == kShortTest; }));
}

std::optional<Winner> Poles::evaluate(llvm::ArrayRef<Genome> genomes, llvm::MutableArrayRef<double> fitness) {
  const PoleState start{0, 0, 4.5f * kDegree, 0, 0, 0};
  std::vector<Episode> episodes;
  for (const Genome &genome : genomes)
    episodes.push_back({&genome, start});
  balance(episodes, options.velocities ? kLongTest : kShortTest);
  uint32_t champion = 0;
  for (auto [index, episode] : llvm::enumerate(episodes)) {
    if (options.velocities) {
      fitness[index] = episode.steps;
    } else {
      // Gruau's: 0.1 · time + 0.9 · stillness.
      double stillness = episode.steps < kMotionWindow ? 0 : 0.75 / std::max(double(episode.motion), 1e-9);
      fitness[index] = 0.1 * episode.steps / kShortTest + 0.9 * stillness;
    }
    if (fitness[index] > fitness[champion])
      champion = uint32_t(index);
  }
  if (options.velocities)
    return episodes[champion].steps == kLongTest ? std::optional(Winner{champion, 0}) : std::nullopt;
  // A champion that was passed on unchanged has failed these tests before.
  if (episodes[champion].steps < kShortTest || genomes[champion] == lastTested)
    return std::nullopt;
  lastTested = genomes[champion];
  Episode longTest{&genomes[champion], start};
  balance(longTest, kLongTest);
  if (longTest.steps < kLongTest)
    return std::nullopt;
  uint32_t passed = passedStarts(genomes[champion]);
  return passed >= kEnoughStarts ? std::optional(Winner{champion, passed}) : std::nullopt;
}

} // namespace

std::unique_ptr<Task> penjing::neat::poleTask(const PoleOptions &options) {
  return std::make_unique<Poles>(options);
}
