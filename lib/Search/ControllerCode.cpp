// Compiles the controller's modules and calls them.
#include "ControllerCode.h"

#include "penjing/Transforms/Gradient/DifferentiableOpInterface.h"
#include "penjing/Transforms/Gradient/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/DialectRegistry.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"

#include <cstring>

using namespace mlir;
using namespace penjing;

static FailureOr<std::unique_ptr<CompiledModule>> compileForTraining(ModuleOp module) {
  CompileOptions options;
  options.target = trainingTarget();
  options.parameters = ParameterSource::Arguments;
  return penjing::compile(module, options);
}

static LogicalResult differentiateModule(ModuleOp module) {
  PassManager passes(module.getContext(), ModuleOp::getOperationName());
  passes.addPass(createDifferentiate());
  passes.addPass(createCSEPass());
  return passes.run(module);
}

llvm::Expected<std::shared_ptr<const ControllerCode>> ControllerCode::compile(const ControllerShape &shape) {
  DialectRegistry registry;
  registry.insert<PenjingDialect, arith::ArithDialect, func::FuncDialect, tensor::TensorDialect>();
  registerGradientRules(registry);
  MLIRContext context(registry, MLIRContext::Threading::DISABLED);
  context.loadAllAvailableDialects();
  std::string message;
  ScopedDiagnosticHandler handler(&context, [&](Diagnostic &diagnostic) {
    message += (message.empty() ? "" : "; ") + diagnostic.str();
    return success();
  });
  auto result = std::make_shared<ControllerCode>();
  result->theShape = shape;
  OwningOpRef<ModuleOp> cell = buildControllerCell(&context, shape);
  OwningOpRef<ModuleOp> loss = buildControllerLoss(&context, shape);
  auto compiledCell = compileForTraining(*cell);
  if (failed(compiledCell) || failed(differentiateModule(*loss)))
    return llvm::createStringError(message);
  auto compiledStep = compileForTraining(*loss);
  if (failed(compiledStep))
    return llvm::createStringError(message);
  result->cell = std::move(*compiledCell);
  result->step = std::move(*compiledStep);
  return result;
}

ControllerCode::Buffers ControllerCode::makeBuffers() const {
  Buffers buffers;
  for (const TensorDescription &parameter : parameters()) {
    buffers.values.emplace_back(ElementKind::F32, parameter.shape);
    buffers.gradients.emplace_back(ElementKind::F32, parameter.shape);
  }
  const int64_t rollouts = theShape.rollouts, decisions = theShape.options.size();
  buffers.cellArena = Array(ElementKind::U8, {static_cast<int64_t>(cell->arenaBytes())});
  buffers.stepArena = Array(ElementKind::U8, {static_cast<int64_t>(step->arenaBytes())});
  buffers.token = Array(ElementKind::F32, {rollouts, theShape.tokens()});
  buffers.state = Array(ElementKind::F32, {4, rollouts, theShape.hidden});
  buffers.nextState = Array(ElementKind::F32, {4, rollouts, theShape.hidden});
  buffers.weights = Array(ElementKind::F32, {rollouts, theShape.optionTokens()});
  buffers.tokens = Array(ElementKind::F32, {decisions + 1, rollouts, theShape.tokens()});
  buffers.advantage = Array(ElementKind::F32, {rollouts, 1});
  buffers.entropy = Array(ElementKind::F32, {rollouts, 1});
  return buffers;
}

/// Index of the first of `weights` at which their running sum passes `share` of it.
static uint32_t pick(llvm::ArrayRef<float> weights, double share) {
  double sum = 0;
  for (float weight : weights)
    sum += weight;
  double left = share * sum;
  for (uint32_t index = 0; index + 1 < weights.size(); ++index) {
    left -= weights[index];
    if (left < 0)
      return index;
  }
  return weights.size() - 1;
}

std::vector<Proposal> ControllerCode::sample(Buffers &buffers, llvm::function_ref<double()> uniform) const {
  const int64_t rollouts = theShape.rollouts, tokens = theShape.tokens(), options = theShape.optionTokens();
  std::vector<Proposal> proposals(rollouts);
  std::vector<int64_t> last(rollouts, theShape.beginToken());
  std::memset(buffers.state.bytes(), 0, buffers.state.byteSize());
  float *token = buffers.token.data<float>();
  auto parts = [&](Array &state) {
    char *bytes = state.bytes();
    uint64_t size = state.byteSize() / 4;
    return std::array<char *, 4>{bytes, bytes + size, bytes + 2 * size, bytes + 3 * size};
  };
  std::vector<const void *> values;
  for (const TensorDescription &parameter : cell->parameters())
    for (auto [description, value] : llvm::zip_equal(parameters(), buffers.values))
      if (description.name == parameter.name)
        values.push_back(value.bytes());
  int64_t first = 0;
  for (uint32_t count : theShape.options) {
    std::memset(token, 0, buffers.token.byteSize());
    for (int64_t row = 0; row < rollouts; ++row)
      token[row * tokens + last[row]] = 1;
    auto from = parts(buffers.state), to = parts(buffers.nextState);
    cell->run({token, from[0], from[1], from[2], from[3]},
              {buffers.weights.bytes(), to[0], to[1], to[2], to[3]}, values, 1, buffers.cellArena.bytes());
    std::swap(buffers.state, buffers.nextState);
    for (int64_t row = 0; row < rollouts; ++row) {
      const float *weights = buffers.weights.data<float>() + row * options + first;
      uint32_t option = pick({weights, count}, uniform());
      proposals[row].push_back(option);
      last[row] = first + option;
    }
    first += count;
  }
  return proposals;
}

float ControllerCode::differentiate(Buffers &buffers, llvm::ArrayRef<Proposal> given,
                                    llvm::ArrayRef<float> advantages, float entropy) const {
  const int64_t rollouts = theShape.rollouts, tokens = theShape.tokens();
  assert(given.size() <= static_cast<size_t>(rollouts) && given.size() == advantages.size());
  std::memset(buffers.tokens.bytes(), 0, buffers.tokens.byteSize());
  std::memset(buffers.advantage.bytes(), 0, buffers.advantage.byteSize());
  std::memset(buffers.entropy.bytes(), 0, buffers.entropy.byteSize());
  float *table = buffers.tokens.data<float>();
  for (auto [row, proposal] : llvm::enumerate(given)) {
    int64_t first = 0, step = 1;
    table[row * tokens + theShape.beginToken()] = 1;
    for (auto [option, count] : llvm::zip_equal(proposal, theShape.options)) {
      table[(step * rollouts + row) * tokens + first + option] = 1;
      first += count;
      ++step;
    }
    buffers.advantage.data<float>()[row] = advantages[row];
    buffers.entropy.data<float>()[row] = entropy;
  }
  float loss = 0;
  std::vector<const void *> values;
  for (const Array &value : buffers.values)
    values.push_back(value.bytes());
  std::vector<void *> outputs;
  for (const TensorDescription &output : step->outputs()) {
    llvm::StringRef name = output.name;
    void *to = &loss;
    if (name.consume_front("gradient:"))
      for (auto [parameter, gradient] : llvm::zip_equal(parameters(), buffers.gradients))
        if (parameter.name == name)
          to = gradient.bytes();
    outputs.push_back(to);
  }
  step->run({table, buffers.advantage.bytes(), buffers.entropy.bytes()}, outputs, values, 1,
            buffers.stepArena.bytes());
  return loss;
}
