// Runs every function without arguments of an .mlir file in the reference
// interpreter and judges its `check` ops. Modules are divided by `// -----`.
#include "Dialect/Check/Check.h"
#include "penjing/Reference/Interpreter.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/DialectRegistry.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Support/ToolUtilities.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/SourceMgr.h"

using namespace mlir;
using namespace penjing;

/// Runs the functions of one module; fails where an expectation does.
static LogicalResult runModule(ModuleOp module, bool f64, unsigned &functions) {
  InterpreterOptions options;
  options.precision = f64 ? Precision::Float64 : Precision::AsTyped;
  options.expectation = check::judge;
  LogicalResult all = success();
  for (auto function : module.getOps<func::FuncOp>()) {
    if (function.getNumArguments() || function.isExternal())
      continue;
    ++functions;
    if (failed(evaluate(function, {}, options)))
      all = failure();
  }
  return all;
}

int main(int argc, char **argv) {
  llvm::cl::opt<std::string> path(llvm::cl::Positional, llvm::cl::desc("FILE.mlir"), llvm::cl::init("-"));
  llvm::cl::opt<bool> f64("f64", llvm::cl::desc("compute every float in f64"));
  llvm::cl::opt<bool> expectErrors("verify-diagnostics", llvm::cl::desc("check the expected-error comments"));
  llvm::cl::ParseCommandLineOptions(argc, argv, "runs tests written in IR in the reference interpreter\n");

  auto file = llvm::MemoryBuffer::getFileOrSTDIN(path);
  if (!file) {
    llvm::errs() << "requires a readable file, but got '" << path << "': " << file.getError().message() << "\n";
    return 1;
  }
  DialectRegistry registry;
  registry.insert<PenjingDialect, arith::ArithDialect, check::CheckDialect, func::FuncDialect, quant::QuantDialect>();
  unsigned functions = 0;
  auto run = [&](std::unique_ptr<llvm::MemoryBuffer> chunk, llvm::raw_ostream &) -> LogicalResult {
    MLIRContext context(registry);
    context.printOpOnDiagnostic(false);
    auto sources = std::make_shared<llvm::SourceMgr>();
    sources->AddNewSourceBuffer(std::move(chunk), llvm::SMLoc());
    auto parseAndRun = [&]() -> LogicalResult {
      auto module = parseSourceFile<ModuleOp>(sources, &context);
      return module ? runModule(*module, f64, functions) : failure();
    };
    if (!expectErrors) {
      SourceMgrDiagnosticHandler handler(*sources, &context);
      return parseAndRun();
    }
    SourceMgrDiagnosticVerifierHandler handler(*sources, &context);
    (void)parseAndRun();
    return handler.verify();
  };
  LogicalResult all = splitAndProcessBuffer(std::move(*file), run, llvm::nulls(), "// -----", "// -----");
  if (failed(all))
    return 1;
  // A test that runs nothing tests nothing.
  if (functions == 0 && !expectErrors) {
    llvm::errs() << "requires a function without arguments, but found none in '" << path << "'\n";
    return 1;
  }
  llvm::outs() << functions << " functions as expected\n";
  return 0;
}
