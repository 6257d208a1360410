// Contractions whose constant weight keeps single elements: the vector lies along
// points of the activations, and the weight takes the place of A.
#ifndef PENJING_ANALYSIS_UNSTRUCTUREDCONTRACTIONS_H
#define PENJING_ANALYSIS_UNSTRUCTUREDCONTRACTIONS_H

#include "penjing/Analysis/Contractions.h"

namespace penjing {

/// The form of the weight that the kernel of `op`, as far as it is chosen, reads.
WeightForm weightFormOf(mlir::Operation *op);

/// Consecutive points along which the vectors of an unstructured kernel for `op`
/// would lie in a layout with those points last; 0 where there is no such kernel:
/// float32 convolutions without groups and with stride 1 along rows, and products
/// with a matrix.
int64_t unstructuredRun(mlir::Operation *op);

/// The dimension of the input, or of the result, along which those points lie.
unsigned unstructuredAxis(mlir::Operation *op);

/// Whether rows follow each other in one run: 1x1 convolutions without padding.
bool hasRunAcrossRows(mlir::Operation *op);

/// The order in memory, outermost dimension first, that an unstructured kernel asks
/// of the input and of the result of `op`, which have `rank` dimensions.
llvm::SmallVector<int64_t, 4> unstructuredOrder(mlir::Operation *op, size_t rank);

/// Whether an unstructured kernel can read its activations, or write its result, in
/// this view.
bool fitsUnstructured(mlir::Operation *op, const View &view);

/// Whether its epilogue can read an operand in this view, which is lined up with the
/// result: it differs from output to output, or lies as the result does.
bool fitsUnstructuredEpilogue(mlir::Operation *op, const View &aligned);

/// The contraction, with the weight's offsets in A's place and the activations' in
/// B's; nothing where the views do not fit.
std::optional<ContractionPiece> describeUnstructured(mlir::Operation *op, const ContractionViews &views);

} // namespace penjing

#endif // PENJING_ANALYSIS_UNSTRUCTUREDCONTRACTIONS_H
