// The user's own fitness function as a task.
#include "penjing/Search/Neat/LaneNetworks.h"
#include "penjing/Search/Neat/Task.h"

#include "llvm/ADT/STLExtras.h"

using namespace penjing::neat;

struct Network::State {
  LaneNetworks networks;
  std::vector<Lanes> inputs, outputs;
};

Network::Network(const Shape &shape, const Genome &genome)
    : state(new State{LaneNetworks(shape), std::vector<Lanes>(shape.inputs, Lanes::splat(0)),
                      std::vector<Lanes>(shape.outputs, Lanes::splat(0))}) {
  state->networks.load(0, genome);
}

Network::~Network() = default;

std::vector<float> Network::step(llvm::ArrayRef<float> inputs) {
  for (auto [lanes, value] : llvm::zip(state->inputs, inputs))
    lanes[0] = value;
  state->networks.run(state->inputs, state->outputs);
  std::vector<float> outputs;
  for (const Lanes &lanes : state->outputs)
    outputs.push_back(lanes[0]);
  return outputs;
}

namespace {

class FunctionTask : public Task {
public:
  FunctionTask(const Shape &shape, std::function<double(Network &)> function, double enough, uint64_t limit,
               const Parameters &parameters)
      : taskShape(shape), function(std::move(function)), enough(enough), limit(limit), own(parameters) {}

  Shape shape() const override { return taskShape; }
  Parameters parameters() const override { return own; }
  uint64_t evaluationLimit() const override { return limit; }

  std::optional<Winner> evaluate(llvm::ArrayRef<Genome> genomes, llvm::MutableArrayRef<double> fitness) override {
    std::optional<Winner> winner;
    for (auto [index, genome] : llvm::enumerate(genomes)) {
      Network network(taskShape, genome);
      fitness[index] = function(network);
      if (fitness[index] >= enough && !winner)
        winner = Winner{uint32_t(index), 0};
    }
    return winner;
  }

private:
  Shape taskShape;
  std::function<double(Network &)> function;
  double enough;
  uint64_t limit;
  Parameters own;
};

} // namespace

std::unique_ptr<Task> penjing::neat::functionTask(const Shape &shape, std::function<double(Network &)> fitness,
                                                  double enough, uint64_t evaluationLimit,
                                                  const Parameters &parameters) {
  return std::make_unique<FunctionTask>(shape, std::move(fitness), enough, evaluationLimit, parameters);
}
