// A whole training step of a small network: gradients, moved statistics, names.
#include "GradientProblem.h"

#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"

using namespace mlir;
using namespace penjing;

namespace {

constexpr StringLiteral kNetwork = R"(
#batch = #pj.dims<[N] -> [N]>
module attributes {pj.form = #pj.form<decided>, pj.version = 1 : i32} {
  pj.param @w1 : tensor<3x2x3x3xf32> {role = #pj.role<weight>, trainable}
  pj.param @b1 : tensor<3xf32> {role = #pj.role<bias>, trainable}
  pj.param @scale : tensor<3xf32> {role = #pj.role<norm_scale>, trainable}
  pj.param @shift : tensor<3xf32> {role = #pj.role<norm_shift>, trainable}
  pj.param @mean : tensor<3xf32> {role = #pj.role<running_mean>}
  pj.param @variance : tensor<3xf32> {role = #pj.role<running_variance>}
  pj.param @w2 : tensor<4x12xf32> {role = #pj.role<weight>, trainable}
  pj.param @mask : tensor<4x12xi1> {role = #pj.role<mask>}
  func.func @main(%x: tensor<?x2x4x4xf32, #batch> {pj.name = "x"})
      -> (tensor<?x4xf32, #batch> {pj.name = "p"}) attributes {pj.dims = ["N"]} {
    %w1 = pj.use @w1 : tensor<3x2x3x3xf32>
    %b1 = pj.use @b1 : tensor<3xf32>
    %c = pj.conv %x, %w1, %b1 {pads = array<i64: 1, 1, 1, 1>}
        : (tensor<?x2x4x4xf32, #batch>, tensor<3x2x3x3xf32>, tensor<3xf32>) -> tensor<?x3x4x4xf32, #batch>
    %s = pj.use @scale : tensor<3xf32>
    %t = pj.use @shift : tensor<3xf32>
    %m = pj.use @mean : tensor<3xf32>
    %v = pj.use @variance : tensor<3xf32>
    %n = pj.batch_norm %c, %s, %t, %m, %v {momentum = 0.75 : f64, epsilon = 1.0e-2 : f64}
        : (tensor<?x3x4x4xf32, #batch>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>)
        -> tensor<?x3x4x4xf32, #batch>
    %e = pj.exp %n : (tensor<?x3x4x4xf32, #batch>) -> tensor<?x3x4x4xf32, #batch>
    %a = pj.average_pool %e {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>}
        : (tensor<?x3x4x4xf32, #batch>) -> tensor<?x3x2x2xf32, #batch>
    %f = pj.reshape %a {shape = array<i64: 0, -1>} : (tensor<?x3x2x2xf32, #batch>) -> tensor<?x12xf32, #batch>
    %w2 = pj.use @w2 : tensor<4x12xf32>
    %k = pj.use @mask : tensor<4x12xi1>
    %w = pj.masked %w2, %k : (tensor<4x12xf32>, tensor<4x12xi1>) -> tensor<4x12xf32>
    %y = pj.matmul %f, %w {transpose_b} : (tensor<?x12xf32, #batch>, tensor<4x12xf32>) -> tensor<?x4xf32, #batch>
    %p = pj.softmax %y {axis = 1 : i32} : (tensor<?x4xf32, #batch>) -> tensor<?x4xf32, #batch>
    return %p : tensor<?x4xf32, #batch>
  }
}
)";

constexpr int64_t kBatch = 5;

struct TrainingStep : testing::Test {
  TrainingStep() {
    module = parseSourceString<ModuleOp>(kNetwork, context.get());
    std::mt19937_64 generator(1);
    auto uniform = [&] { return double(generator() >> 11) * 0x1p-53; };
    auto fill = [&](Type element, ArrayRef<int64_t> shape, double low, double high) {
      Tensor tensor(element, shape);
      for (int64_t i = 0; i < tensor.size(); ++i)
        tensor.setValue(i, element.isInteger(1) ? i % 3 != 0 : low + (high - low) * uniform());
      return tensor;
    };
    for (auto param : module->getOps<ParamOp>()) {
      auto type = param.getTensorType();
      Type element = type.getElementType();
      bool positive = param.getRole() == Role::RunningVariance;
      values[param.getSymName()] = fill(isa<FloatType>(element) ? Float64Type::get(context.get()) : element,
                                        type.getShape(), positive ? 0.5 : -0.5, positive ? 2 : 0.5);
    }
    Type f64 = Float64Type::get(context.get()), i32 = IntegerType::get(context.get(), 32);
    inputs = {fill(f64, {kBatch, 2, 4, 4}, -1, 1), Tensor(i32, {kBatch}), fill(f64, {kBatch, 4}, -2, 2)};
    for (int64_t i = 0; i < kBatch; ++i)
      inputs[1].setValue(i, i % 4);
    PassManager passes(context.get());
    TrainingStepOptions options;
    options.batch = kBatch;
    options.labelSmoothing = "0.1";
    options.beta = "0.5";
    options.temperature = "2";
    buildTrainingStep(passes, options);
    built = succeeded(passes.run(*module));
    step = module->lookupSymbol<func::FuncOp>("step");
  }

  /// The step's results by name.
  llvm::StringMap<Tensor> run(const llvm::StringMap<Tensor> &parameters) {
    InterpreterOptions options;
    options.precision = Precision::Float64;
    options.parameters = &parameters;
    auto results = evaluate(step, inputs, options);
    llvm::StringMap<Tensor> named;
    EXPECT_TRUE(succeeded(results));
    if (succeeded(results))
      for (auto [index, result] : llvm::enumerate(*results))
        named[step.getResultAttrOfType<StringAttr>(index, PenjingDialect::kNameAttr)] = result;
    return named;
  }

  GradientContext context;
  OwningOpRef<ModuleOp> module;
  func::FuncOp step;
  bool built = false;
  llvm::StringMap<Tensor> values;
  SmallVector<Tensor> inputs;
};

TEST_F(TrainingStep, NamesItsResultsInOrder) {
  ASSERT_TRUE(built && step);
  std::string names;
  for (unsigned i = 0; i < step.getNumResults(); ++i)
    names += step.getResultAttrOfType<StringAttr>(i, PenjingDialect::kNameAttr).str() + " ";
  EXPECT_EQ(names, "loss p gradient:w1 gradient:b1 gradient:scale gradient:shift gradient:w2 "
                   "update:mean update:variance ");
}

TEST_F(TrainingStep, GradientsAreDerivativesOfTheLoss) {
  ASSERT_TRUE(built && step);
  llvm::StringMap<Tensor> results = run(values);
  for (StringRef name : {"w1", "b1", "scale", "shift", "w2"}) {
    const Tensor gradient = results["gradient:" + name.str()];
    for (int64_t i = 0; i < gradient.size(); ++i) {
      auto lossAt = [&](double change) {
        llvm::StringMap<Tensor> at = values;
        at[name] = values[name].copy();
        at[name].setValue(i, values[name].valueAt(i) + change);
        return run(at)["loss"].valueAt(0);
      };
      double difference = (lossAt(1e-4) - lossAt(-1e-4)) / 2e-4;
      EXPECT_NEAR(gradient.valueAt(i), difference, 1e-6 * (1 + std::abs(difference))) << name.str() << i;
    }
  }
}

TEST_F(TrainingStep, PrunedWeightsGetNoGradient) {
  ASSERT_TRUE(built && step);
  const Tensor gradient = run(values)["gradient:w2"];
  for (int64_t i = 0; i < gradient.size(); ++i)
    EXPECT_EQ(gradient.valueAt(i) == 0, i % 3 == 0) << i;
}

// The convolution's outputs, read by an observer, give the statistics a second way.
TEST_F(TrainingStep, StatisticsMoveByMomentum) {
  ASSERT_TRUE(built && step);
  Tensor images;
  InterpreterOptions options;
  options.precision = Precision::Float64;
  options.parameters = &values;
  options.observer = [&](Operation *op, ArrayRef<Tensor>, ArrayRef<Tensor> results) {
    if (isa<ConvOp>(op))
      images = results[0].copy();
  };
  ASSERT_TRUE(succeeded(evaluate(step, inputs, options)));
  llvm::StringMap<Tensor> results = run(values);
  for (int64_t channel = 0; channel < 3; ++channel) {
    double sum = 0, squares = 0, count = kBatch * 16;
    auto each = [&](auto visit) {
      for (int64_t n = 0; n < kBatch; ++n)
        for (int64_t i = 0; i < 16; ++i)
          visit(images.valueAt((n * 3 + channel) * 16 + i));
    };
    each([&](double x) { sum += x; });
    double mean = sum / count;
    each([&](double x) { squares += (x - mean) * (x - mean); });
    // The unbiased estimate: divided by one less than the count.
    double variance = squares / (count - 1);
    EXPECT_NEAR(results["update:mean"].valueAt(channel),
                0.75 * values["mean"].valueAt(channel) + 0.25 * mean, 1e-12);
    // n / (n - 1) stands in the step as an f32 constant.
    EXPECT_NEAR(results["update:variance"].valueAt(channel),
                0.75 * values["variance"].valueAt(channel) + 0.25 * variance, 1e-7 * variance);
  }
}

} // namespace
