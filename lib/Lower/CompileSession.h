// A module on its way through the private context: IR without weights, weights
// by pointer, passes, object.
#ifndef PENJING_LIB_LOWER_COMPILESESSION_H
#define PENJING_LIB_LOWER_COMPILESESSION_H

#include "penjing/Lower/CompiledModule.h"
#include "penjing/Transforms/Schedule/Preferences.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"

namespace penjing {

/// The other context, with the dialects that compilation needs.
class PrivateContext {
public:
  /// `keepInline` false strips values of parameters from the copy; with
  /// `attachValues` they come back as blobs that read the source's memory.
  static mlir::FailureOr<std::unique_ptr<PrivateContext>> create(mlir::ModuleOp source,
                                                                 bool attachValues);
  ~PrivateContext();

  /// Tells diagnostics of this context in the source's: locations cannot cross
  /// back as they are.
  std::unique_ptr<mlir::ScopedDiagnosticHandler> forwardDiagnostics(mlir::ModuleOp source);

  mlir::ModuleOp module() { return *copy; }
  mlir::MLIRContext &context() { return *owned; }

private:
  std::unique_ptr<mlir::MLIRContext> owned;
  mlir::OwningOpRef<mlir::ModuleOp> copy;
  /// Values that were inline in the source, expanded.
  std::vector<std::vector<char>> expanded;
};

/// Brings a module of any form into the scheduled form; nothing to do where it is
/// already. With `fuse`, weights that are constant are folded and ops are fused;
/// without, every op stays a kernel of its own.
mlir::LogicalResult scheduleModule(mlir::ModuleOp module, const Target &target, bool fuse = true,
                                   const SchedulePreferences &preferences = {});

/// Makes the entry function return the results of all its ops, too. Gives the ops'
/// names, in the order of the new results.
llvm::SmallVector<TensorDescription> returnEveryResult(mlir::ModuleOp module);

/// Descriptions of the entry function's arguments, results and table of parameters.
struct Interface {
  std::vector<TensorDescription> inputs, outputs, parameters;
  bool hasSamples = false;
};
Interface describeInterface(mlir::func::FuncOp function);

/// The description of one tensor type.
TensorDescription describeTensor(llvm::StringRef name, mlir::Type type);

/// The kernels of a scheduled function.
std::vector<KernelChoice> describeKernels(mlir::func::FuncOp function);

} // namespace penjing

#endif // PENJING_LIB_LOWER_COMPILESESSION_H
