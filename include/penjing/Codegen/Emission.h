// From a module of the LLVM dialect to bytes: objects, assembly, LLVM IR.
#ifndef PENJING_CODEGEN_EMISSION_H
#define PENJING_CODEGEN_EMISSION_H

#include "penjing/Target/Target.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/AsmState.h"
#include "mlir/IR/BuiltinDialect.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Error.h"

#include <optional>
#include <string>
#include <vector>

namespace penjing {

/// A position-independent object file.
struct EmittedObject {
  llvm::SmallVector<char, 0> bytes;
  /// Stack of the deepest chain of calls, bytes; nothing where it has no bound.
  std::optional<uint64_t> stackBytes;

  llvm::StringRef view() const { return {bytes.data(), bytes.size()}; }
};

/// Generates code. The bytes depend on the module and the target alone.
llvm::Expected<EmittedObject> emitObject(mlir::ModuleOp module,
                                         const Target &target);

/// The object's code as assembly text.
llvm::Expected<std::string> emitAssembly(mlir::ModuleOp module,
                                         const Target &target);

/// The module as LLVM IR text, optimized as for the object.
llvm::Expected<std::string> emitLLVMIR(mlir::ModuleOp module,
                                       const Target &target);

/// Names of the object's undefined symbols, sorted.
llvm::Expected<std::vector<std::string>>
undefinedSymbols(llvm::StringRef object);

/// An error that names the object's undefined symbols, if it has any.
llvm::Error checkUndefinedSymbols(llvm::StringRef object);

/// Adds one internal constant of bytes, 64-byte aligned, whose data is a
/// resource blob: hundreds of megabytes cost no time. The blob's key is the
/// symbol's name, renamed where taken.
mlir::LLVM::GlobalOp createConstantSection(mlir::ModuleOp module,
                                           llvm::StringRef name,
                                           mlir::AsmResourceBlob blob);

} // namespace penjing

#endif // PENJING_CODEGEN_EMISSION_H
