// Upstream's language server for editors, with the project's dialects.
#include "penjing/InitAll.h"

#include "mlir/IR/DialectRegistry.h"
#include "mlir/Tools/mlir-lsp-server/MlirLspServerMain.h"
#include "llvm/Support/CommandLine.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  penjing::registerAllDialects(registry);
  // The code generator's thousand options: --help-hidden has them.
  for (auto &option : llvm::cl::getRegisteredOptions())
    option.second->setHiddenFlag(llvm::cl::Hidden);
  return failed(mlir::MlirLspServerMain(argc, argv, registry));
}
