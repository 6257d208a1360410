// A model cut off at its logits: what predictions, evaluation and the teacher
// of a distillation compile. A clone; the stored model is not touched.
#ifndef PENJING_TRAIN_LOGITSMODULE_H
#define PENJING_TRAIN_LOGITSMODULE_H

#include "penjing/Dialect/Penjing/Penjing.h"

#include "mlir/IR/OwningOpRef.h"

namespace penjing {

/// A clone of `model` whose entry function gives the logits alone: the operand
/// of a final softmax, else the output. Fails with a diagnostic unless the
/// model has one input and one output. Blobs are shared with the model.
mlir::FailureOr<mlir::OwningOpRef<mlir::ModuleOp>>
cloneToLogits(mlir::ModuleOp model);

/// Shape of the model's input without dimension 0.
mlir::FailureOr<llvm::SmallVector<int64_t>> sampleShape(mlir::ModuleOp model);

/// Number of classes: the static size of dimension 1 of the logits. Fails with
/// a diagnostic unless they have rank 2.
mlir::FailureOr<int64_t> classCount(mlir::ModuleOp logitsModule);

} // namespace penjing

#endif // PENJING_TRAIN_LOGITSMODULE_H
