// The opt-style tool: reads IR, runs passes, prints IR.
#include "penjing/Dialect/Penjing/Penjing.h"
#include "penjing/InitAll.h"
#include "penjing/Support/Session.h"

#include "mlir/Support/FileUtilities.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/ToolOutputFile.h"

static llvm::cl::opt<bool> showRemarks("pj-remarks", llvm::cl::desc("Show what passes did, kept and why"));

static void configureSession(mlir::MLIRContext *context, penjing::PenjingDialect *) {
  penjing::getSession(context)->remarksAsDiagnostics = showRemarks;
}

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  penjing::registerAllDialects(registry);
  penjing::registerAllPasses();
  registry.addExtension(configureSession);
  llvm::InitLLVM init(argc, argv);
  // The code generator's thousand options: --help-hidden has them.
  for (auto &option : llvm::cl::getRegisteredOptions())
    option.second->setHiddenFlag(option.second == &showRemarks ? llvm::cl::NotHidden : llvm::cl::Hidden);
  auto [inputName, outputName] = mlir::registerAndParseCLIOptions(
      argc, argv, "reads IR, runs passes, prints IR:\n  penjing-opt model.mlir --pj-prune-magnitude=alpha=0.2 --pj-remarks\n",
      registry);
  auto config = mlir::MlirOptMainConfig::createFromCLOptions();
  if (config.shouldShowDialects() || config.shouldListPasses())
    return mlir::asMainReturnCode(mlir::MlirOptMain(argc, argv, inputName, outputName, registry));
  // Bytecode holds sections at multiples of 64 bytes: a buffer of any address is refused.
  std::string message;
  auto input = mlir::openInputFile(inputName, llvm::Align(64), &message);
  auto output = input ? mlir::openOutputFile(outputName, &message) : nullptr;
  if (!output) {
    llvm::errs() << "penjing-opt: " << message << "\n";
    return EXIT_FAILURE;
  }
  auto result = mlir::MlirOptMain(output->os(), std::move(input), registry, config);
  if (mlir::succeeded(result))
    output->keep();
  return mlir::asMainReturnCode(result);
}
