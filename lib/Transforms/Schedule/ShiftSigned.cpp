// Changes signed activations into unsigned ones of another zero point.
#include "penjing/Transforms/Schedule/Passes.h"

#include "penjing/Analysis/TargetedFunction.h"
#include "penjing/Codegen/Tiling.h"

#define DEBUG_TYPE "pj-shift-signed"

namespace penjing {
#define GEN_PASS_DEF_SHIFTSIGNED
#include "penjing/Transforms/Schedule/Passes.h.inc"
} // namespace penjing

using namespace mlir;
using namespace penjing;

/// The unsigned type of the same values, or null where there is none.
static Type shifted(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  auto quantized = tensor ? dyn_cast<quant::UniformQuantizedType>(tensor.getElementType())
                          : quant::UniformQuantizedType();
  if (!quantized || !quantized.isSigned() || quantized.getStorageTypeIntegralWidth() != 8)
    return {};
  auto element = quant::UniformQuantizedType::get(
      0, IntegerType::get(type.getContext(), 8), quantized.getExpressedType(), quantized.getScale(),
      quantized.getZeroPoint() + 128, quantized.getStorageTypeMin() + 128, quantized.getStorageTypeMax() + 128);
  return RankedTensorType::get(tensor.getShape(), element, tensor.getEncoding());
}

namespace {
struct ShiftSigned : penjing::impl::ShiftSignedBase<ShiftSigned> {
  using ShiftSignedBase::ShiftSignedBase;

  void runOnOperation() override {
    auto entry = getTargetedFunction(getOperation(), target);
    if (failed(entry))
      return signalPassFailure();
    func::FuncOp function = entry->function;
    MLIRContext *context = &getContext();
    auto byte = [&](IntegerType::SignednessSemantics sign) { return IntegerType::get(context, 8, sign); };
    Type acc = IntegerType::get(context, 32);
    bool wantsUnsigned = chooseLeaf(entry->target, byte(IntegerType::Unsigned), byte(IntegerType::Signed), acc) !=
                         chooseLeaf(entry->target, byte(IntegerType::Signed), byte(IntegerType::Signed), acc);
    bool quantizedBoundary = llvm::any_of(function.getArgumentTypes(), isQuantized) ||
                             llvm::any_of(function.getResultTypes(), isQuantized);
    if (!wantsUnsigned || quantizedBoundary)
      return;
    function.walk([&](Operation *op) {
      // Parameters and constants keep their bytes.
      if (isa<UseOp, ConstantOp>(op))
        return;
      for (Value result : op->getResults())
        if (Type type = shifted(result.getType()))
          result.setType(type);
    });
  }
};
} // namespace
