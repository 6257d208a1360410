// Expansion of the three kernel ops, one function each; the pass in
// LowerKernels.cpp walks and erases.
#ifndef PENJING_LIB_CODEGEN_KERNELLOWERING_H
#define PENJING_LIB_CODEGEN_KERNELLOWERING_H

#include "penjing/Dialect/Kernel/Kernel.h"
#include "penjing/Target/Target.h"

namespace penjing {

/// Each writes loops before the op; errors are emitted at the op.
mlir::LogicalResult lowerContract(kernel::ContractOp op, const Target &target);
mlir::LogicalResult lowerMap(kernel::MapOp op, const Target &target);
mlir::LogicalResult lowerReduce(kernel::ReduceOp op, const Target &target);

} // namespace penjing

#endif // PENJING_LIB_CODEGEN_KERNELLOWERING_H
