// What the tests of the passes share: a context with the dialect, models from
// text, a session with data, pipelines from text, values of parameters.
#ifndef PENJING_TEST_UNIT_TRAIN_MODELFIXTURE_H
#define PENJING_TEST_UNIT_TRAIN_MODELFIXTURE_H

#include "penjing/Dialect/Penjing/ParameterValues.h"
#include "penjing/InitAll.h"
#include "penjing/Support/Session.h"

#include "mlir/IR/OwningOpRef.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "gtest/gtest.h"

namespace penjing::test {

class ModelFixture : public testing::Test {
protected:
  ModelFixture() {
    static const bool registered = (registerAllPasses(), true);
    (void)registered;
    mlir::DialectRegistry registry;
    registerAllDialects(registry);
    context.appendDialectRegistry(registry);
    context.loadAllAvailableDialects();
    handler.emplace(&context, [this](mlir::Diagnostic &diagnostic) {
      messages += diagnostic.str() + "\n";
    });
  }

  /// A module of the form `form` with this content.
  mlir::OwningOpRef<mlir::ModuleOp> parse(llvm::StringRef form,
                                          llvm::StringRef content) {
    std::string text = ("module attributes {pj.form = #pj.form<" + form +
                        ">, pj.version = 1 : i32} {\n" + content + "\n}")
                           .str();
    auto module = mlir::parseSourceString<mlir::ModuleOp>(text, &context);
    EXPECT_TRUE(bool(module)) << messages;
    return module;
  }

  mlir::LogicalResult run(mlir::ModuleOp module, llvm::StringRef pipeline) {
    mlir::PassManager passes(&context, mlir::ModuleOp::getOperationName());
    EXPECT_TRUE(succeeded(mlir::parsePassPipeline(pipeline, passes)))
        << pipeline.str();
    return passes.run(module);
  }

  Session &session() { return *getSession(&context); }

  /// The elements of a parameter of f32 (or of i32, as T).
  template <typename T = float>
  std::vector<T> valueOf(mlir::ModuleOp module, llvm::StringRef name) {
    auto bytes = ParameterBytes::of(module.lookupSymbol<ParamOp>(name));
    EXPECT_TRUE(bool(bytes)) << name.str();
    return bytes->as<T>().vec();
  }

  mlir::MLIRContext context;
  std::string messages;
  std::optional<mlir::ScopedDiagnosticHandler> handler;
};

} // namespace penjing::test

#endif // PENJING_TEST_UNIT_TRAIN_MODELFIXTURE_H
