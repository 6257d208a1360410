// f32 expressions written with operators: each makes an arith op, on scalars or
// vectors as the first operand is.
#ifndef PENJING_LIB_CODEGEN_FLOATEXPRESSION_H
#define PENJING_LIB_CODEGEN_FLOATEXPRESSION_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/TypeUtilities.h"

namespace penjing {

/// Makes constants and operations shaped like one value.
class FloatExpression {
public:
  FloatExpression(mlir::ImplicitLocOpBuilder &builder, mlir::Value like)
      : builder(builder), type(like.getType()) {}

  mlir::Value constant(float value) const {
    return splat(type, builder.getF32FloatAttr(value));
  }
  mlir::Value integer(int32_t value) const {
    return splat(integerType(), builder.getI32IntegerAttr(value));
  }
  mlir::Type integerType() const { return withElement(builder.getI32Type()); }

  mlir::Value mul(mlir::Value a, mlir::Value b) const {
    return mlir::arith::MulFOp::create(builder, a, b);
  }
  mlir::Value add(mlir::Value a, mlir::Value b) const {
    return mlir::arith::AddFOp::create(builder, a, b);
  }
  mlir::Value sub(mlir::Value a, mlir::Value b) const {
    return mlir::arith::SubFOp::create(builder, a, b);
  }
  mlir::Value div(mlir::Value a, mlir::Value b) const {
    return mlir::arith::DivFOp::create(builder, a, b);
  }
  /// c0 + x (c1 + x (c2 + …)).
  mlir::Value polynomial(mlir::Value x, llvm::ArrayRef<float> c) const {
    mlir::Value sum = constant(c.back());
    for (float coefficient : llvm::reverse(c.drop_back()))
      sum = add(mul(sum, x), constant(coefficient));
    return sum;
  }
  mlir::Value compare(mlir::arith::CmpFPredicate predicate, mlir::Value a,
                      mlir::Value b) const {
    return mlir::arith::CmpFOp::create(builder, predicate, a, b);
  }
  mlir::Value select(mlir::Value condition, mlir::Value a,
                     mlir::Value b) const {
    return mlir::arith::SelectOp::create(builder, condition, a, b);
  }

  /// The bits of a float, and a float of bits.
  mlir::Value bits(mlir::Value x) const {
    return mlir::arith::BitcastOp::create(builder, integerType(), x);
  }
  mlir::Value fromBits(mlir::Value x) const {
    return mlir::arith::BitcastOp::create(builder, type, x);
  }
  mlir::Value addBits(mlir::Value a, mlir::Value b) const {
    return mlir::arith::AddIOp::create(builder, a, b);
  }
  mlir::Value subBits(mlir::Value a, mlir::Value b) const {
    return mlir::arith::SubIOp::create(builder, a, b);
  }
  mlir::Value andBits(mlir::Value a, int32_t mask) const {
    return mlir::arith::AndIOp::create(builder, a, integer(mask));
  }
  mlir::Value orBits(mlir::Value a, mlir::Value b) const {
    return mlir::arith::OrIOp::create(builder, a, b);
  }
  mlir::Value shiftLeft(mlir::Value a, int32_t count) const {
    return mlir::arith::ShLIOp::create(builder, a, integer(count));
  }
  mlir::Value shiftRight(mlir::Value a, int32_t count) const {
    return mlir::arith::ShRSIOp::create(builder, a, integer(count));
  }
  mlir::Value absolute(mlir::Value x) const {
    return fromBits(andBits(bits(x), 0x7fffffff));
  }
  /// The magnitude of `x` with the sign of `sign`.
  mlir::Value withSign(mlir::Value x, mlir::Value sign) const {
    return fromBits(orBits(andBits(bits(x), 0x7fffffff),
                           andBits(bits(sign), INT32_MIN)));
  }

private:
  mlir::Type withElement(mlir::Type element) const {
    if (auto vector = mlir::dyn_cast<mlir::VectorType>(type))
      return vector.clone(element);
    return element;
  }
  mlir::Value splat(mlir::Type wanted, mlir::TypedAttr value) const {
    if (auto vector = mlir::dyn_cast<mlir::VectorType>(wanted))
      value = mlir::SplatElementsAttr::get(vector, mlir::Attribute(value));
    return mlir::arith::ConstantOp::create(builder, value);
  }

  mlir::ImplicitLocOpBuilder &builder;
  mlir::Type type;
};

} // namespace penjing

#endif // PENJING_LIB_CODEGEN_FLOATEXPRESSION_H
