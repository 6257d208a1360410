// A model with weights drawn at random, passes run on it, and its answers by
// the reference interpreter.
#include "TransformedModel.h"

#include "penjing/Analysis/Channels.h"
#include "penjing/Dialect/Penjing/Forms.h"
#include "penjing/Dialect/Penjing/ParameterValues.h"
#include "penjing/Transforms/Materialize/Passes.h"
#include "penjing/Transforms/Prune/Passes.h"
#include "penjing/Transforms/Quantize/Passes.h"
#include "penjing/Transforms/Restructure/Passes.h"

#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassRegistry.h"
#include "gtest/gtest.h"

using namespace penjing;
using namespace mlir;

TransformedModel::TransformedModel(StringRef text) {
  static const bool registered = [] {
    registerRestructurePasses();
    registerPrunePasses();
    registerQuantizePasses();
    registerMaterializePasses();
    return true;
  }();
  (void)registered;
  DialectRegistry registry;
  registerChannelRules(registry);
  context.appendDialectRegistry(registry);
  context.loadDialect<PenjingDialect, func::FuncDialect>();
  parsed = parseSourceString<ModuleOp>(text, &context);
  if (!parsed)
    ADD_FAILURE() << "the module of the test does not parse";
}

static llvm::ArrayRef<char> bytesOf(const std::vector<float> &values) {
  return {reinterpret_cast<const char *>(values.data()), values.size() * sizeof(float)};
}

void TransformedModel::fillParameters(float low, float high) {
  for (ParamOp param : module().getOps<ParamOp>()) {
    if (!param.getInitAttr())
      continue;
    std::vector<float> values(param.getTensorType().getNumElements());
    for (float &value : values)
      value = std::uniform_real_distribution<float>(low, high)(generator);
    setParameterBytes(param, bytesOf(values));
  }
}

void TransformedModel::fillGrids() {
  int index = 0;
  for (ParamOp param : module().getOps<ParamOp>()) {
    if (param.getValueAttr())
      continue;
    if (param.getRole() == Role::QuantScale) {
      setParameterBytes(param, bytesOf({0.04f + 0.003f * float(index++)}));
    } else {
      int32_t zero = 110 + index;
      setParameterBytes(param, {reinterpret_cast<const char *>(&zero), sizeof(zero)});
    }
  }
}

void TransformedModel::run(StringRef pipeline) {
  PassManager manager(&context);
  EXPECT_TRUE(succeeded(parsePassPipeline(pipeline, manager)));
  EXPECT_TRUE(succeeded(manager.run(module())));
}

std::vector<float> TransformedModel::evaluate(llvm::ArrayRef<float> input) {
  auto function = *getEntryFunction(module());
  auto type = cast<RankedTensorType>(function.getArgumentTypes().front());
  auto results = penjing::evaluate(
      function, {Tensor::from<float>(type.getElementType(), type.getShape(), input)});
  if (failed(results)) {
    ADD_FAILURE() << "the interpreter failed";
    return {};
  }
  const Tensor &result = results->front();
  return {result.data<float>(), result.data<float>() + result.size()};
}

std::vector<float> TransformedModel::drawInput() {
  auto function = *getEntryFunction(module());
  std::vector<float> input(
      cast<RankedTensorType>(function.getArgumentTypes().front()).getNumElements());
  for (float &value : input)
    value = std::uniform_real_distribution<float>(-2, 2)(generator);
  return input;
}

int64_t TransformedModel::count(StringRef name) {
  int64_t found = 0;
  module().walk([&](Operation *op) { found += op->getName().getStringRef() == name; });
  return found;
}
