// What the multiply-add leaves multiply, a line each.
#include "penjing/Target/Leaves.h"

using namespace penjing;

LeafFacts penjing::factsOfLeaf(llvm::StringRef leaf) {
  static constexpr LeafFacts facts[] = {
      {"fma", 1, true, false},
      {"portable", 1, true, true},
      {"vpdpbusd", 4, false, true},
      {"vpmaddwd", 4, false, true},
  };
  for (const LeafFacts &entry : facts)
    if (entry.leaf == leaf)
      return entry;
  return {leaf, 1, false, false};
}

const LeafRate *penjing::fastestLeaf(const Target &target, bool integers) {
  const LeafRate *best = nullptr;
  for (const LeafRate &rate : target.leaves) {
    LeafFacts facts = factsOfLeaf(rate.leaf);
    if ((integers ? facts.integers : facts.floats) && (!best || rate.rate > best->rate))
      best = &rate;
  }
  return best;
}
