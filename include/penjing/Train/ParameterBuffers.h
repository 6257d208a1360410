// Between the parameters of a module and the buffers a training works on: read
// once, written back once; nothing in between touches a published blob.
#ifndef PENJING_TRAIN_PARAMETERBUFFERS_H
#define PENJING_TRAIN_PARAMETERBUFFERS_H

#include "penjing/Train/TrainingLoop.h"

#include "penjing/Dialect/Penjing/Penjing.h"

namespace penjing {

/// Gives every parameter that has only an initializer its value. Random values
/// are drawn by (seed, Initialize, index of the parameter in the module).
mlir::LogicalResult initializeParameters(mlir::ModuleOp module, uint64_t seed);

/// Copies of all values, in the order of the module. `trained` where the
/// parameter is trainable; `mask` where every use of it is masked by parameters
/// (an element is kept out only where all of them are zero). Fails with a
/// diagnostic on a parameter without a value.
mlir::FailureOr<std::vector<TrainingValue>>
readParameters(mlir::ModuleOp module);

/// Writes the values that differ from the module's back into it.
void writeParameters(mlir::ModuleOp module,
                     llvm::ArrayRef<TrainingValue> values);

} // namespace penjing

#endif // PENJING_TRAIN_PARAMETERBUFFERS_H
