// The kernel dialect's C++ classes: the dialect itself, its enums,
// attributes and ops.
#ifndef PENJING_DIALECT_KERNEL_KERNEL_H
#define PENJING_DIALECT_KERNEL_KERNEL_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "penjing/Dialect/Kernel/KernelDialect.h.inc"
#include "penjing/Dialect/Kernel/KernelEnums.h.inc"

#define GET_ATTRDEF_CLASSES
#include "penjing/Dialect/Kernel/KernelAttributes.h.inc"

#define GET_OP_CLASSES
#include "penjing/Dialect/Kernel/KernelOps.h.inc"

#endif // PENJING_DIALECT_KERNEL_KERNEL_H
