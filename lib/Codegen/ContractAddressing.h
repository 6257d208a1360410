// Where a contraction's operands lie in bytes: tiles, packed strides and merged
// reductions. Packing and lowering both read it, so that they cannot disagree.
#ifndef PENJING_LIB_CODEGEN_CONTRACTADDRESSING_H
#define PENJING_LIB_CODEGEN_CONTRACTADDRESSING_H

#include "Leaf.h"

#include "penjing/Dialect/Kernel/Kernel.h"

namespace penjing {

/// `count` tiles of `tile` steps each from `begin` on.
struct TileRun {
  int64_t begin, count, tile;
  int64_t end() const { return begin + count * tile; }
};

/// Cuts `size` into the fewest tiles of at most `tile`, as equal as possible,
/// the larger ones first: 32 by 11 is 2 x 11 + 1 x 10.
llvm::SmallVector<TileRun, 2> equalTiles(int64_t size, int64_t tile);

/// One loop over products, innermost last. Strides are bytes.
struct ReductionLoop {
  int64_t size, unroll, strideA, strideB;
};

class ContractAddressing {
public:
  ContractAddressing(kernel::ContractionAttr contraction, const Leaf &leaf);

  const kernel::ContractionAttr contraction;
  const Leaf &leaf;
  /// Parallel and vector dimensions, and reductions, in order.
  llvm::SmallVector<kernel::DimAttr> outer, reductions;
  /// Bytes of an element of A and of B.
  int64_t bytesA, bytesB;

  /// Steps of the last reduction dimension's groups, and of all reductions.
  int64_t lastSteps() const;
  int64_t totalSteps() const;
  /// Tiles of the vector dimension, in vectors.
  llvm::SmallVector<TileRun, 2> vectorTiles() const;
  /// Vectors of a block in sparse storage: the widest tile.
  int64_t blockVectors() const;
  /// Bytes between steps of a packed tile of `vectors`.
  int64_t stepBytes(int64_t vectors) const;
  /// Bytes by which B moves along an outer dimension, one element or, for the
  /// vector dimension, one vector.
  int64_t strideB(kernel::DimAttr dim) const;
  /// Whether B depends on a parallel dimension.
  bool batchesB(kernel::DimAttr dim) const;
  /// The dense reduction nest of a tile of `vectors`, adjacent loops merged
  /// where both operands are contiguous.
  /// The first `hoisted` reduction dimensions are left out.
  llvm::SmallVector<ReductionLoop> reductionLoops(int64_t vectors,
                                                  unsigned hoisted = 0) const;
  /// Bytes of A and of B from the first to the last element that all
  /// dimensions but the first `hoisted` reductions reach.
  int64_t footprint(unsigned hoisted) const;
};

/// Why a leaf with groups cannot address the contraction; null when it can.
const char *groupFault(kernel::ContractionAttr contraction, const Leaf &leaf);

/// The addressing of a contraction whose leaf exists and whose groups are
/// contiguous in A; otherwise an error that says what is required.
llvm::Expected<ContractAddressing>
addressContraction(kernel::ContractionAttr contraction);

} // namespace penjing

#endif // PENJING_LIB_CODEGEN_CONTRACTADDRESSING_H
