// What each op does: one overload of `evaluateOp` an op, in a file per family.
// Operands hold f32 or f64 floats; results are allocated and zero.
#ifndef PENJING_LIB_REFERENCE_EVALUATORS_H
#define PENJING_LIB_REFERENCE_EVALUATORS_H

#include "penjing/Dialect/Penjing/Penjing.h"
#include "penjing/Reference/Tensor.h"

namespace penjing::reference {

using Operands = llvm::ArrayRef<Tensor>;
using Results = llvm::MutableArrayRef<Tensor>;

#define PENJING_EVALUATES(OP) mlir::LogicalResult evaluateOp(OP op, Operands operands, Results results);

PENJING_EVALUATES(ConvOp)
PENJING_EVALUATES(ConvInputGradientOp)
PENJING_EVALUATES(ConvWeightGradientOp)
PENJING_EVALUATES(MatmulOp)

PENJING_EVALUATES(AddOp)
PENJING_EVALUATES(SubOp)
PENJING_EVALUATES(MulOp)
PENJING_EVALUATES(DivOp)
PENJING_EVALUATES(ReluOp)
PENJING_EVALUATES(ExpOp)
PENJING_EVALUATES(LogOp)
PENJING_EVALUATES(SqrtOp)
PENJING_EVALUATES(SigmoidOp)
PENJING_EVALUATES(TanhOp)
PENJING_EVALUATES(NegOp)
PENJING_EVALUATES(ClipOp)
PENJING_EVALUATES(CompareOp)
PENJING_EVALUATES(SelectOp)
PENJING_EVALUATES(CastOp)
PENJING_EVALUATES(MaskedOp)

PENJING_EVALUATES(MaxPoolOp)
PENJING_EVALUATES(MaxPoolGradientOp)
PENJING_EVALUATES(AveragePoolOp)
PENJING_EVALUATES(AveragePoolGradientOp)
PENJING_EVALUATES(GlobalAveragePoolOp)
PENJING_EVALUATES(ReduceSumOp)

PENJING_EVALUATES(BatchNormOp)
PENJING_EVALUATES(BatchNormTrainingOp)
PENJING_EVALUATES(BatchNormGradientOp)
PENJING_EVALUATES(SoftmaxOp)
PENJING_EVALUATES(SoftmaxGradientOp)

PENJING_EVALUATES(CrossEntropyOp)
PENJING_EVALUATES(CrossEntropyGradientOp)
PENJING_EVALUATES(DistillationLossOp)
PENJING_EVALUATES(DistillationLossGradientOp)

PENJING_EVALUATES(FakeQuantizeOp)
PENJING_EVALUATES(FakeQuantizeGradientOp)
PENJING_EVALUATES(QuantizeOp)
PENJING_EVALUATES(DequantizeOp)

PENJING_EVALUATES(ReshapeOp)
PENJING_EVALUATES(TransposeOp)
PENJING_EVALUATES(PadOp)
PENJING_EVALUATES(ConcatOp)
PENJING_EVALUATES(SliceOp)
PENJING_EVALUATES(BroadcastOp)

#undef PENJING_EVALUATES

} // namespace penjing::reference

#endif // PENJING_LIB_REFERENCE_EVALUATORS_H
