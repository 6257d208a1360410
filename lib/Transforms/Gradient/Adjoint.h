// What a gradient rule is written with: the gradients that arrive, which ones
// are asked for, and short names for the arithmetic between them.
#ifndef PENJING_LIB_TRANSFORMS_GRADIENT_ADJOINT_H
#define PENJING_LIB_TRANSFORMS_GRADIENT_ADJOINT_H

#include "penjing/Dialect/Penjing/Penjing.h"
#include "penjing/Transforms/Gradient/DifferentiableOpInterface.h"

#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace penjing {

/// One gradient per operand; null where there is none.
using Gradients = llvm::SmallVector<mlir::Value>;

class Adjoint : public mlir::ImplicitLocOpBuilder {
public:
  Adjoint(mlir::Operation *op, mlir::OpBuilder &builder, mlir::ValueRange gradients,
          llvm::ArrayRef<bool> needed)
      : ImplicitLocOpBuilder(op->getLoc(), builder), gradients(gradients), needed(needed) {}

  bool needs(unsigned operand) const { return needed[operand]; }
  /// The gradient of a result; null where none arrives.
  mlir::Value gradient(unsigned result = 0) const { return gradients[result]; }

  mlir::Value add(mlir::Value a, mlir::Value b) { return AddOp::create(*this, a, b); }
  mlir::Value sub(mlir::Value a, mlir::Value b) { return SubOp::create(*this, a, b); }
  mlir::Value mul(mlir::Value a, mlir::Value b) { return MulOp::create(*this, a, b); }
  mlir::Value div(mlir::Value a, mlir::Value b) { return DivOp::create(*this, a, b); }
  mlir::Value neg(mlir::Value a) { return NegOp::create(*this, a); }
  mlir::Value mul(mlir::Value a, double b) { return mul(a, scalar(b, a)); }

  /// A constant of rank 0 with the element type of `like`; it broadcasts.
  mlir::Value scalar(double value, mlir::Value like);
  mlir::Value select(mlir::Value condition, mlir::Value a, mlir::Value b) {
    return SelectOp::create(*this, condition, a, b);
  }
  /// `value` where `x predicate bound` holds, 0 elsewhere.
  mlir::Value where(mlir::Value x, ComparePredicate predicate, double bound, mlir::Value value);

  mlir::Value sum(mlir::Value value, llvm::ArrayRef<int64_t> axes, bool keepDims = false);
  /// The adjoint of broadcasting: sums `value` down to the shape of `like`.
  mlir::Value sumTo(mlir::Value value, mlir::Value like);
  mlir::Value broadcastTo(mlir::Value value, mlir::Value like) {
    return BroadcastOp::create(*this, value, like);
  }
  /// The same elements under a static shape.
  mlir::Value reshape(mlir::Value value, llvm::ArrayRef<int64_t> shape);
  /// `low` and `high` zeros before and behind each dimension; negative ones cut.
  mlir::Value pad(mlir::Value value, llvm::ArrayRef<int64_t> low, llvm::ArrayRef<int64_t> high);

private:
  mlir::ValueRange gradients;
  llvm::ArrayRef<bool> needed;
};

inline llvm::ArrayRef<int64_t> shapeOf(mlir::Value value) {
  return mlir::cast<mlir::RankedTensorType>(value.getType()).getShape();
}

/// Makes the function `gradientOf(OpT, Adjoint &)` of a family's file the
/// gradient rule of OpT.
template <typename OpT>
struct GradientRule
    : public DifferentiableOpInterface::ExternalModel<GradientRule<OpT>, OpT> {
  Gradients emitGradient(mlir::Operation *op, mlir::OpBuilder &builder,
                         mlir::ValueRange resultGradients, llvm::ArrayRef<bool> needed) const {
    Adjoint adjoint(op, builder, resultGradients, needed);
    return gradientOf(mlir::cast<OpT>(op), adjoint);
  }
};

template <typename... OpT> void attachGradientRules(mlir::MLIRContext *context) {
  (OpT::template attachInterface<GradientRule<OpT>>(*context), ...);
}

// One per family of ops.
void attachConvolutionGradients(mlir::MLIRContext *context);
void attachElementwiseGradients(mlir::MLIRContext *context);
void attachLossGradients(mlir::MLIRContext *context);
void attachMatrixGradients(mlir::MLIRContext *context);
void attachNormalizationGradients(mlir::MLIRContext *context);
void attachPoolingGradients(mlir::MLIRContext *context);
void attachShapeGradients(mlir::MLIRContext *context);
void attachSimulationGradients(mlir::MLIRContext *context);

} // namespace penjing

#endif // PENJING_LIB_TRANSFORMS_GRADIENT_ADJOINT_H
