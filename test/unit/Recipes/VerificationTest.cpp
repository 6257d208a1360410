// Compiled code judged layer by layer: sound code is within its bounds, and an
// error is found where it is made, not where it ends.
#include "penjing/Recipes/Verification.h"

#include "penjing/Dialect/Penjing/ModelFiles.h"
#include "penjing/InitAll.h"

#include "gtest/gtest.h"

using namespace mlir;
using namespace penjing;

namespace {

constexpr char kFloat[] = R"(#batch = #pj.dims<[N] -> [N]>
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  pj.param @w : tensor<2x3xf32> {role = #pj.role<weight>,
      value = dense<[[1.1, -2.3, 0.7], [0.3, 0.9, -1.7]]> : tensor<2x3xf32>}
  func.func @main(%x: tensor<?x2xf32, #batch>) -> tensor<?x3xf32, #batch> attributes {pj.dims = ["N"]} {
    %w = pj.use @w : tensor<2x3xf32>
    %0 = pj.matmul %x, %w : (tensor<?x2xf32, #batch>, tensor<2x3xf32>) -> tensor<?x3xf32, #batch> loc("first")
    %1 = pj.clip %0 {min = -9.0 : f64} : (tensor<?x3xf32, #batch>) -> tensor<?x3xf32, #batch> loc("second")
    return %1 : tensor<?x3xf32, #batch>
  }
})";

constexpr char kIntegers[] = R"(
!q = !quant.uniform<u8:f32, 0.015625:128>
module attributes {pj.form = #pj.form<packed>, pj.version = 1 : i32} {
  func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
    %0 = pj.quantize %x : (tensor<4xf32>) -> tensor<4x!q> loc("entry")
    %1 = pj.dequantize %0 : (tensor<4x!q>) -> tensor<4xf32> loc("exit")
    return %1 : tensor<4xf32>
  }
})";

class VerificationTest : public testing::Test {
protected:
  VerificationTest() {
    DialectRegistry registry;
    registerAllDialects(registry);
    context.appendDialectRegistry(registry);
    context.loadAllAvailableDialects();
  }

  ModelCall call(StringRef text) {
    module = parseModule(text, "model.mlir", &context);
    return cantFail(ModelCall::random(*module, 3));
  }

  /// What the interpreter computes, with `change` added to element 0 of result `number`.
  static DenseMap<Value, Tensor> results(const ModelCall &call, unsigned number, double change) {
    DenseMap<Value, Tensor> values;
    InterpreterOptions options;
    options.observer = [&](Operation *op, ArrayRef<Tensor>, ArrayRef<Tensor> computed) {
      if (op->getNumOperands() == 0)
        return;
      Tensor value = computed[0].copy();
      if (number-- == 0)
        value.setValue(0, value.valueAt(0) + change);
      values[op->getResult(0)] = value;
    };
    EXPECT_TRUE(succeeded(evaluate(call.function, call.inputs, options)));
    return values;
  }

  MLIRContext context;
  OwningOpRef<ModuleOp> module;
};

TEST_F(VerificationTest, CompiledFloatsAreWithinTheirBounds) {
  ModelCall model = call(kFloat);
  auto layers = verifyLayers(model, cantFail(findTarget("native")));
  ASSERT_TRUE(succeeded(layers));
  ASSERT_EQ(layers->size(), 2u);
  EXPECT_EQ((*layers)[0].name, "first");
  EXPECT_EQ((*layers)[0].op, "pj.matmul");
  for (const VerifiedLayer &layer : *layers)
    EXPECT_FALSE(layer.out) << layer.name << ": " << layer.verdict;
}

TEST_F(VerificationTest, CompiledIntegersAreExact) {
  ModelCall model = call(kIntegers);
  auto layers = verifyLayers(model, cantFail(findTarget("native")));
  ASSERT_TRUE(succeeded(layers));
  ASSERT_EQ(layers->size(), 2u);
  for (const VerifiedLayer &layer : *layers)
    EXPECT_EQ(layer.verdict, "exact");
}

TEST_F(VerificationTest, AnErrorIsFoundWhereItIsMade) {
  ModelCall model = call(kFloat);
  auto values = results(model, 0, 0.01);
  // The second layer does what its op says with the wrong operand.
  auto body = func::FuncOp(model.function).front().without_terminator();
  SmallVector<Operation *> ops;
  for (Operation &op : body)
    ops.push_back(&op);
  values[ops[2]->getResult(0)] = values[ops[1]->getResult(0)];
  auto layers = judgeLayers(model, values);
  ASSERT_TRUE(succeeded(layers));
  EXPECT_TRUE((*layers)[0].out);
  EXPECT_GT((*layers)[0].whole.maxError, 0.009);
  EXPECT_FALSE((*layers)[1].out);
  EXPECT_GT((*layers)[1].whole.maxError, 0.009);
}

TEST_F(VerificationTest, RoundingAloneIsNoError) {
  ModelCall model = call(kFloat);
  auto layers = judgeLayers(model, results(model, 0, 1e-8));
  ASSERT_TRUE(succeeded(layers));
  EXPECT_FALSE((*layers)[0].out);
}

TEST_F(VerificationTest, OneIntegerThatDiffersIsCounted) {
  ModelCall model = call(kIntegers);
  auto layers = judgeLayers(model, results(model, 0, 1));
  ASSERT_TRUE(succeeded(layers));
  EXPECT_TRUE((*layers)[0].out);
  EXPECT_EQ((*layers)[0].verdict, "1 differ");
}

} // namespace
