// Models cut off at their logits, and the models that have none are refused
// by the node that stands in the way.
#include "penjing/Train/LogitsModule.h"

#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Parser/Parser.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace penjing;
using namespace mlir;
using testing::HasSubstr;

namespace {
struct LogitsModules : testing::Test {
  LogitsModules() {
    context.loadDialect<PenjingDialect, func::FuncDialect,
                        cf::ControlFlowDialect>();
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

TEST_F(LogitsModules, LogitsAreTheOperandOfAFinalSoftmax) {
  OwningOpRef<ModuleOp> model = parseStatic("1, -1");
  auto logits = cloneToLogits(*model);
  ASSERT_TRUE(succeeded(logits));
  EXPECT_THAT(text(**logits), testing::Not(HasSubstr("softmax")));
  EXPECT_THAT(text(**logits), HasSubstr("return %"));
  EXPECT_THAT(text(*model), HasSubstr("softmax"));
  EXPECT_EQ(*classCount(**logits), 3);
  EXPECT_EQ(*sampleShape(*model), (llvm::SmallVector<int64_t>{2, 4}));
}

TEST_F(LogitsModules, ASoftmaxThatOthersReadStays) {
  OwningOpRef<ModuleOp> model =
      parse("%y = pj.softmax %x {axis = 1 : i32} : (tensor<1x8xf32>) -> "
            "tensor<1x8xf32>\n"
            "%z = pj.relu %y : (tensor<1x8xf32>) -> tensor<1x8xf32>\n"
            "return %z : tensor<1x8xf32>\n",
            "tensor<1x8xf32>", "tensor<1x8xf32>");
  auto logits = cloneToLogits(*model);
  ASSERT_TRUE(succeeded(logits));
  EXPECT_THAT(text(**logits), HasSubstr("softmax"));
  EXPECT_EQ(*classCount(**logits), 8);
}

TEST_F(LogitsModules, ModelsWithoutLogitsAreRefused) {
  auto refusal = [&](OwningOpRef<ModuleOp> model, auto check) {
    messages.clear();
    auto clone = cloneToLogits(*model);
    EXPECT_TRUE(failed(clone) || failed(check(**clone)));
    return messages;
  };
  EXPECT_THAT(
      refusal(parse("return %x : tensor<8xf32>\n", "tensor<8xf32>",
                    "tensor<8xf32>"),
              [](ModuleOp m) { return sampleShape(m); }),
      HasSubstr(
          "requires an input of rank 2 or more, but got 'tensor<8xf32>'"));
  EXPECT_THAT(
      refusal(parse("return %x : tensor<1x8x2xf32>\n", "tensor<1x8x2xf32>",
                    "tensor<1x8x2xf32>"),
              [](ModuleOp m) { return classCount(m); }),
      HasSubstr("requires logits of rank 2, samples by classes, but got"));
  EXPECT_THAT(
      refusal(parse("return %x, %x : tensor<1x8xf32>, tensor<1x8xf32>\n",
                    "tensor<1x8xf32>", "tensor<1x8xf32>, tensor<1x8xf32>"),
              [](ModuleOp m) { return classCount(m); }),
      HasSubstr(
          "requires a model with one input and one output, but got 1 and 2"));
  EXPECT_THAT(
      refusal(parse("cf.br ^next\n^next:\nreturn %x : tensor<1x8xf32>\n",
                    "tensor<1x8xf32>", "tensor<1x8xf32>"),
              [](ModuleOp m) { return classCount(m); }),
      HasSubstr("requires a model that is one block with a return"));
}
