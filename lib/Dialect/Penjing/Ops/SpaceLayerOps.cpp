// Layers of a search space: constraints on the types they are written with.
#include "ShapeInference.h"

#include "penjing/Dialect/Penjing/SizeBindings.h"

using namespace mlir;
using namespace penjing;

static bool isKernelSize(int64_t size) { return size >= 1 && size <= 1023 && size % 2 == 1; }

LogicalResult ConvLayerOp::verify() {
  auto input = cast<RankedTensorType>(getInput().getType()), result = cast<RankedTensorType>(getType());
  // conv_layer_c1
  if (input.getRank() != 4 || result.getRank() != 4 || input.getElementType() != result.getElementType())
    return emitOpError() << "requires input and result of rank 4 and one element type, but got " << input << " and "
                         << result;
  // conv_layer_c2
  bool legal = getKernel().size() == 2;
  for (Attribute size : getKernel()) {
    auto number = dyn_cast<IntegerAttr>(size);
    bool isNumber = number && number.getType().isSignlessInteger(64);
    legal = legal && (isNumber ? isKernelSize(number.getInt()) : isa<FlatSymbolRefAttr>(size));
  }
  if (!legal)
    return emitOpError() << "requires two kernel sizes, odd numbers from 1 to 1023 or names, but got " << getKernel();
  // conv_layer_c3
  if (getStrides().size() != 2 || llvm::any_of(getStrides(), [](int64_t s) { return s < 1 || s > 1024; }))
    return emitOpError() << "requires two strides from 1 to 1024, but got [" << getStrides() << "]";
  DimensionScope scope(getContext());
  auto in = scope.sizes(input, getLoc()), out = scope.sizes(result, getLoc());
  if (failed(in) || failed(out))
    return failure();
  // conv_layer_c4
  for (auto [dim, stride] : {std::pair(0u, int64_t(1)), {2u, getStrides()[0]}, {3u, getStrides()[1]}}) {
    AffineExpr want = (*in)[dim].ceilDiv(stride);
    if (!areEqualSizes(want, (*out)[dim]))
      return emitOpError() << "requires a result with " << scope.str(want) << " as size of dimension " << dim
                           << ", but got " << scope.str((*out)[dim]);
  }
  // conv_layer_c5
  if (getDepthwise() && !areEqualSizes((*in)[1], (*out)[1]))
    return emitOpError() << "requires as many channels as the input has, " << scope.str((*in)[1])
                         << ", of a depthwise result, but got " << scope.str((*out)[1]);
  return success();
}

LogicalResult ConvLayerOp::verifySymbolUses(SymbolTableCollection &symbols) {
  // conv_layer_c2
  for (Attribute size : getKernel()) {
    auto name = dyn_cast<FlatSymbolRefAttr>(size);
    if (!name)
      continue;
    auto found = symbols.lookupNearestSymbolFrom<SizeOp>(*this, name);
    if (!found || !llvm::all_of(found.getOptions(), isKernelSize))
      return emitOpError() << "requires a 'pj.size' of odd numbers from 1 to 1023 as kernel size, but found none called '"
                           << name.getValue() << "'";
  }
  return success();
}

LogicalResult LinearLayerOp::verify() {
  auto input = cast<RankedTensorType>(getInput().getType()), result = cast<RankedTensorType>(getType());
  // linear_layer_c1
  if (input.getRank() != 2 || result.getRank() != 2 || input.getElementType() != result.getElementType())
    return emitOpError() << "requires input and result of rank 2 and one element type, but got " << input << " and "
                         << result;
  // linear_layer_c2
  DimensionScope scope(getContext());
  auto in = scope.sizes(input, getLoc()), out = scope.sizes(result, getLoc());
  if (failed(in) || failed(out))
    return failure();
  if (!areEqualSizes((*in)[0], (*out)[0]))
    return emitOpError() << "requires a result with " << scope.str((*in)[0]) << " rows, but got "
                         << scope.str((*out)[0]);
  return success();
}

LogicalResult BatchNormLayerOp::verify() {
  // batch_norm_layer_c1 is checked by the trait SameOperandsAndResultType.
  // batch_norm_layer_c2
  if (rankOf(getType()) < 2)
    return emitOpError() << "requires an operand of rank 2 or more, but got " << getType();
  return success();
}
