// Names every room: what tools register.
#include "penjing/InitAll.h"

#include "penjing/Dialect/Penjing/Penjing.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Quant/IR/Quant.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/DialectRegistry.h"
#include "mlir/Transforms/Passes.h"

void penjing::registerAllDialects(mlir::DialectRegistry &registry) {
  registry.insert<PenjingDialect, mlir::arith::ArithDialect, mlir::func::FuncDialect,
                  mlir::quant::QuantDialect, mlir::tensor::TensorDialect>();
}

void penjing::registerAllPasses() { mlir::registerTransformsPasses(); }
