// The recurrent controller as a searcher: samples rollouts from its policy, and moves
// the policy by REINFORCE towards those that beat a moving average.
#include "ControllerCode.h"
#include "Draws.h"
#include "SearchState.h"
#include "Searchers.h"

#include "penjing/Support/FlushDenormals.h"
#include "penjing/Train/Optimizer.h"

#include <cmath>

using namespace penjing;

namespace {
/// Initial values are uniform in plus and minus this (Zoph and Le 2017).
constexpr float kInitial = 0.08f;
constexpr double kRate = 0.01;
/// Weight of a rollout's entropy beside its normalized advantage.
constexpr float kEntropy = 0.1f;
constexpr double kBaselineDecay = 0.9;
/// A point far from the baseline counts as one so many mean distances away.
constexpr double kLargestAdvantage = 2;
/// Batches of rollouts sampled for one question before what is missing is made by
/// changing single decisions.
constexpr unsigned kBatches = 8;
constexpr unsigned kChanges = 20;

class RnnController : public Searcher {
public:
  RnnController(std::shared_ptr<const ControllerCode> given, uint64_t seed)
      : code(std::move(given)), options(code->shape().options), draws(seed), buffers(code->makeBuffers()),
        optimizer(optimizerOptions(), sizes(buffers)) {
    for (auto [index, value] : llvm::enumerate(buffers.values)) {
      Philox numbers(seed, RandomPurpose::Initialize, index);
      for (uint64_t i = 0; i < value.size(); ++i)
        value.data<float>()[i] = numbers.uniform(i, -kInitial, kInitial);
    }
  }

  std::vector<Proposal> ask(unsigned count) override;
  void tell(llvm::ArrayRef<Outcome> outcomes) override;
  llvm::json::Value save() const override;
  llvm::Error restore(const llvm::json::Value &state) override;

private:
  static OptimizerOptions optimizerOptions() {
    OptimizerOptions options;
    options.kind = OptimizerKind::AdamW;
    return options;
  }
  static std::vector<uint64_t> sizes(const ControllerCode::Buffers &buffers) {
    std::vector<uint64_t> result;
    for (const Array &value : buffers.values)
      result.push_back(value.size());
    return result;
  }
  std::vector<std::string> names() const {
    std::vector<std::string> result;
    for (const TensorDescription &parameter : code->parameters())
      result.push_back(parameter.name);
    return result;
  }
  /// What the rollouts count: the cube of the share of known points that are worse (Zoph
  /// and Le cube the accuracy; the share has no scale). A failed trial is worst.
  std::vector<double> standings() const;
  double advantageOf(double reward) const;
  void learn(llvm::ArrayRef<Proposal> batch, llvm::ArrayRef<float> advantages);

  std::shared_ptr<const ControllerCode> code;
  llvm::ArrayRef<uint32_t> options;
  Draws draws;
  ControllerCode::Buffers buffers;
  Optimizer optimizer;
  double baseline = 0, spread = 0; ///< moving averages of the reward and of its distance from it
  uint64_t updates = 0;
  KnownRewards known;
  std::vector<Proposal> rollouts; ///< of the last question, known points included
};
} // namespace

std::vector<Proposal> RnnController::ask(unsigned count) {
  rollouts.clear();
  std::vector<Proposal> fresh;
  auto isFresh = [&](const Proposal &p) { return !known.count(p) && !llvm::is_contained(fresh, p); };
  for (unsigned batch = 0; batch < kBatches && fresh.size() < count; ++batch)
    for (Proposal &proposal : code->sample(buffers, [&] { return draws.uniform(); })) {
      if (fresh.size() == count)
        break;
      if (isFresh(proposal))
        fresh.push_back(proposal);
      rollouts.push_back(std::move(proposal));
    }
  // The policy repeats itself: neighbours of what it repeats.
  while (fresh.size() < count) {
    Proposal proposal = rollouts[draws.below(rollouts.size())];
    for (unsigned change = 0; change < kChanges && !isFresh(proposal); ++change)
      draws.mutate(proposal, options);
    fresh.push_back(std::move(proposal));
  }
  return fresh;
}

std::vector<double> RnnController::standings() const {
  std::vector<std::optional<double>> ranked;
  for (const auto &[point, reward] : known)
    ranked.push_back(reward);
  llvm::sort(ranked);
  std::vector<double> result;
  for (const Proposal &rollout : rollouts) {
    auto found = known.find(rollout);
    if (found == known.end()) {
      result.push_back(0);
      continue;
    }
    auto equal = std::equal_range(ranked.begin(), ranked.end(), found->second);
    double below = ((equal.first - ranked.begin()) + (equal.second - ranked.begin())) / 2.0;
    double share = below / ranked.size();
    result.push_back(share * share * share);
  }
  return result;
}

double RnnController::advantageOf(double reward) const {
  return std::clamp(spread > 0 ? (reward - baseline) / spread : 0, -kLargestAdvantage, kLargestAdvantage);
}

void RnnController::tell(llvm::ArrayRef<Outcome> outcomes) {
  for (const Outcome &outcome : outcomes)
    known[outcome.proposal] = outcome.reward;
  if (rollouts.empty())
    return;
  std::vector<double> rewards = standings();
  double mean = 0;
  for (double reward : rewards)
    mean += reward / rewards.size();
  double decay = updates ? kBaselineDecay : 0;
  double distance = 0;
  for (double reward : rewards)
    distance += std::fabs(reward - (updates ? baseline : mean)) / rewards.size();
  spread = decay * spread + (1 - decay) * distance;
  if (!updates)
    baseline = mean;
  std::vector<float> advantages;
  for (double reward : rewards)
    advantages.push_back(advantageOf(reward));
  size_t size = code->shape().rollouts;
  for (size_t from = 0; from < rollouts.size(); from += size) {
    size_t taken = std::min(size, rollouts.size() - from);
    learn(llvm::ArrayRef(rollouts).slice(from, taken), llvm::ArrayRef(advantages).slice(from, taken));
  }
  baseline = decay * baseline + (1 - decay) * mean;
  ++updates;
  rollouts.clear();
}

void RnnController::learn(llvm::ArrayRef<Proposal> batch, llvm::ArrayRef<float> advantages) {
  float share = 1.0f / batch.size();
  std::vector<float> shares;
  for (float advantage : advantages)
    shares.push_back(advantage * share);
  code->differentiate(buffers, batch, shares, kEntropy * share);
  std::vector<TrainedParameter> parameters;
  for (auto [value, gradient] : llvm::zip_equal(buffers.values, buffers.gradients))
    parameters.push_back({{value.data<float>(), value.size()}, {gradient.data<float>(), gradient.size()}, {}});
  FlushDenormals flushing;
  optimizer.step(kRate, parameters);
}

llvm::json::Value RnnController::save() const {
  llvm::json::Object state{{"seed", draws.seed}, {"draws", draws.position}, {"baseline", baseline}, {"spread", spread},
                           {"updates", updates},      {"known", toJson(known)}};
  for (auto [parameter, value] : llvm::zip_equal(code->parameters(), buffers.values))
    state[parameter.name] = toJson(llvm::ArrayRef(value.data<float>(), value.size()));
  for (const NamedArray &slot : optimizer.state(names()))
    state[slot.name] = slot.array.kind() == ElementKind::U64
                           ? llvm::json::Value(*slot.array.data<uint64_t>())
                           : toJson(llvm::ArrayRef(slot.array.data<float>(), slot.array.size()));
  return state;
}

llvm::Error RnnController::restore(const llvm::json::Value &state) {
  StateReader reader(state, options);
  reader.read("seed", draws.seed);
  reader.read("draws", draws.position);
  reader.read("baseline", baseline);
  reader.read("spread", spread);
  reader.read("updates", updates);
  reader.read("known", known);
  for (auto [parameter, value] : llvm::zip_equal(code->parameters(), buffers.values))
    reader.read(parameter.name, llvm::MutableArrayRef(value.data<float>(), value.size()));
  std::vector<NamedArray> slots;
  for (const NamedArray &slot : optimizer.state(names())) {
    slots.push_back({slot.name, Array(slot.array.kind(), slot.array.shape())});
    Array &array = slots.back().array;
    if (array.kind() == ElementKind::U64)
      reader.read(slot.name, *array.data<uint64_t>());
    else
      reader.read(slot.name, llvm::MutableArrayRef(array.data<float>(), array.size()));
  }
  rollouts.clear();
  if (llvm::Error error = reader.finish())
    return error;
  return optimizer.restore(names(), slots);
}

llvm::Expected<SearcherFactory> penjing::createRnnControllers(llvm::ArrayRef<uint32_t> options) {
  ControllerShape shape;
  shape.options = options.vec();
  auto code = ControllerCode::compile(shape);
  if (!code)
    return code.takeError();
  return SearcherFactory([code = *code](uint64_t seed) { return std::make_unique<RnnController>(code, seed); });
}
