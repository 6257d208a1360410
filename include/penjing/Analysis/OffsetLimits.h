// Offsets in generated code and in the tables of sparse weights have 32 bits: what
// would not fit is refused before memory is asked for.
#ifndef PENJING_ANALYSIS_OFFSETLIMITS_H
#define PENJING_ANALYSIS_OFFSETLIMITS_H

#include "penjing/Dialect/Penjing/Penjing.h"

namespace penjing {

/// The most bytes that lie behind one pointer of generated code.
constexpr uint64_t kMostBytes = (uint64_t(1) << 31) - 1;

/// Fails with a message where `what` takes more; nothing stands for more than 64 bits count.
mlir::LogicalResult requireOffsets(mlir::Operation *where, const llvm::Twine &what, std::optional<uint64_t> bytes);

/// The same for every tensor of a function with static shapes, and for its constants
/// together, by their types alone; also where a tensor has no elements.
mlir::LogicalResult requireOffsets(mlir::func::FuncOp function);

} // namespace penjing

#endif // PENJING_ANALYSIS_OFFSETLIMITS_H
