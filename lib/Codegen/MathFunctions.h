// Polynomials for the math functions, as arith ops on f32 scalars or vectors.
// Only multiplications, additions and one division: the bits are the same on
// every target, and at most 2 units in the last place from the true value.
#ifndef PENJING_LIB_CODEGEN_MATHFUNCTIONS_H
#define PENJING_LIB_CODEGEN_MATHFUNCTIONS_H

#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace penjing {

/// Results below 2^-126 are flushed by the environment; NaN stays NaN.
mlir::Value expandExp(mlir::ImplicitLocOpBuilder &builder, mlir::Value x);
/// log(0) = -inf, log(negative) = NaN.
mlir::Value expandLog(mlir::ImplicitLocOpBuilder &builder, mlir::Value x);
mlir::Value expandTanh(mlir::ImplicitLocOpBuilder &builder, mlir::Value x);
mlir::Value expandErf(mlir::ImplicitLocOpBuilder &builder, mlir::Value x);
/// Rounding without an instruction for it: half to even, down, up, towards zero.
mlir::Value expandRoundEven(mlir::ImplicitLocOpBuilder &builder, mlir::Value x);

mlir::Value expandFloor(mlir::ImplicitLocOpBuilder &builder, mlir::Value x);
mlir::Value expandCeil(mlir::ImplicitLocOpBuilder &builder, mlir::Value x);
mlir::Value expandTrunc(mlir::ImplicitLocOpBuilder &builder, mlir::Value x);

} // namespace penjing

#endif // PENJING_LIB_CODEGEN_MATHFUNCTIONS_H
