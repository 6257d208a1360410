// pjk-expand-math: after it no math function is left that
// would need a library.
#include "MathFunctions.h"

#include "penjing/Codegen/Passes.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/TypeSwitch.h"

#define DEBUG_TYPE "pjk-expand-math"

namespace penjing {
#define GEN_PASS_DEF_EXPANDMATH
#include "penjing/Codegen/Passes.h.inc"
} // namespace penjing

using namespace mlir;
using namespace penjing;

namespace {
struct ExpandMath : penjing::impl::ExpandMathBase<ExpandMath> {
  using ExpandMathBase::ExpandMathBase;

  void runOnOperation() override {
    llvm::Expected<Target> found = findTarget(target);
    if (!found) {
      getOperation().emitError(llvm::toString(found.takeError()));
      return signalPassFailure();
    }
    SmallVector<Operation *> functions;
    getOperation().walk([&](Operation *op) {
      if (isa<math::MathDialect>(op->getDialect()))
        functions.push_back(op);
    });
    for (Operation *op : functions)
      if (failed(expand(op, *found)))
        return signalPassFailure();
  }

  static LogicalResult expand(Operation *op, const Target &target) {
    if (isa<math::SqrtOp, math::AbsFOp, math::AbsIOp, math::CopySignOp>(op))
      return success();
    bool roundingInstruction = target.isAArch64() || target.fma;
    if (isa<math::RoundEvenOp, math::FloorOp, math::CeilOp, math::TruncOp>(op) &&
        roundingInstruction)
      return success();
    if (isa<math::FmaOp>(op) && target.fma)
      return success();
    if (!getElementTypeOrSelf(op->getResult(0).getType()).isF32())
      return op->emitError("requires f32 or vectors of it for ")
             << op->getName() << ", but got " << op->getResult(0).getType();

    ImplicitLocOpBuilder builder(op->getLoc(), op);
    Value x = op->getOperand(0);
    Value result =
        llvm::TypeSwitch<Operation *, Value>(op)
            .Case<math::ExpOp>([&](auto) { return expandExp(builder, x); })
            .Case<math::LogOp>([&](auto) { return expandLog(builder, x); })
            .Case<math::TanhOp>([&](auto) { return expandTanh(builder, x); })
            .Case<math::ErfOp>([&](auto) { return expandErf(builder, x); })
            .Case<math::RoundEvenOp>(
                [&](auto) { return expandRoundEven(builder, x); })
            .Case<math::FloorOp>([&](auto) { return expandFloor(builder, x); })
            .Case<math::CeilOp>([&](auto) { return expandCeil(builder, x); })
            .Case<math::TruncOp>([&](auto) { return expandTrunc(builder, x); })
            .Case<math::FmaOp>([&](math::FmaOp fma) -> Value {
              Value product =
                  arith::MulFOp::create(builder, fma.getA(), fma.getB());
              return arith::AddFOp::create(builder, product, fma.getC());
            })
            .Case<math::RsqrtOp>([&](auto) -> Value {
              Attribute one = builder.getF32FloatAttr(1.0f);
              TypedAttr ones = cast<TypedAttr>(one);
              if (auto vector = dyn_cast<VectorType>(x.getType()))
                ones = SplatElementsAttr::get(vector, one);
              Value numerator = arith::ConstantOp::create(builder, ones);
              Value root = math::SqrtOp::create(builder, x);
              return arith::DivFOp::create(builder, numerator, root);
            })
            .Default([](Operation *) { return Value(); });
    if (!result)
      return op->emitError("requires a math function among exp, log, tanh, "
                           "erf, roundeven, floor, ceil, trunc, sqrt, rsqrt, "
                           "absf, copysign, fma on target '")
             << target.name << "', but got " << op->getName();
    op->getResult(0).replaceAllUsesWith(result);
    op->erase();
    return success();
  }
};
} // namespace
