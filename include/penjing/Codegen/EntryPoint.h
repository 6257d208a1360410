// Entry points of an object: C functions that return int and set the
// floating-point environment that the numbers are defined in.
#ifndef PENJING_CODEGEN_ENTRYPOINT_H
#define PENJING_CODEGEN_ENTRYPOINT_H

#include "penjing/Target/Target.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <optional>

namespace penjing {

/// Adds the public function `name` around `body`, which becomes private and
/// is never inlined: it saves the floating-point control register, sets
/// flush-to-zero, denormals-are-zero and round-to-nearest, calls `body` with
/// its own arguments, restores the register and returns i32: the body's
/// result, or 0 where it has none. `body` has no result or one i32.
///
/// With `unsupported` it first asks whether the processor has what `target`
/// requires, and returns that status instead of running into an illegal
/// instruction. The answer is kept in one word of the object, because cpuid
/// traps in virtual machines; every thread writes the same value to it.
mlir::func::FuncOp
wrapEntryPoint(mlir::func::FuncOp body, llvm::StringRef name,
               const Target &target,
               std::optional<int32_t> unsupported = std::nullopt);

} // namespace penjing

#endif // PENJING_CODEGEN_ENTRYPOINT_H
