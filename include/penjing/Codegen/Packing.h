// Packing of constant operands into the layout a kernel reads: on the host,
// when the schedule makes its constants.
#ifndef PENJING_CODEGEN_PACKING_H
#define PENJING_CODEGEN_PACKING_H

#include "penjing/Dialect/Kernel/Kernel.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <vector>

namespace penjing {

/// A constant operand as its kernel reads it.
struct PackedWeight {
  /// Operand B (block or dense) or A (unstructured); align it to 64 bytes.
  std::vector<char> values;
  /// The table behind the `index` operand; empty when dense.
  std::vector<int32_t> index;
  /// Stored blocks (or elements) and how many a dense form would have.
  int64_t stored = 0;
  int64_t total = 0;
};

/// Packs the logical weight `source` for `contraction`, whose tiles and leaf
/// are final. The weight's element for a point of the iteration space lies at
/// `origin` plus the sum of index times stride, in elements, with the strides
/// of B (of A when unstructured). Errors: unknown leaf, storage that is not a
/// constant's, an element outside `source`.
llvm::Expected<PackedWeight> packWeight(kernel::ContractionAttr contraction,
                                        llvm::ArrayRef<char> source,
                                        int64_t origin = 0);

/// Bytes of the dense packed form of B.
llvm::Expected<int64_t> packedBytes(kernel::ContractionAttr contraction);

} // namespace penjing

#endif // PENJING_CODEGEN_PACKING_H
