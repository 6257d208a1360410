// Fails an assertion of LLVM's headers on purpose: test/house/assertions.py
// expects this program to die where the build keeps assertions.
#include "llvm/ADT/SmallVector.h"

int main(int argumentCount, char **) {
  llvm::SmallVector<int, 1> values;
  // The index is beyond the end and unknown to the compiler.
  return values[static_cast<unsigned>(argumentCount)] == 7;
}
