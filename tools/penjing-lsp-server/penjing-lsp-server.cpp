// Upstream's language server for editors, with the project's dialects.
#include "penjing/InitAll.h"

#include "mlir/IR/DialectRegistry.h"
#include "mlir/Tools/mlir-lsp-server/MlirLspServerMain.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  penjing::registerAllDialects(registry);
  return failed(mlir::MlirLspServerMain(argc, argv, registry));
}
