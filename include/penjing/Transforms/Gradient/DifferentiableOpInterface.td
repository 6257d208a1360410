// The gradient reader of an op: how a gradient flows back through it.
#ifndef PENJING_DIFFERENTIABLE_OP_INTERFACE_TD
#define PENJING_DIFFERENTIABLE_OP_INTERFACE_TD

include "mlir/IR/OpBase.td"

def DifferentiableOpInterface : OpInterface<"DifferentiableOpInterface"> {
  let cppNamespace = "::penjing";
  let description = [{
    Attached to ops of `pj` from outside (`registerGradientRules`). Shapes are
    static: a step has a fixed batch.
  }];
  let methods = [
    InterfaceMethod<
      /*description=*/[{
        Writes the op's adjoint: from the gradient of each result (null where
        none arrives, never for all of them) one gradient per operand, of the
        operand's type; null where `needed` is false or the loss does not
        depend on the operand.
      }],
      "::llvm::SmallVector<::mlir::Value>", "emitGradient",
      (ins "::mlir::OpBuilder &":$builder, "::mlir::ValueRange":$resultGradients,
           "::llvm::ArrayRef<bool>":$needed)>,
    InterfaceMethod<
      /*description=*/[{
        Replaces the op by its training form, where it has one, and enters the
        new values of the parameters that training moves without a gradient
        (running statistics) into `updates`. Fails with a diagnostic.
      }],
      "::llvm::LogicalResult", "enterTraining",
      (ins "::mlir::OpBuilder &":$builder, "::penjing::StateUpdates &":$updates),
      /*methodBody=*/"", /*defaultImplementation=*/"return ::mlir::success();">
  ];
}

#endif // PENJING_DIFFERENTIABLE_OP_INTERFACE_TD
