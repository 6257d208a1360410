// The fixed order of the passes from kernel ops to the LLVM dialect, and the
// registration of both passes and pipeline.
#include "penjing/Codegen/Passes.h"

#include "penjing/Dialect/Kernel/Kernel.h"

#include "mlir/Conversion/Passes.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Transforms/Passes.h"

namespace penjing {
#define GEN_PASS_REGISTRATION
#include "penjing/Codegen/Passes.h.inc"
} // namespace penjing

using namespace mlir;
using namespace penjing;

void penjing::buildKernelsToLLVM(OpPassManager &passes, const Target &target) {
  // Equal addresses become one value first: an op in place is recognized by it.
  passes.addPass(createCSEPass());
  passes.addPass(createOutlineKernels());
  passes.addPass(createLowerKernels(LowerKernelsOptions{target.name}));
  passes.addPass(createExpandMath(ExpandMathOptions{target.name}));
  passes.addPass(createCanonicalizerPass());
  passes.addPass(createCSEPass());
  passes.addPass(createSCFToControlFlowPass());
  passes.addPass(createConvertVectorToLLVMPass());
  passes.addPass(createConvertMathToLLVMPass());
  passes.addPass(createArithToLLVMConversionPass());
  passes.addPass(createConvertControlFlowToLLVMPass());
  passes.addPass(createConvertFuncToLLVMPass());
  passes.addPass(createReconcileUnrealizedCastsPass());
}

namespace {
struct ToLLVMOptions : PassPipelineOptions<ToLLVMOptions> {
  Option<std::string> target{*this, "target",
                             llvm::cl::desc("Name of the target description"),
                             llvm::cl::init("x86-64-v3")};
};
} // namespace

void penjing::registerCodegen() {
  registerCodegenPasses();
  PassPipelineRegistration<ToLLVMOptions>(
      "pjk-to-llvm", "Kernel ops, and func, scf, arith, math around them, to the LLVM dialect",
      [](OpPassManager &passes, const ToLLVMOptions &options) {
        llvm::Expected<Target> target = findTarget(options.target);
        if (target)
          return buildKernelsToLLVM(passes, *target);
        // The pass repeats the look-up and reports it.
        llvm::consumeError(target.takeError());
        passes.addPass(createLowerKernels(LowerKernelsOptions{options.target}));
      });
}
