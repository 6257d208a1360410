// What the interpreter says of inputs, parameters and functions that do not fit.
#include "penjing/Reference/Interpreter.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/Parser/Parser.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace penjing;

namespace {

class InterpreterTest : public testing::Test {
protected:
  InterpreterTest() : handler(&context, [this](Diagnostic &d) { message += d.str(); }) {
    context.loadDialect<PenjingDialect, func::FuncDialect>();
    context.allowUnregisteredDialects();
  }

  /// The message of running the first function on zeros of these shapes.
  std::string messageOf(StringRef text, ArrayRef<SmallVector<int64_t>> shapes, Type element = {}) {
    module = parseSourceString<ModuleOp>(text, ParserConfig(&context));
    EXPECT_TRUE(module);
    SmallVector<Tensor> inputs;
    for (const auto &shape : shapes)
      inputs.emplace_back(element ? element : Type(Float32Type::get(&context)), shape);
    message.clear();
    EXPECT_TRUE(failed(evaluate(*module->getOps<func::FuncOp>().begin(), inputs, options)));
    return message;
  }
  static bool has(const std::string &text, StringRef part) { return StringRef(text).contains(part); }

  MLIRContext context;
  OwningOpRef<ModuleOp> module;
  InterpreterOptions options;
  std::string message;
  ScopedDiagnosticHandler handler;
};

constexpr StringLiteral kRelu = R"(
  func.func @main(%x: tensor<?x2xf32, #pj.dims<[N] -> [N]>>) attributes {pj.dims = ["N"]} {
    %y = pj.relu %x : (tensor<?x2xf32, #pj.dims<[N] -> [N]>>) -> tensor<?x2xf32, #pj.dims<[N] -> [N]>>
    return
  })";

TEST_F(InterpreterTest, InputsOfAnotherNumberTypeOrShape) {
  EXPECT_TRUE(has(messageOf(kRelu, {}), "requires 1 inputs, but got 0")) << message;
  EXPECT_TRUE(has(messageOf(kRelu, {{3, 2}}, IntegerType::get(&context, 32)), ", but got elements of 'i32'")) << message;
  EXPECT_TRUE(has(messageOf(kRelu, {{3, 5}}), ", but got the shape [3, 5]")) << message;
}

TEST_F(InterpreterTest, OneNameHasOneSize) {
  EXPECT_TRUE(has(messageOf(R"(
    func.func @main(%x: tensor<?xf32, #pj.dims<[N] -> [N]>>, %y: tensor<?xf32, #pj.dims<[N] -> [N]>>)
        attributes {pj.dims = ["N"]} {
      return
    })", {{3}, {4}}), ", but got the shape [4]")) << message;
}

TEST_F(InterpreterTest, FunctionsWithoutABody) {
  EXPECT_TRUE(has(messageOf("func.func private @main()", {}), "requires a body of one block to be interpreted")) << message;
}

TEST_F(InterpreterTest, SizesThatNoInputGives) {
  EXPECT_TRUE(has(messageOf(R"(
    func.func @main() attributes {pj.dims = ["M"]} {
      %x = "other.op"() : () -> tensor<?xf32, #pj.dims<[M] -> [M]>>
      return
    })", {}), "requires results whose sizes follow from the inputs, but got")) << message;
}

TEST_F(InterpreterTest, GivenParametersOfAnotherType) {
  llvm::StringMap<Tensor> given;
  given["w"] = Tensor(Float32Type::get(&context), {3});
  options.parameters = &given;
  EXPECT_TRUE(has(messageOf(R"(
    pj.param @w : tensor<2xf32> {role = #pj.role<weight>}
    func.func @main() {
      %w = pj.use @w : tensor<2xf32>
      return
    })", {}), "requires a given value of type 'tensor<2xf32>', but got 'tensor<3xf32>'")) << message;
}

} // namespace
