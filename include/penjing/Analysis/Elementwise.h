// Which ops compute each element of their result from one element of each
// operand, and how their operands line up with it.
#ifndef PENJING_ANALYSIS_ELEMENTWISE_H
#define PENJING_ANALYSIS_ELEMENTWISE_H

#include "penjing/Analysis/Views.h"

namespace penjing {

/// Whether the op has one result and computes it element by element.
bool isElementwise(mlir::Operation *op);

/// The view of operand `index` lined up with the result's dimensions: by NumPy's
/// rule, or along the op's axis for a vector of a normalization or of scales.
View alignedView(mlir::Operation *op, unsigned index, const View &operand);

/// Whether operand `index` takes part only with its shape (`like`).
bool isShapeOnly(mlir::Operation *op, unsigned index);

} // namespace penjing

#endif // PENJING_ANALYSIS_ELEMENTWISE_H
