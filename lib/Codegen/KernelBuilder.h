// What a kernel's loops are made of: loads and stores at byte offsets, counted
// loops, and scalar regions cloned on vectors.
#ifndef PENJING_LIB_CODEGEN_KERNELBUILDER_H
#define PENJING_LIB_CODEGEN_KERNELBUILDER_H

#include "penjing/Target/Target.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace penjing {

/// The signless type in which elements of `type` are held in memory and
/// registers.
mlir::Type storageType(mlir::Type type);

/// Bytes of an element; a bool takes one.
int64_t elementBytes(mlir::Type type);

/// Builds at one location for one target. A value of `lanes` 1 is a scalar.
class KernelBuilder : public mlir::ImplicitLocOpBuilder {
public:
  KernelBuilder(mlir::Operation *op, const Target &target)
      : ImplicitLocOpBuilder(op->getLoc(), op), target(target) {}

  const Target &target;

  /// `type` itself for one lane, else a vector of it.
  static mlir::Type vectorType(mlir::Type type, int64_t lanes);
  mlir::Value constantIndex(int64_t value);
  /// Zero of a type, scalar or vector.
  mlir::Value zero(mlir::Type type);

  /// pointer + bytes.
  mlir::Value advance(mlir::Value pointer, int64_t bytes);
  /// pointer + index * bytes.
  mlir::Value advance(mlir::Value pointer, mlir::Value index, int64_t bytes);

  /// `lanes` consecutive elements; of them only the first `active` are read,
  /// the others are zero.
  mlir::Value load(mlir::Value pointer, mlir::Type element, int64_t lanes,
                   int64_t active);
  mlir::Value load(mlir::Value pointer, mlir::Type element, int64_t lanes = 1) {
    return load(pointer, element, lanes, lanes);
  }
  /// Stores the first `active` elements of `value`.
  void store(mlir::Value value, mlir::Value pointer, int64_t active);
  void store(mlir::Value value, mlir::Value pointer);

  /// A scalar in every lane.
  mlir::Value broadcast(mlir::Value scalar, int64_t lanes);
  /// i8 elements to i32, by the sign of `element`.
  mlir::Value widen(mlir::Value value, mlir::Type element);

  /// A loop from `from` to `to` (multiples of `step` apart) that carries
  /// `carried`; without a second iteration its body stands alone. The body
  /// gets the induction value and the carried values and returns the next.
  using LoopBody = llvm::function_ref<llvm::SmallVector<mlir::Value>(
      mlir::Value, mlir::ValueRange)>;
  llvm::SmallVector<mlir::Value> loop(int64_t from, int64_t to, int64_t step,
                                      mlir::ValueRange carried, LoopBody body);
  llvm::SmallVector<mlir::Value> loop(mlir::Value from, mlir::Value to,
                                      int64_t step, mlir::ValueRange carried,
                                      LoopBody body);

  /// The value a kernel's region yields for `arguments`, on vectors of
  /// `lanes`.
  mlir::Value evaluate(mlir::Region &region, mlir::ValueRange arguments,
                       int64_t lanes);

private:
  mlir::Value mask(int64_t active, int64_t lanes);
  llvm::SmallVector<mlir::Value> loopOver(mlir::Value from, mlir::Value to,
                                          mlir::Value step,
                                          mlir::ValueRange carried,
                                          LoopBody body);
};

} // namespace penjing

#endif // PENJING_LIB_CODEGEN_KERNELBUILDER_H
