// Products of matrices: verifiers and shape inference.
#include "ShapeInference.h"

using namespace mlir;
using namespace penjing;

LogicalResult MatmulOp::inferReturnTypes(MLIRContext *context, std::optional<Location> location,
                                         Adaptor adaptor, SmallVectorImpl<Type> &types) {
  Type a = adaptor.getA().getType(), b = adaptor.getB().getType();
  // matmul_c1
  if (rankOf(a) < 2 || rankOf(b) < 2)
    return emitOptionalError(location, "requires operands of rank 2 or more, but got ranks ",
                             rankOf(a), " and ", rankOf(b));
  DimensionScope scope(context);
  auto sizesA = scope.sizes(a, location), sizesB = scope.sizes(b, location);
  if (failed(sizesA) || failed(sizesB))
    return failure();
  auto split = [](SmallVector<AffineExpr> &sizes, bool transposed) {
    AffineExpr columns = sizes.pop_back_val(), rows = sizes.pop_back_val();
    return transposed ? std::pair(columns, rows) : std::pair(rows, columns);
  };
  auto [rows, innerA] = split(*sizesA, adaptor.getTransposeA());
  auto [innerB, columns] = split(*sizesB, adaptor.getTransposeB());
  // matmul_c2
  if (innerA != innerB)
    return emitOptionalError(location, "requires equal inner dimensions, but got ",
                             scope.str(innerA), " and ", scope.str(innerB));
  // matmul_c3
  auto result = scope.broadcast(*sizesA, *sizesB);
  if (!result)
    return emitOptionalError(location, "requires leading dimensions that broadcast, but got ", a, " and ", b);
  // matmul_c4
  if (adaptor.getBias() && failed(verifyVector(scope, adaptor.getBias(), columns, "bias", location)))
    return failure();
  // matmul_c5
  Type element = getExpressedElementType(a);
  if (element != getExpressedElementType(b))
    return emitOptionalError(location, "requires operands of one element type, but got ", element,
                             " and ", getExpressedElementType(b));
  // matmul_c6
  if (auto products = constantSize(innerA); isQuantized(b) && products && *products > kMaxIntegerProducts)
    return emitOptionalError(location, "requires at most ", kMaxIntegerProducts,
                             " products in an integer sum, but got ", *products);
  result->push_back(rows);
  result->push_back(columns);
  types.push_back(scope.type(*result, element));
  return success();
}
