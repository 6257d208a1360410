// Gradient rule of the product of matrices.
#include "Adjoint.h"

namespace penjing {

// y = op(a) · op(b): d op(a) = dy · op(b)^T and d op(b) = op(a)^T · dy, each
// written so that no transpose op is needed.
static Gradients gradientOf(MatmulOp op, Adjoint &g) {
  mlir::Value dy = g.gradient(), a = op.getA(), b = op.getB();
  bool ta = op.getTransposeA(), tb = op.getTransposeB();
  auto product = [&](mlir::Value l, mlir::Value r, bool tl, bool tr) -> mlir::Value {
    return MatmulOp::create(g, l, r, mlir::Value(), tl, tr);
  };
  Gradients result(op->getNumOperands());
  if (g.needs(0))
    result[0] = g.sumTo(ta ? product(b, dy, tb, true) : product(dy, b, false, !tb), a);
  if (g.needs(1))
    result[1] = g.sumTo(tb ? product(dy, a, true, ta) : product(a, dy, !ta, false), b);
  if (op.getBias() && g.needs(2))
    result[2] = g.sumTo(dy, op.getBias());
  return result;
}

void attachMatrixGradients(mlir::MLIRContext *context) { attachGradientRules<MatmulOp>(context); }

} // namespace penjing
