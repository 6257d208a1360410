// Compiles kernel IR for a target and loads it into the test's process; random
// small integers, on which every order of additions is exact.
#ifndef PENJING_TEST_UNIT_CODEGEN_KERNELHARNESS_H
#define PENJING_TEST_UNIT_CODEGEN_KERNELHARNESS_H

#include "penjing/Codegen/LoadedObject.h"
#include "penjing/Dialect/Kernel/Kernel.h"
#include "penjing/Target/Target.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

#include <optional>
#include <random>

namespace penjing::test {

/// A context with the dialects that kernel IR uses.
std::unique_ptr<mlir::MLIRContext> makeContext();

/// Parses `text` and lowers it to the LLVM dialect; null with a message on
/// standard error where either fails.
mlir::OwningOpRef<mlir::ModuleOp> lower(mlir::MLIRContext &context,
                                        llvm::StringRef text,
                                        const Target &target);

/// The object of `text`; fails the test on errors.
llvm::SmallVector<char, 0> compile(mlir::MLIRContext &context,
                                   llvm::StringRef text, const Target &target);

/// The object of `text` in this process, or null after a failure.
std::unique_ptr<LoadedObject> load(mlir::MLIRContext &context,
                                   llvm::StringRef text, const Target &target);

/// The function `name` of `text` as it runs in the environment of an entry
/// point: the public function `NAME_entry` is added around it.
llvm::SmallVector<char, 0>
compileEntry(mlir::MLIRContext &context, llvm::StringRef text,
             llvm::StringRef name, const Target &target,
             std::optional<int32_t> unsupported = std::nullopt);

/// The named targets that this machine can execute.
std::vector<Target> usableTargets();

/// Integers from `low` to `high` in elements of T.
template <typename T>
std::vector<T> integers(size_t count, int low, int high, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<T> values(count);
  for (T &value : values)
    value = static_cast<T>(low + static_cast<int>(random() % (high - low + 1)));
  return values;
}

} // namespace penjing::test

#endif // PENJING_TEST_UNIT_CODEGEN_KERNELHARNESS_H
