// The project's own model files: MLIR text (.mlir) and bytecode (.mlirbc).
// They are the user's own; upstream's reader is not proof against hostile bytes.
#ifndef PENJING_DIALECT_PENJING_MODELFILES_H
#define PENJING_DIALECT_PENJING_MODELFILES_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

#include <string>

namespace penjing {

/// The module in a file of either kind; null, with a diagnostic, where it
/// cannot be read or does not verify.
mlir::OwningOpRef<mlir::ModuleOp> readModule(llvm::StringRef path, mlir::MLIRContext *context);

/// The module in `bytes` of either kind, called `name` in diagnostics. The
/// bytes may lie anywhere and go away afterwards.
mlir::OwningOpRef<mlir::ModuleOp> parseModule(llvm::StringRef bytes, llvm::StringRef name,
                                              mlir::MLIRContext *context);

/// The module as bytecode, with blobs named after parameters: equal modules
/// give equal bytes.
std::string writeBytecode(mlir::ModuleOp module);

/// The module as text. Weights are written out, unless `elide` leaves only
/// their keys (a dump to look at, not to read back).
std::string writeText(mlir::ModuleOp module, bool elide = false);

/// How many quantized types of the module have a scale that text does not keep:
/// upstream prints them with seven digits. Bytecode keeps them all.
unsigned countScalesThatTextRounds(mlir::ModuleOp module);

} // namespace penjing

#endif // PENJING_DIALECT_PENJING_MODELFILES_H
