// From a model to the modules a training compiles: its logits for a fixed
// batch, and the loss on them. Works on clones; a stored model is not touched.
#ifndef PENJING_TRAIN_STEPMODULE_H
#define PENJING_TRAIN_STEPMODULE_H

#include "penjing/Dialect/Penjing/Penjing.h"

#include "mlir/IR/OwningOpRef.h"

namespace penjing {

/// A clone of `model` whose entry function gives the logits alone: the operand
/// of a final softmax, else the output. Fails with a diagnostic unless the
/// model has one input and one output. Blobs are shared with the model.
mlir::FailureOr<mlir::OwningOpRef<mlir::ModuleOp>>
cloneToLogits(mlir::ModuleOp model);

/// Gives dimension 0 of the entry function's input the size `batch` and infers
/// all types anew. Fails with a diagnostic that names the node which cannot
/// take it.
mlir::LogicalResult bindBatch(mlir::ModuleOp module, int64_t batch);

/// The loss of a training (Hinton, Vinyals and Dean 2015):
/// L = CE(labels) + beta · T² · KL(teacher ‖ student).
struct LossOptions {
  double labelSmoothing = 0;
  bool distills = false;
  double beta = 0.5;
  double temperature = 4;
};

/// Makes the entry function of a module from `cloneToLogits`, its batch bound,
/// give the loss: it takes the samples, the labels (i32) and, when distilling,
/// the teacher's logits, and returns the scalar loss.
mlir::LogicalResult attachLoss(mlir::ModuleOp module,
                               const LossOptions &options);

/// Shape of the model's input without dimension 0.
mlir::FailureOr<llvm::SmallVector<int64_t>> sampleShape(mlir::ModuleOp model);

/// Number of classes: the static size of dimension 1 of the logits. Fails with
/// a diagnostic unless they have rank 2.
mlir::FailureOr<int64_t> classCount(mlir::ModuleOp logitsModule);

} // namespace penjing

#endif // PENJING_TRAIN_STEPMODULE_H
