// Which packed weights have zeros that storage can leave out.
#ifndef PENJING_LIB_TRANSFORMS_MATERIALIZE_SPARSESTORAGE_H
#define PENJING_LIB_TRANSFORMS_MATERIALIZE_SPARSESTORAGE_H

#include "penjing/Analysis/WeightBlocks.h"

namespace penjing {

/// Writes `pj.sparsity` with the shares of zeros on a layer of a packed module
/// whose weight has enough of them; gives the pattern, or an empty text.
llvm::StringRef markSparsity(const Layer &layer);

} // namespace penjing

#endif // PENJING_LIB_TRANSFORMS_MATERIALIZE_SPARSESTORAGE_H
