// The controller's compiled gradient against central differences of the f64
// interpreter, and its sampling against the probabilities its loss is made of.
#include "ControllerCode.h"

#include "penjing/Dialect/Penjing/Forms.h"
#include "penjing/Reference/Interpreter.h"
#include "penjing/Support/Philox.h"

#include "gtest/gtest.h"

#include <cmath>
#include <map>

using namespace mlir;
using namespace penjing;

namespace {

ControllerShape smallShape() {
  ControllerShape shape;
  shape.options = {3, 1, 4, 2};
  shape.rollouts = 3;
  shape.hidden = 5;
  return shape;
}

/// Fills all values with normal numbers of this deviation.
void draw(ControllerCode::Buffers &buffers, double deviation) {
  for (auto [index, value] : llvm::enumerate(buffers.values)) {
    Philox numbers(11, RandomPurpose::Test, index);
    for (uint64_t i = 0; i < value.size(); ++i)
      value.data<float>()[i] = deviation * numbers.normal(i);
  }
}

/// The loss module evaluated in f64.
class ReferenceLoss {
public:
  ReferenceLoss(const ControllerCode &code, const ControllerCode::Buffers &buffers) {
    DialectRegistry registry;
    registry.insert<PenjingDialect, func::FuncDialect>();
    context.appendDialectRegistry(registry);
    context.loadAllAvailableDialects();
    module = buildControllerLoss(&context, code.shape());
    for (auto [parameter, value] : llvm::zip_equal(code.parameters(), buffers.values))
      values[parameter.name] = asTensor(value);
    for (const Array *input : {&buffers.tokens, &buffers.advantage, &buffers.entropy}) {
      auto type = cast<RankedTensorType>((*getEntryFunction(*module)).getArgumentTypes()[inputs.size()]);
      inputs.push_back(asTensor(*input).reshaped(type.getShape()));
    }
  }

  double at(llvm::StringRef name, uint64_t index, double change) {
    Tensor &tensor = values[name];
    double before = tensor.valueAt(index);
    tensor.setValue(index, before + change);
    InterpreterOptions options;
    options.precision = Precision::Float64;
    options.parameters = &values;
    auto results = evaluate(*getEntryFunction(*module), inputs, options);
    tensor.setValue(index, before);
    EXPECT_TRUE(succeeded(results));
    return results->front().valueAt(0);
  }

private:
  Tensor asTensor(const Array &array) {
    Tensor tensor(Float64Type::get(&context), array.shape());
    for (uint64_t i = 0; i < array.size(); ++i)
      tensor.setValue(i, array.valueAt(i));
    return tensor;
  }

  MLIRContext context;
  OwningOpRef<ModuleOp> module;
  llvm::StringMap<Tensor> values;
  llvm::SmallVector<Tensor> inputs;
};

TEST(Controller, GradientIsThatOfTheLoss) {
  auto code = llvm::cantFail(ControllerCode::compile(smallShape()));
  auto buffers = code->makeBuffers();
  draw(buffers, 0.5);
  // The third rollout is left out: its row must not count.
  std::vector<Proposal> rollouts = {{2, 0, 3, 1}, {0, 0, 1, 1}};
  float loss = code->differentiate(buffers, rollouts, {1.5f, -0.75f}, 0.3f);
  ReferenceLoss reference(*code, buffers);
  EXPECT_NEAR(loss, reference.at("heads", 0, 0), 1e-5);
  Philox numbers(1, RandomPurpose::Test);
  constexpr double step = 1e-5;
  for (auto [place, parameter] : llvm::enumerate(code->parameters())) {
    const Array &gradient = buffers.gradients[place];
    double largest = 0;
    for (unsigned i = 0; i < 40; ++i) {
      uint64_t index = numbers.below(place * 40 + i, gradient.size());
      double expected =
          (reference.at(parameter.name, index, step) - reference.at(parameter.name, index, -step)) / (2 * step);
      largest = std::max(largest, std::fabs(expected));
      EXPECT_NEAR(gradient.valueAt(index), expected, 2e-5) << parameter.name << "[" << index << "]";
    }
    EXPECT_GT(largest, 1e-3) << parameter.name << " has no gradient to compare";
  }
}

TEST(Controller, LossIsThatOfTheSampledProbabilities) {
  auto code = llvm::cantFail(ControllerCode::compile(smallShape()));
  auto buffers = code->makeBuffers();
  draw(buffers, 1);
  uint64_t next = 0;
  Philox numbers(2, RandomPurpose::Test);
  std::map<Proposal, unsigned> counts;
  constexpr unsigned batches = 4000;
  for (unsigned batch = 0; batch < batches; ++batch)
    for (Proposal &proposal : code->sample(buffers, [&] { return numbers.uniformDouble(next++); }))
      ++counts[proposal];
  EXPECT_GT(counts.size(), 12u);
  // -loss of a rollout of advantage 1 is its log-probability.
  double total = 0;
  for (const auto &[proposal, count] : counts) {
    double probability = std::exp(-code->differentiate(buffers, {proposal}, {1.0f}, 0));
    total += probability;
    double n = 3 * batches, deviation = std::sqrt(n * probability * (1 - probability));
    EXPECT_NEAR(count, n * probability, 5 * deviation + 1);
  }
  EXPECT_NEAR(total, 1, 0.01);
}

TEST(Controller, EntropyAloneLeadsToUniformChoices) {
  auto code = llvm::cantFail(ControllerCode::compile(smallShape()));
  auto buffers = code->makeBuffers();
  draw(buffers, 1);
  std::vector<Proposal> rollouts = {{2, 0, 3, 1}, {0, 0, 1, 1}, {1, 0, 0, 0}};
  float loss = 0;
  for (unsigned step = 0; step < 400; ++step) {
    loss = code->differentiate(buffers, rollouts, {0, 0, 0}, 1.0f / 3);
    for (auto [value, gradient] : llvm::zip_equal(buffers.values, buffers.gradients))
      for (uint64_t i = 0; i < value.size(); ++i)
        value.data<float>()[i] -= 0.2f * gradient.data<float>()[i];
  }
  EXPECT_NEAR(loss, -std::log(3.0 * 4 * 2), 1e-3);
}

} // namespace
