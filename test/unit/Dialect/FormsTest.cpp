// The form of a module: reading, setting, refusing.
#include "penjing/Dialect/Penjing/Forms.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/Parser/Parser.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace penjing;

namespace {

class FormsTest : public testing::Test {
protected:
  FormsTest() : handler(&context, [this](Diagnostic &d) { message = d.str(); }) {
    context.loadDialect<PenjingDialect, func::FuncDialect>();
  }
  OwningOpRef<ModuleOp> parse(StringRef text) {
    return parseSourceString<ModuleOp>(text, ParserConfig(&context));
  }
  MLIRContext context;
  std::string message;
  ScopedDiagnosticHandler handler;
};

TEST_F(FormsTest, SettingTheFormWritesTheVersionOnce) {
  auto module = parse("module {}");
  EXPECT_EQ(getForm(*module), std::nullopt);
  setForm(*module, Form::Decided);
  EXPECT_EQ(getForm(*module), Form::Decided);
  EXPECT_EQ((*module)->getAttrOfType<IntegerAttr>("pj.version").getInt(), PenjingDialect::kVersion);
}

TEST_F(FormsTest, RefusalNamesBothFormsAndTheRemedy) {
  auto module = parse("module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {}");
  EXPECT_TRUE(succeeded(requireForm(*module, {Form::Float, Form::Decided})));
  EXPECT_TRUE(failed(requireForm(*module, {Form::Packed, Form::Scheduled}, "run pj-pack first")));
  EXPECT_EQ(message, "requires a module of form 'packed' or 'scheduled', but got 'float'; run pj-pack first");
  auto none = parse("module {}");
  EXPECT_TRUE(failed(requireForm(*none, {Form::Float})));
  EXPECT_EQ(message, "requires a module of form 'float', but got none");
}

TEST_F(FormsTest, EntryIsMainOrTheOnlyPublicFunction) {
  auto one = parse("func.func @net() { return }  func.func private @part() { return }");
  EXPECT_EQ(getEntryFunction(*one)->getSymName(), "net");
  auto main = parse("func.func @net() { return }  func.func @main() { return }");
  EXPECT_EQ(getEntryFunction(*main)->getSymName(), "main");
  auto two = parse("func.func @a() { return }  func.func @b() { return }");
  EXPECT_TRUE(failed(getEntryFunction(*two)));
  EXPECT_EQ(message, "requires one public function or one named 'main', but got 2");
}

} // namespace
