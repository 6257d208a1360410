// What a gradient rule is written with, and the list of all families' rules.
#include "Adjoint.h"

#include "mlir/IR/DialectRegistry.h"

using namespace mlir;
using namespace penjing;

#include "penjing/Transforms/Gradient/DifferentiableOpInterface.cpp.inc"

Value Adjoint::scalar(double value, Value like) {
  Type element = getElementTypeOrSelf(like);
  auto type = RankedTensorType::get({}, element);
  return ConstantOp::create(*this, DenseElementsAttr::get(type, getFloatAttr(element, value)));
}

Value Adjoint::where(Value x, ComparePredicate predicate, double bound, Value value) {
  Value inside = CompareOp::create(*this, x, scalar(bound, x), predicate);
  return select(inside, value, scalar(0, value));
}

Value Adjoint::sum(Value value, ArrayRef<int64_t> axes, bool keepDims) {
  if (axes.empty())
    return value;
  return ReduceSumOp::create(*this, value, axes, keepDims);
}

Value Adjoint::sumTo(Value value, Value like) {
  ArrayRef<int64_t> from = shapeOf(value), to = shapeOf(like);
  int64_t added = from.size() - to.size();
  SmallVector<int64_t> stretched;
  for (auto [index, size] : llvm::enumerate(to))
    if (size == 1 && from[added + index] != 1)
      stretched.push_back(added + index);
  value = sum(value, stretched, /*keepDims=*/true);
  return sum(value, llvm::to_vector(llvm::seq<int64_t>(0, added)));
}

Value Adjoint::reshape(Value value, ArrayRef<int64_t> shape) {
  if (shapeOf(value) == shape)
    return value;
  return ReshapeOp::create(*this, value, shape, /*allow_zero=*/llvm::is_contained(shape, 0));
}

Value Adjoint::pad(Value value, ArrayRef<int64_t> low, ArrayRef<int64_t> high) {
  return PadOp::create(*this, value, low, high, llvm::APFloat(0.0));
}

void penjing::registerGradientRules(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, PenjingDialect *) {
    attachConvolutionGradients(context);
    attachElementwiseGradients(context);
    attachLossGradients(context);
    attachMatrixGradients(context);
    attachNormalizationGradients(context);
    attachPoolingGradients(context);
    attachShapeGradients(context);
    attachSimulationGradients(context);
  });
}
