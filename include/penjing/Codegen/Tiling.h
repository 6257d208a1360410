// The analytic choice of leaf, lanes and tiles for a contraction, from the
// registers and leaves of the target.
#ifndef PENJING_CODEGEN_TILING_H
#define PENJING_CODEGEN_TILING_H

#include "penjing/Dialect/Kernel/Kernel.h"
#include "penjing/Target/Target.h"

namespace penjing {

/// The target's fastest leaf for these element types: a name of the registry.
llvm::StringRef chooseLeaf(const Target &target, mlir::Type a, mlir::Type b,
                           mlir::Type acc);

/// The target's fastest leaf for a contraction: a leaf with groups needs packed
/// B, neighbours in A and no vector in A.
llvm::StringRef chooseLeaf(const Target &target,
                           kernel::ContractionAttr contraction);

/// The same contraction with lanes of the target and the default tiles of
/// its leaf. The tile of the innermost parallel dimension and of the vector
/// dimension fill the registers; short reductions are unrolled. Sparse
/// contractions keep the vector tile they come with (it is the block).
kernel::ContractionAttr chooseTiles(kernel::ContractionAttr contraction,
                                    const Target &target);

} // namespace penjing

#endif // PENJING_CODEGEN_TILING_H
