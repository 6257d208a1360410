// The leaf registry. Its list is generated from the folder: a leaf in
// LeafName.cpp defines `leafName()`.
#include "Leaf.h"

using namespace penjing;

namespace penjing {
#define PENJING_LEAF(Name) const Leaf &leaf##Name();
#include "Leaves.inc"
#undef PENJING_LEAF
} // namespace penjing

llvm::ArrayRef<const Leaf *> penjing::allLeaves() {
  static const Leaf *const leaves[] = {
#define PENJING_LEAF(Name) &leaf##Name(),
#include "Leaves.inc"
#undef PENJING_LEAF
  };
  return leaves;
}

const Leaf *penjing::findLeaf(llvm::StringRef name) {
  for (const Leaf *leaf : allLeaves())
    if (leaf->name() == name)
      return leaf;
  return nullptr;
}
