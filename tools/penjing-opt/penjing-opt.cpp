// The opt-style tool: reads IR, runs passes, prints IR.
#include "penjing/InitAll.h"

#include "mlir/IR/DialectRegistry.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  penjing::registerAllDialects(registry);
  penjing::registerAllPasses();
  return mlir::asMainReturnCode(mlir::MlirOptMain(argc, argv, "Penjing's optimizer driver\n", registry));
}
