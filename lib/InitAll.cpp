// Names every room: what tools register.
#include "penjing/InitAll.h"

#include "penjing/Analysis/Channels.h"
#include "penjing/Codegen/Passes.h"
#include "penjing/Conversion/PenjingToKernels/Passes.h"
#include "penjing/Dialect/Kernel/Kernel.h"
#include "penjing/Dialect/Penjing/Penjing.h"
#include "penjing/Search/Passes.h"
#include "penjing/Train/Passes.h"
#include "penjing/Transforms/Gradient/DifferentiableOpInterface.h"
#include "penjing/Transforms/Gradient/Passes.h"
#include "penjing/Transforms/Materialize/Passes.h"
#include "penjing/Transforms/Prune/Passes.h"
#include "penjing/Transforms/Quantize/Passes.h"
#include "penjing/Transforms/Restructure/Passes.h"
#include "penjing/Transforms/Schedule/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Quant/IR/Quant.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/DialectRegistry.h"
#include "mlir/Transforms/Passes.h"

void penjing::registerAllDialects(mlir::DialectRegistry &registry) {
  registry.insert<kernel::KernelDialect, mlir::LLVM::LLVMDialect, mlir::math::MathDialect,
                  mlir::scf::SCFDialect, mlir::vector::VectorDialect>();
  registry.insert<PenjingDialect, mlir::arith::ArithDialect, mlir::func::FuncDialect,
                  mlir::quant::QuantDialect, mlir::tensor::TensorDialect>();
  registerChannelRules(registry);
  registerGradientRules(registry);
}

void penjing::registerAllPasses() {
  mlir::registerTransformsPasses();
  registerCodegen();
  registerGradient();
  registerPrunePasses();
  registerSchedulePasses();
  registerConversionPasses();
  registerTraining();
  registerSearchPasses();
  registerRestructurePasses();
  registerQuantizePasses();
  registerMaterializePasses();
}
