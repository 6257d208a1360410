// Models cut off at their logits, bound to a batch and given a loss; the nodes
// that prevent it are named.
#include "penjing/Train/LogitsModule.h"

#include "mlir/IR/Verifier.h"
#include "mlir/Parser/Parser.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace penjing;
using namespace mlir;
using testing::HasSubstr;

namespace {
struct StepModules : testing::Test {
  StepModules() {
    context.loadDialect<PenjingDialect, func::FuncDialect>();
    handler.emplace(&context, [this](Diagnostic &diagnostic) {
      llvm::raw_string_ostream os(messages);
      os << diagnostic.getLocation() << ": " << diagnostic << "\n";
    });
  }

  OwningOpRef<ModuleOp> parse(llvm::StringRef body, llvm::StringRef in,
                              llvm::StringRef out,
                              llvm::StringRef attributes = "") {
    std::string text =
        ("module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} "
         "{\n"
         "pj.param @w : tensor<8x3xf32> {role = #pj.role<weight>, trainable, "
         "value = dense<0.5> : "
         "tensor<8x3xf32>}\n"
         "func.func @main(%x: " +
         in + " {pj.name = \"x\"}) -> (" + out + " {pj.name = \"y\"}) " +
         attributes + " {\n" + body + "}\n}")
            .str();
    OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>(text, &context);
    EXPECT_TRUE(bool(module)) << messages;
    return module;
  }

  /// 1 x 2 x 4 -> flatten -> matmul -> softmax, the batch written as `first`.
  OwningOpRef<ModuleOp> parseStatic(llvm::StringRef first) {
    return parse(("%f = pj.reshape %x {shape = array<i64: " + first +
                  ">} : (tensor<1x2x4xf32>) -> tensor<1x8xf32>\n"
                  "%w = pj.use @w : tensor<8x3xf32>\n"
                  "%l = pj.matmul %f, %w : (tensor<1x8xf32>, tensor<8x3xf32>) "
                  "-> tensor<1x3xf32>\n"
                  "%y = pj.softmax %l {axis = 1 : i32} : (tensor<1x3xf32>) -> "
                  "tensor<1x3xf32>\n"
                  "return %y : tensor<1x3xf32>\n")
                     .str(),
                 "tensor<1x2x4xf32>", "tensor<1x3xf32>");
  }

  static std::string text(ModuleOp module) {
    std::string result;
    llvm::raw_string_ostream os(result);
    module.print(os);
    return result;
  }

  MLIRContext context;
  std::string messages;
  std::optional<ScopedDiagnosticHandler> handler;
};
} // namespace

TEST_F(StepModules, LogitsAreTheOperandOfAFinalSoftmax) {
  OwningOpRef<ModuleOp> model = parseStatic("1, -1");
  auto logits = cloneToLogits(*model);
  ASSERT_TRUE(succeeded(logits));
  EXPECT_THAT(text(**logits), testing::Not(HasSubstr("softmax")));
  EXPECT_THAT(text(**logits), HasSubstr("return %"));
  EXPECT_THAT(text(*model), HasSubstr("softmax"));
  EXPECT_EQ(*classCount(**logits), 3);
  EXPECT_EQ(*sampleShape(*model), (llvm::SmallVector<int64_t>{2, 4}));
}

TEST_F(StepModules, StaticBatchesAreRebound) {
  for (llvm::StringRef shape : {"1, -1", "0, -1", "-1, 8", "1, 8"}) {
    OwningOpRef<ModuleOp> model = parseStatic(shape);
    auto logits = cloneToLogits(*model);
    ASSERT_TRUE(succeeded(bindBatch(**logits, 64))) << messages;
    EXPECT_THAT(text(**logits), HasSubstr("tensor<64x2x4xf32>")) << shape.str();
    EXPECT_THAT(text(**logits),
                HasSubstr("-> (tensor<64x3xf32> {pj.name = \"logits\"})"));
  }
}

TEST_F(StepModules, NamedBatchesAreBound) {
  OwningOpRef<ModuleOp> model =
      parse("%w = pj.use @w : tensor<8x3xf32>\n"
            "%y = pj.matmul %x, %w : (tensor<?x8xf32, #pj.dims<[N] -> [N]>>, "
            "tensor<8x3xf32>) -> "
            "tensor<?x3xf32, #pj.dims<[N] -> [N]>>\n"
            "return %y : tensor<?x3xf32, #pj.dims<[N] -> [N]>>\n",
            "tensor<?x8xf32, #pj.dims<[N] -> [N]>>",
            "tensor<?x3xf32, #pj.dims<[N] -> [N]>>",
            "attributes {pj.dims = [\"N\"]}");
  auto logits = cloneToLogits(*model);
  ASSERT_TRUE(succeeded(bindBatch(**logits, 16))) << messages;
  EXPECT_THAT(text(**logits), HasSubstr("tensor<16x3xf32>"));
  EXPECT_THAT(text(**logits), testing::Not(HasSubstr("dims")));
}

TEST_F(StepModules, ANodeThatPreventsTheBatchIsNamed) {
  OwningOpRef<ModuleOp> model =
      parse("%f = pj.reshape %x {shape = array<i64: 8>} : (tensor<1x8xf32>) -> "
            "tensor<8xf32> "
            "loc(\"flat\"(\"Reshape\"(\"m.onnx\":1:0)))\n"
            "%y = pj.reshape %f {shape = array<i64: 1, 8>} : (tensor<8xf32>) "
            "-> tensor<1x8xf32>\n"
            "return %y : tensor<1x8xf32>\n",
            "tensor<1x8xf32>", "tensor<1x8xf32>");
  auto logits = cloneToLogits(*model);
  EXPECT_TRUE(failed(bindBatch(**logits, 64)));
  EXPECT_THAT(
      messages,
      HasSubstr(
          "requires nodes that take a batch of 64, but 'pj.reshape' cannot"));
  EXPECT_THAT(messages, HasSubstr("\"flat\"(\"Reshape\""));
}

TEST_F(StepModules, AnOutputThatMixesSamplesIsNamed) {
  OwningOpRef<ModuleOp> model =
      parse("%y = pj.reshape %x {shape = array<i64: -1, 4>} : "
            "(tensor<1x8xf32>) -> tensor<2x4xf32>\n"
            "return %y : tensor<2x4xf32>\n",
            "tensor<1x8xf32>", "tensor<2x4xf32>");
  auto logits = cloneToLogits(*model);
  EXPECT_TRUE(failed(bindBatch(**logits, 64)));
  EXPECT_THAT(messages, HasSubstr("requires an output with a batch of 64, but "
                                  "got 'tensor<128x4xf32>'"));
}

TEST_F(StepModules, TheLossTakesLabelsAndTheTeacher) {
  OwningOpRef<ModuleOp> model = parseStatic("0, -1");
  LossOptions options;
  options.labelSmoothing = 0.1;
  for (bool distills : {false, true}) {
    options.distills = distills;
    auto step = cloneToLogits(*model);
    ASSERT_TRUE(succeeded(bindBatch(**step, 4)));
    ASSERT_TRUE(succeeded(attachLoss(**step, options))) << messages;
    std::string printed = text(**step);
    EXPECT_THAT(printed, HasSubstr("label_smoothing = 1.000000e-01"));
    EXPECT_THAT(printed, HasSubstr("tensor<4xi32> {pj.name = \"labels\"}"));
    EXPECT_THAT(printed, HasSubstr("-> (tensor<f32> {pj.name = \"loss\"})"));
    EXPECT_EQ(printed.find("distillation_loss") != std::string::npos, distills);
    EXPECT_TRUE(succeeded(verify(**step)));
  }
}

TEST_F(StepModules, ModelsThatCannotBeTrainedAreRefused) {
  auto refusal = [&](OwningOpRef<ModuleOp> model, auto check) {
    messages.clear();
    auto clone = cloneToLogits(*model);
    EXPECT_TRUE(failed(clone) || failed(check(**clone)));
    return messages;
  };
  auto bind = [](ModuleOp m) { return bindBatch(m, 4); };
  EXPECT_THAT(
      refusal(parse("return %x : tensor<8xf32>\n", "tensor<8xf32>",
                    "tensor<8xf32>"),
              bind),
      HasSubstr(
          "requires an input of rank 2 or more, but got 'tensor<8xf32>'"));
  EXPECT_THAT(
      refusal(parse("return %x : tensor<1x8x2xf32>\n", "tensor<1x8x2xf32>",
                    "tensor<1x8x2xf32>"),
              [](ModuleOp m) { return attachLoss(m, {}); }),
      HasSubstr("requires logits of rank 2, samples by classes, but got"));
  EXPECT_THAT(
      refusal(parse("return %x, %x : tensor<1x8xf32>, tensor<1x8xf32>\n",
                    "tensor<1x8xf32>", "tensor<1x8xf32>, tensor<1x8xf32>"),
              bind),
      HasSubstr(
          "requires a model with one input and one output, but got 1 and 2"));
  std::string dynamic = "tensor<?x?xf32, #pj.dims<[M, N] -> [N, M]>>";
  EXPECT_THAT(refusal(parse("return %x : " + dynamic + "\n", dynamic, dynamic,
                            "attributes {pj.dims = [\"M\", \"N\"]}"),
                      bind),
              HasSubstr("requires an input whose dimensions but the first are "
                        "static, but got"));
}
