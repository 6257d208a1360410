// What the multiply-add leaves multiply, as far as estimates of time need it.
#ifndef PENJING_TARGET_LEAVES_H
#define PENJING_TARGET_LEAVES_H

#include "penjing/Target/Target.h"

namespace penjing {

struct LeafFacts {
  llvm::StringRef leaf;
  /// Consecutive inputs whose products one instruction adds.
  int64_t group;
  bool floats, integers;
};

/// Facts about the leaf called so; about one that multiplies nothing where none is.
LeafFacts factsOfLeaf(llvm::StringRef leaf);

/// The target's fastest leaf for float32 or for 8-bit integers, or null.
const LeafRate *fastestLeaf(const Target &target, bool integers);

} // namespace penjing

#endif // PENJING_TARGET_LEAVES_H
