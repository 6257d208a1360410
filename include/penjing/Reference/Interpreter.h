// The reference interpreter: what the ops of the dialect `pj` do, in plain loops.
#ifndef PENJING_REFERENCE_INTERPRETER_H
#define PENJING_REFERENCE_INTERPRETER_H

#include "penjing/Dialect/Penjing/Penjing.h"
#include "penjing/Reference/Tensor.h"

#include "llvm/ADT/StringMap.h"

#include <functional>

namespace penjing {

/// The precision float tensors are computed in.
enum class Precision {
  AsTyped, ///< as the types say, subnormals flushed: the meaning of the ops
  Float64  ///< every float as f64: judges tolerances and finite differences
};

struct InterpreterOptions {
  Precision precision = Precision::AsTyped;
  /// Values that stand in for parameters, by symbol name. Not owned.
  const llvm::StringMap<Tensor> *parameters = nullptr;
  /// Called after each op with its operands and results.
  std::function<void(mlir::Operation *, llvm::ArrayRef<Tensor> operands,
                     llvm::ArrayRef<Tensor> results)>
      observer;
  /// Evaluates ops without results that the interpreter has no row for (the
  /// expectations of tests); where it is empty they are refused.
  std::function<mlir::LogicalResult(mlir::Operation *, llvm::ArrayRef<Tensor> operands)> expectation;
  /// Largest value that is computed, in bytes.
  uint64_t valueBytes = uint64_t(1) << 31;
};

/// Runs a function on inputs of the argument types. Named dimensions are bound
/// from the inputs' shapes. Emits a diagnostic and fails where an input does not
/// fit, a parameter has no value, or an op has no meaning for its operands'
/// values (a label outside the classes). With `Float64` the inputs may be of the
/// argument's float type or f64, and float results are f64.
mlir::FailureOr<llvm::SmallVector<Tensor>> evaluate(mlir::func::FuncOp function,
                                                    llvm::ArrayRef<Tensor> inputs,
                                                    const InterpreterOptions &options = {});

/// Evaluates one op of the dialect into `results`, whose element types and
/// shapes are set and whose elements are zero. Floats are computed in the
/// operands' precision.
mlir::LogicalResult evaluateOperation(mlir::Operation *op, llvm::ArrayRef<Tensor> operands,
                                      llvm::MutableArrayRef<Tensor> results);

/// The sizes of named dimensions.
using DimensionSizes = llvm::StringMap<int64_t>;

/// The sizes that the shapes give the named dimensions of `types`; emits a
/// diagnostic at `location` and fails where a shape does not fit.
mlir::FailureOr<DimensionSizes> bindDimensions(mlir::TypeRange types,
                                               llvm::ArrayRef<llvm::SmallVector<int64_t>> shapes,
                                               mlir::Location location);

/// The shape of a tensor type under these sizes; nothing where a name has none.
std::optional<llvm::SmallVector<int64_t>> getShape(mlir::RankedTensorType type,
                                                   const DimensionSizes &sizes);

} // namespace penjing

#endif // PENJING_REFERENCE_INTERPRETER_H
