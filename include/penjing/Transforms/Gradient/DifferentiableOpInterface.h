// The gradient reader of an op, and the rules the project has for its ops.
#ifndef PENJING_TRANSFORMS_GRADIENT_DIFFERENTIABLEOPINTERFACE_H
#define PENJING_TRANSFORMS_GRADIENT_DIFFERENTIABLEOPINTERFACE_H

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/OpDefinition.h"
#include "llvm/ADT/MapVector.h"

namespace mlir {
class DialectRegistry;
} // namespace mlir

namespace penjing {

/// New values of parameters by symbol name, in the order they were met. An op
/// that moves a parameter a second time starts from the value found here.
using StateUpdates = llvm::MapVector<mlir::StringAttr, mlir::Value>;

/// Attaches the gradient rule of every differentiable op of `pj`.
void registerGradientRules(mlir::DialectRegistry &registry);

} // namespace penjing

#include "penjing/Transforms/Gradient/DifferentiableOpInterface.h.inc"

#endif // PENJING_TRANSFORMS_GRADIENT_DIFFERENTIABLEOPINTERFACE_H
