// The loops of maps and reductions: dimensions with byte strides, merged where
// all operands are contiguous, and the vectors that cover one of them.
#ifndef PENJING_LIB_CODEGEN_STRIDEDLOOPS_H
#define PENJING_LIB_CODEGEN_STRIDEDLOOPS_H

#include "KernelBuilder.h"

#include "penjing/Dialect/Kernel/Kernel.h"

namespace penjing {

/// A dimension with one stride in bytes per pointer.
struct StridedLoop {
  kernel::DimKind kind;
  int64_t size;
  llvm::SmallVector<int64_t> strides;
};

/// `count` vectors of `lanes` from element `begin` on, of which the first
/// `active` lanes exist.
struct LaneRun {
  int64_t begin, count, lanes, active;
};

/// The dimensions of an op whose pointers have elements of `bytes`; those of
/// size 1 are dropped, neighbours of one kind merged where every operand is
/// contiguous across them.
llvm::SmallVector<StridedLoop> stridedLoops(mlir::ArrayAttr dims,
                                            llvm::ArrayRef<int64_t> bytes);

/// Whole vectors, then the rest: under a mask where the target has one, else
/// in vectors of halved widths down to a scalar.
llvm::SmallVector<LaneRun> laneRuns(int64_t size, int64_t lanes,
                                    const Target &target);

/// Elements of the widest type of the regions that fill a vector.
int64_t regionLanes(llvm::ArrayRef<mlir::Region *> regions,
                    const Target &target);

/// Whether a map copies rows of its one input into columns: the loops along
/// which the input and the output are contiguous, both of at least 4 elements.
bool isTranspose(kernel::MapOp op, llvm::ArrayRef<StridedLoop> loops,
                 llvm::ArrayRef<int64_t> bytes, unsigned &alongInput,
                 unsigned &alongOutput);
void lowerTranspose(KernelBuilder &builder, kernel::MapOp op,
                    llvm::ArrayRef<StridedLoop> loops, unsigned alongInput,
                    unsigned alongOutput);

/// Whether vectors can lie along the loop: every operand is contiguous or
/// constant there.
bool vectorizable(const StridedLoop &loop, llvm::ArrayRef<int64_t> bytes);

using NestBody = llvm::function_ref<void(mlir::ValueRange)>;

/// A nest of `loops` around `body`, which gets the advanced pointers.
void strideNest(KernelBuilder &builder, llvm::ArrayRef<StridedLoop> loops,
                mlir::ValueRange pointers, NestBody body);

/// The pointers moved by `index` elements along the loop.
llvm::SmallVector<mlir::Value> advanceAll(KernelBuilder &builder,
                                          const StridedLoop &loop,
                                          mlir::ValueRange pointers,
                                          mlir::Value index);
llvm::SmallVector<mlir::Value> advanceAll(KernelBuilder &builder,
                                          const StridedLoop &loop,
                                          mlir::ValueRange pointers,
                                          int64_t index);

} // namespace penjing

#endif // PENJING_LIB_CODEGEN_STRIDEDLOOPS_H
