// Exclusive or, sixteen networks at a time.
#include "penjing/Search/Neat/LaneNetworks.h"
#include "penjing/Search/Neat/Tasks.h"

#include <cmath>

using namespace penjing::neat;

namespace {

class Xor : public Task {
public:
  explicit Xor(std::optional<double> leastFitness) : leastFitness(leastFitness), networks(shape()) {}

  Shape shape() const override { return {2, 1, false}; }
  Parameters parameters() const override;
  uint64_t evaluationLimit() const override { return 200 * uint64_t(parameters().population); }
  std::optional<Winner> evaluate(llvm::ArrayRef<Genome> genomes, llvm::MutableArrayRef<double> fitness) override;

private:
  std::optional<double> leastFitness;
  LaneNetworks networks;
};

Parameters Xor::parameters() const {
  // Tuned on seeds from 10,000 on: finer species, larger and rarer steps of weights, more
  // connections and fewer nodes than the paper's, the smaller of two equal parents.
  Parameters p;
  p.startWeight = 4;
  p.weightDifference = 3, p.threshold = 4, p.targetSpecies = 12;
  p.survival = 0.1f, p.stagnation = 8;
  p.equalFitness = EqualFitness::Smaller;
  p.perturb = 0.8f, p.replacement = 8;
  p.addConnection = 0.2f, p.addNode = 0.02f, p.enable = 0.1f;
  return p;
}

std::optional<Winner> Xor::evaluate(llvm::ArrayRef<Genome> genomes, llvm::MutableArrayRef<double> fitness) {
  std::optional<Winner> winner;
  for (size_t begin = 0; begin < genomes.size(); begin += kLanes) {
    size_t lanes = std::min<size_t>(kLanes, genomes.size() - begin);
    for (unsigned lane = 0; lane < lanes; ++lane)
      networks.load(lane, genomes[begin + lane]);
    double errors[kLanes] = {}, squares[kLanes] = {};
    unsigned right[kLanes] = {};
    for (unsigned pattern = 0; pattern < 4; ++pattern) {
      unsigned a = pattern & 1, b = pattern >> 1;
      Lanes inputs[2] = {Lanes::splat(float(a)), Lanes::splat(float(b))}, output;
      networks.run(inputs, output);
      for (unsigned lane = 0; lane < kLanes; ++lane) {
        double error = std::fabs(double(a ^ b) - output[lane]);
        errors[lane] += error;
        squares[lane] += error * error;
        right[lane] += error < 0.5;
      }
    }
    for (unsigned lane = 0; lane < lanes; ++lane) {
      fitness[begin + lane] = (4 - errors[lane]) * (4 - errors[lane]);
      bool solved = leastFitness ? 4 - squares[lane] >= *leastFitness : right[lane] == 4;
      if (solved && !winner)
        winner = Winner{uint32_t(begin + lane), 0};
    }
  }
  return winner;
}

} // namespace

std::unique_ptr<Task> penjing::neat::xorTask(std::optional<double> leastFitness) {
  return std::make_unique<Xor>(leastFitness);
}
