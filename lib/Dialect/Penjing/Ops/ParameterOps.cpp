// Parameters and constants: verifiers and shape inference.
#include "ShapeInference.h"

#include "penjing/Dialect/Penjing/ParameterValues.h"

using namespace mlir;
using namespace penjing;

LogicalResult ParamOp::verify() {
  RankedTensorType type = getTensorType();
  // param_c1
  if (!type.hasStaticShape())
    return emitOpError() << "requires a static type, but got " << type;
  // param_c4
  if (getValueAttr() && getInitAttr())
    return emitOpError() << "requires a value or an initializer, but got both";
  // param_c5
  if (getTrainable() && !isa<FloatType>(type.getElementType()))
    return emitOpError() << "requires floating-point elements to be trainable, but got " << type;
  ElementsAttr value = getValueAttr();
  if (!value)
    return success();
  // param_c2
  if (value.getType() != getStorageType(type))
    return emitOpError() << "requires a value of type " << getStorageType(type) << ", but got "
                         << value.getType();
  // An inline value has its size by construction; a splat is not written out.
  if (isa<DenseElementsAttr>(value))
    return success();
  // param_c3
  auto size = getStorageBytes(type);
  auto bytes = ParameterBytes::of(value);
  if (!size || !bytes || bytes->bytes().size() != *size)
    return emitOpError() << "requires a value of " << (size ? *size : 0) << " bytes, but got "
                         << (bytes ? bytes->bytes().size() : 0);
  // param_c6
  if (type.getElementType().isInteger(1) &&
      llvm::any_of(bytes->bytes(), [](char b) { return b != 0 && b != 1; }))
    return emitOpError() << "requires boolean bytes of 0 or 1";
  return success();
}

LogicalResult UseOp::verifySymbolUses(SymbolTableCollection &symbols) {
  // use_c1
  auto param = symbols.lookupNearestSymbolFrom<ParamOp>(*this, getParamAttr());
  if (!param)
    return emitOpError() << "requires a parameter, but found none called '" << getParam() << "'";
  // use_c2
  if (param.getType() != getType())
    return emitOpError() << "requires the parameter's type " << param.getType() << ", but got " << getType();
  return success();
}

// constant_c1 is checked by the trait AllTypesMatch.
OpFoldResult ConstantOp::fold(FoldAdaptor) { return getValueAttr(); }

LogicalResult MaskedOp::inferReturnTypes(MLIRContext *context, std::optional<Location> location,
                                         Adaptor adaptor, SmallVectorImpl<Type> &types) {
  auto weight = cast<RankedTensorType>(adaptor.getWeight().getType());
  auto mask = cast<RankedTensorType>(adaptor.getMask().getType());
  // masked_c1
  if (weight.getShape() != mask.getShape())
    return emitOptionalError(location, "requires weight and mask of one shape, but got ", weight, " and ", mask);
  types.push_back(weight);
  return success();
}
