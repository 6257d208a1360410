// Model files: text and bytecode, and a stored file of every release.
#include "penjing/Dialect/Penjing/ModelFiles.h"

#include "penjing/Dialect/Penjing/Forms.h"
#include "penjing/Dialect/Penjing/ParameterValues.h"

#include "mlir/IR/Diagnostics.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace penjing;

namespace {

class ModelFilesTest : public testing::Test {
protected:
  ModelFilesTest() { context.loadDialect<PenjingDialect, func::FuncDialect>(); }
  MLIRContext context;
};

constexpr StringLiteral kModel = R"(module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  pj.param @w : tensor<4x2xf32> {role = #pj.role<weight>, trainable, value = dense<[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0], [7.0, 8.0]]> : tensor<4x2xf32>}
  func.func @main(%x: tensor<?x4xf32, #pj.dims<[N] -> [N]>> {pj.name = "x"})
      -> (tensor<?x2xf32, #pj.dims<[N] -> [N]>> {pj.name = "y"}) attributes {pj.dims = ["N"]} {
    %w = pj.use @w : tensor<4x2xf32>
    %y = pj.matmul %x, %w : (tensor<?x4xf32, #pj.dims<[N] -> [N]>>, tensor<4x2xf32>)
        -> tensor<?x2xf32, #pj.dims<[N] -> [N]>>
    return %y : tensor<?x2xf32, #pj.dims<[N] -> [N]>>
  }
}
)";

void toResource(ModuleOp module) {
  for (auto param : module.getOps<ParamOp>())
    setParameterBytes(param, llvm::to_vector(ParameterBytes::of(param)->bytes()));
}

TEST_F(ModelFilesTest, BytecodeAndTextGiveTheModuleBack) {
  auto module = parseModule(kModel, "model.mlir", &context);
  ASSERT_TRUE(module);
  toResource(*module);
  std::string bytes = writeBytecode(*module), text = writeText(*module);
  for (StringRef written : {StringRef(bytes), StringRef(text)}) {
    MLIRContext other;
    other.loadDialect<PenjingDialect, func::FuncDialect>();
    auto again = parseModule(written, "again", &other);
    ASSERT_TRUE(again);
    EXPECT_EQ(ParameterBytes::of(*again->getOps<ParamOp>().begin())->as<float>()[7], 8.0f);
    EXPECT_EQ(writeBytecode(*again), bytes);
  }
}

TEST_F(ModelFilesTest, UnreadableFileIsADiagnostic) {
  std::string message;
  ScopedDiagnosticHandler handler(&context, [&](Diagnostic &d) { message = d.str(); });
  EXPECT_FALSE(readModule("/nowhere/model.mlirbc", &context));
  EXPECT_NE(message.find("requires a readable model, but '/nowhere/model.mlirbc' gave:"), std::string::npos);
}

TEST_F(ModelFilesTest, ElidedTextHoldsNoWeights) {
  auto module = parseModule(kModel, "model.mlir", &context);
  toResource(*module);
  EXPECT_EQ(writeText(*module, /*elide=*/true).find("0x"), std::string::npos);
}

// A file written by release 0.1 (dialect version 1) is read by every later one.
TEST_F(ModelFilesTest, StoredFileOfVersion1) {
  auto module = readModule(PENJING_SOURCE_DIR "/test/Dialect/Penjing/Inputs/version1.mlirbc", &context);
  ASSERT_TRUE(module);
  EXPECT_EQ(getForm(*module), Form::Float);
  EXPECT_EQ(ParameterBytes::of(*module->getOps<ParamOp>().begin())->as<float>()[7], 8.0f);
  EXPECT_TRUE(succeeded(getEntryFunction(*module)));
}

// The same file, as a release with dialect version 2 would have marked it.
TEST_F(ModelFilesTest, FileOfANewerVersionIsRefused) {
  auto file = llvm::MemoryBuffer::getFile(PENJING_SOURCE_DIR "/test/Dialect/Penjing/Inputs/version1.mlirbc");
  ASSERT_TRUE(!!file);
  std::string bytes = (*file)->getBuffer().str();
  // A section of one byte (id 7, length 1) holds the version: 1 as a varint is 3.
  size_t position = bytes.find(std::string("\x07\x03\x03", 3));
  ASSERT_NE(position, std::string::npos);
  bytes[position + 2] = 5;
  std::string messages;
  ScopedDiagnosticHandler handler(&context, [&](Diagnostic &d) { messages += d.str() + "\n"; });
  EXPECT_FALSE(parseModule(bytes, "newer.mlirbc", &context));
  EXPECT_NE(messages.find("requires dialect version up to 1, but got 2; a newer release wrote this file"),
            std::string::npos)
      << messages;
}

} // namespace
