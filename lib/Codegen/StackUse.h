// How much of the stack the functions of an object take, asked of LLVM's code
// generator while it runs.
#ifndef PENJING_LIB_CODEGEN_STACKUSE_H
#define PENJING_LIB_CODEGEN_STACKUSE_H

#include "llvm/ADT/StringMap.h"
#include "llvm/IR/Module.h"

#include <optional>

namespace penjing {

/// Collects the frame of every function between its construction and the end of
/// code generation. Takes over the context's diagnostics about frames alone.
class StackUse {
public:
  /// Call before code generation: marks the functions to be measured.
  explicit StackUse(llvm::Module &module);
  ~StackUse();

  /// Bytes of the deepest chain of calls that starts at a public function,
  /// return addresses and alignment included: an upper bound, near the truth.
  /// Nothing where calls go through pointers or around in a circle.
  std::optional<uint64_t> deepest() const;

private:
  class Handler;
  llvm::Module &module;
  llvm::StringMap<uint64_t> frames;
};

} // namespace penjing

#endif // PENJING_LIB_CODEGEN_STACKUSE_H
