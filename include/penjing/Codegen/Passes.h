// Passes from kernel ops to the LLVM dialect, and their fixed order.
#ifndef PENJING_CODEGEN_PASSES_H
#define PENJING_CODEGEN_PASSES_H

#include "penjing/Target/Target.h"

#include "mlir/Pass/Pass.h"

namespace penjing {

#define GEN_PASS_DECL
#include "penjing/Codegen/Passes.h.inc"

/// Everything from func, scf, arith, math, llvm and pjk ops to the LLVM
/// dialect alone: outline, lower, expand math, upstream conversions.
/// Registered as `pjk-to-llvm{target=…}`.
void buildKernelsToLLVM(mlir::OpPassManager &passes, const Target &target);

/// Registers the passes and the pipeline.
void registerCodegen();

} // namespace penjing

#endif // PENJING_CODEGEN_PASSES_H
