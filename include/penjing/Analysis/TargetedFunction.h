// The function and the target that a pass of one target works on.
#ifndef PENJING_ANALYSIS_TARGETEDFUNCTION_H
#define PENJING_ANALYSIS_TARGETEDFUNCTION_H

#include "penjing/Dialect/Penjing/Penjing.h"
#include "penjing/Target/Target.h"

namespace penjing {

struct TargetedFunction {
  mlir::func::FuncOp function;
  Target target;
};

/// The module's entry function and the description called `target`; fails with a
/// message where one of them is not there.
mlir::FailureOr<TargetedFunction> getTargetedFunction(mlir::ModuleOp module, llvm::StringRef target);

/// The same for a module that must be in scheduled form.
mlir::FailureOr<TargetedFunction> getScheduledFunction(mlir::ModuleOp module, llvm::StringRef target);

} // namespace penjing

#endif // PENJING_ANALYSIS_TARGETEDFUNCTION_H
