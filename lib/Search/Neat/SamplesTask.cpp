// Learning from samples: classification and regression, sixteen networks at a time.
#include "penjing/Search/Neat/LaneNetworks.h"
#include "penjing/Search/Neat/Tasks.h"

#include <algorithm>
#include <cmath>

using namespace penjing;
using namespace penjing::neat;

namespace {

class SamplesTask : public Task {
public:
  SamplesTask(Samples samples, double enough, uint64_t limit)
      : samples(std::move(samples)), enough(enough), limit(limit), networks(shape()) {}

  Shape shape() const override { return {samples.features, samples.targets, false}; }
  uint64_t evaluationLimit() const override { return limit; }
  std::optional<Winner> evaluate(llvm::ArrayRef<Genome> genomes, llvm::MutableArrayRef<double> fitness) override;

private:
  Samples samples;
  double enough;
  uint64_t limit;
  LaneNetworks networks;
};

std::optional<Winner> SamplesTask::evaluate(llvm::ArrayRef<Genome> genomes, llvm::MutableArrayRef<double> fitness) {
  std::vector<Lanes> inputs(samples.features), outputs(samples.targets);
  std::optional<Winner> winner;
  for (size_t begin = 0; begin < genomes.size(); begin += kLanes) {
    size_t lanes = std::min<size_t>(kLanes, genomes.size() - begin);
    for (unsigned lane = 0; lane < lanes; ++lane)
      networks.load(lane, genomes[begin + lane]);
    double squares[kLanes] = {};
    size_t right[kLanes] = {};
    for (size_t sample = 0; sample < samples.count(); ++sample) {
      const float *x = &samples.inputs[sample * samples.features], *y = &samples.outputs[sample * samples.targets];
      for (uint32_t k = 0; k < samples.features; ++k)
        inputs[k] = Lanes::splat(x[k]);
      networks.run(inputs, outputs);
      uint32_t best[kLanes] = {};
      for (uint32_t k = 0; k < samples.targets; ++k)
        for (unsigned lane = 0; lane < kLanes; ++lane) {
          double error = double(outputs[k][lane]) - y[k];
          squares[lane] += error * error;
          if (outputs[k][lane] > outputs[best[lane]][lane])
            best[lane] = k;
        }
      for (unsigned lane = 0; lane < kLanes; ++lane)
        right[lane] += y[best[lane]] == 1;
    }
    for (unsigned lane = 0; lane < lanes; ++lane) {
      double error = squares[lane] / double(samples.count() * samples.targets);
      fitness[begin + lane] = 1 / (1 + 4 * error);
      double reached = samples.classes ? double(right[lane]) / double(samples.count()) : 1 - error;
      if (reached >= enough && !winner)
        winner = Winner{uint32_t(begin + lane), 0};
    }
  }
  return winner;
}

} // namespace

std::unique_ptr<Task> penjing::neat::samplesTask(Samples samples, double enough, uint64_t evaluationLimit) {
  return std::make_unique<SamplesTask>(std::move(samples), enough, evaluationLimit);
}

static constexpr int64_t kMaxClasses = 1024, kMaxColumns = 1 << 16;

llvm::Expected<Samples> penjing::neat::samplesFromArrays(llvm::ArrayRef<NamedArray> arrays, bool classes) {
  const Array *x = findArray(arrays, "x"), *y = findArray(arrays, "y");
  if (!x || !y)
    return llvm::createStringError("requires arrays 'x' and 'y', but got others");
  int64_t count = x->rank() ? x->shape()[0] : 0;
  if (x->rank() < 2 || !count || int64_t(x->size()) / count > kMaxColumns || x->size() == 0)
    return llvm::createStringError("requires 'x' of samples x at most " + llvm::Twine(kMaxColumns) +
                                   " features, but got " + shapeText(x->shape()));
  if (y->rank() < 1 || y->rank() > (classes ? 1 : 2) || y->shape()[0] != count || y->size() == 0 ||
      int64_t(y->size()) / count > kMaxColumns)
    return llvm::createStringError("requires 'y' of as many rows as 'x' has, but got " + shapeText(y->shape()) + " for " +
                                   shapeText(x->shape()));
  Samples samples;
  samples.classes = classes;
  samples.features = uint32_t(int64_t(x->size()) / count);
  for (uint64_t i = 0; i < x->size(); ++i) {
    samples.inputs.push_back(float(x->valueAt(i)));
    if (!std::isfinite(samples.inputs.back()))
      return llvm::createStringError("requires finite samples, but got " + std::to_string(x->valueAt(i)));
  }
  double largest = 0;
  for (uint64_t i = 0; i < y->size(); ++i) {
    double value = y->valueAt(i);
    bool legal = classes ? value >= 0 && value < kMaxClasses && value == std::floor(value) : value >= 0 && value <= 1;
    if (!legal)
      return llvm::createStringError(llvm::Twine(classes ? "requires classes from 0 to 1023 as 'y', but got "
                                                         : "requires numbers in [0, 1] as 'y', but got ") +
                                     std::to_string(value));
    largest = std::max(largest, value);
  }
  samples.targets = classes ? uint32_t(largest) + 1 : uint32_t(int64_t(y->size()) / count);
  if (uint64_t(count) * samples.targets > (1u << 28))
    return llvm::createStringError("requires at most 2^28 targets of all samples, but got " +
                                   llvm::Twine(uint64_t(count) * samples.targets));
  samples.outputs.assign(size_t(count) * samples.targets, 0);
  for (uint64_t i = 0; i < y->size(); ++i)
    if (classes)
      samples.outputs[i * samples.targets + size_t(y->valueAt(i))] = 1;
    else
      samples.outputs[i] = float(y->valueAt(i));
  return samples;
}
