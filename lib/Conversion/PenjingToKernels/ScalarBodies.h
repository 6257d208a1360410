// What elementwise ops compute for one element: the bodies of maps and the
// epilogues of contractions.
#ifndef PENJING_LIB_CONVERSION_PENJINGTOKERNELS_SCALARBODIES_H
#define PENJING_LIB_CONVERSION_PENJINGTOKERNELS_SCALARBODIES_H

#include "penjing/Dialect/Penjing/Penjing.h"

#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace penjing {

/// Why an op cannot be computed on scalars, or an empty string.
std::string scalarObstacle(mlir::Operation *op);

/// The element of the op's result for the elements of its operands, all in the
/// types in which they lie in memory.
mlir::Value scalarBody(mlir::ImplicitLocOpBuilder &builder, mlir::Operation *op,
                       mlir::ValueRange operands);

/// clamp(round(x) + zero point), as the storage integer; half to even or down.
mlir::Value roundToStorage(mlir::ImplicitLocOpBuilder &builder, mlir::Value x, mlir::Type quantized,
                           RoundingRule rounding = RoundingRule::Nearest);

/// q - zero point as i32.
mlir::Value centered(mlir::ImplicitLocOpBuilder &builder, mlir::Value q, mlir::Type quantized);

/// A number of a float or integer type.
mlir::Value number(mlir::ImplicitLocOpBuilder &builder, mlir::Type type, double value);

} // namespace penjing

#endif // PENJING_LIB_CONVERSION_PENJINGTOKERNELS_SCALARBODIES_H
