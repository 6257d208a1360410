// The pass from the scheduled form to kernels, and what its function takes.
#ifndef PENJING_CONVERSION_PENJINGTOKERNELS_PASSES_H
#define PENJING_CONVERSION_PENJINGTOKERNELS_PASSES_H

#include "penjing/Dialect/Penjing/Penjing.h"

#include "mlir/Pass/Pass.h"

namespace penjing {

#define GEN_PASS_DECL
#include "penjing/Conversion/PenjingToKernels/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "penjing/Conversion/PenjingToKernels/Passes.h.inc"

/// The parameters that a scheduled function reads from the caller's table, in its
/// order: those it uses that have no value.
llvm::SmallVector<ParamOp> argumentParameters(mlir::func::FuncOp function);

} // namespace penjing

#endif // PENJING_CONVERSION_PENJINGTOKERNELS_PASSES_H
