// The dialect `check` and its judge.
#ifndef PENJING_TEST_LIB_DIALECT_CHECK_CHECK_H
#define PENJING_TEST_LIB_DIALECT_CHECK_CHECK_H

#include "penjing/Reference/Tensor.h"

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"

#include "Dialect/Check/CheckDialect.h.inc"

#define GET_OP_CLASSES
#include "Dialect/Check/CheckOps.h.inc"

namespace penjing::check {

/// Judges an expectation by the value of its operand: an error at the op where
/// they differ, with the first element that does.
mlir::LogicalResult judge(mlir::Operation *op, llvm::ArrayRef<Tensor> operands);

} // namespace penjing::check

#endif // PENJING_TEST_LIB_DIALECT_CHECK_CHECK_H
