// What all families of ops write kernels with: pointers to values, constants,
// maps and reductions over views.
#ifndef PENJING_LIB_CONVERSION_PENJINGTOKERNELS_KERNELWRITER_H
#define PENJING_LIB_CONVERSION_PENJINGTOKERNELS_KERNELWRITER_H

#include "penjing/Analysis/Views.h"
#include "penjing/Dialect/Kernel/Kernel.h"
#include "penjing/Target/Target.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace penjing {

/// Bytes of all constants of a function, each aligned to 64.
class ConstantSection {
public:
  /// Adds bytes and gives their offset; whole vectors may be read behind them.
  int64_t add(llvm::ArrayRef<char> bytes);
  template <typename T> int64_t add(llvm::ArrayRef<T> values) {
    return add(llvm::ArrayRef<char>(reinterpret_cast<const char *>(values.data()),
                                    values.size() * sizeof(T)));
  }
  std::vector<char> data;
};

/// A dimension of the iteration space of a reduction.
enum class Walk { Parallel, Reduction };

/// Writes kernels at one place of the body function.
class KernelWriter : public mlir::ImplicitLocOpBuilder {
public:
  using Body = llvm::function_ref<mlir::Value(mlir::ImplicitLocOpBuilder &, mlir::ValueRange)>;

  KernelWriter(mlir::Location loc, mlir::MLIRContext *context, const Target &target)
      : ImplicitLocOpBuilder(loc, context), target(target) {}

  const Target &target;
  ConstantSection constants;

  // -- Addresses ---------------------------------------------------------------

  /// Pointers of roots that are no arena values: arguments, parameters.
  llvm::DenseMap<mlir::Value, mlir::Value> roots;
  mlir::Value arena, constantBase;
  llvm::SmallVector<mlir::Value> results;

  /// Start of the buffer behind a view's root.
  mlir::Value rootPointer(mlir::Value root);
  /// Address of the element `elements` from the start of the root's buffer.
  mlir::Value pointer(mlir::Value root, int64_t elements);
  mlir::Value pointer(const View &view) { return pointer(view.root, view.offset); }
  mlir::Value constantPointer(int64_t offset);
  /// Address `bytes` behind `base`.
  mlir::Value advance(mlir::Value base, int64_t bytes);

  // -- Kernels -----------------------------------------------------------------

  /// An operand of a map or reduction that is no value of the function.
  struct Operand {
    View view;
    mlir::Type element;
    mlir::Value pointer; ///< null: the view's own
  };
  /// The operand that reads or writes a value's view.
  Operand operand(const View &view, mlir::Value value);
  Operand operand(const View &view, mlir::Type element, mlir::Value pointer) {
    return {view, element, pointer};
  }

  /// output = body(inputs) for every index of the views, which have one shape.
  mlir::LogicalResult map(llvm::StringRef hint, llvm::ArrayRef<Operand> inputs, Operand output,
                          Body body);
  /// Fills a view with a number of the element type (a storage integer, or f32).
  mlir::LogicalResult fill(llvm::StringRef hint, Operand output, double value);
  /// output = final(combine of element(inputs)); `walk` has an entry per
  /// dimension; the output's strides are 0 along reductions.
  mlir::LogicalResult reduce(llvm::StringRef hint, llvm::ArrayRef<Operand> inputs, Operand output,
                             llvm::ArrayRef<Walk> walk, mlir::arith::AtomicRMWKind kind,
                             Body element, Body final);
};

/// The signless type in which an element lies in memory: i8 for booleans.
mlir::Type memoryType(mlir::Type elementType);

/// The shape of a value.
inline llvm::ArrayRef<int64_t> shapeOf(mlir::Value value) {
  return mlir::cast<mlir::RankedTensorType>(value.getType()).getShape();
}
inline mlir::Type elementOf(mlir::Value value) { return mlir::getElementTypeOrSelf(value.getType()); }

/// A box of a view: `sizes` elements from `offsets` on, `steps` apart.
View boxOf(const View &view, llvm::ArrayRef<int64_t> offsets, llvm::ArrayRef<int64_t> sizes,
           llvm::ArrayRef<int64_t> steps = {});

// -- Families of ops, a file each ---------------------------------------------

mlir::LogicalResult writeContraction(KernelWriter &writer, mlir::Operation *op);
mlir::LogicalResult writeElementwise(KernelWriter &writer, mlir::Operation *op);
mlir::LogicalResult writePool(KernelWriter &writer, mlir::Operation *op);
mlir::LogicalResult writePoolGradient(KernelWriter &writer, mlir::Operation *op);
mlir::LogicalResult writeBatchNorm(KernelWriter &writer, mlir::Operation *op);
mlir::LogicalResult writeSoftmax(KernelWriter &writer, mlir::Operation *op);
mlir::LogicalResult writeLoss(KernelWriter &writer, mlir::Operation *op);
mlir::LogicalResult writeShape(KernelWriter &writer, mlir::Operation *op);
mlir::LogicalResult writeReduction(KernelWriter &writer, mlir::Operation *op);

/// Fills the halos of the op's results.
mlir::LogicalResult writeHalos(KernelWriter &writer, mlir::Operation *op);

} // namespace penjing

#endif // PENJING_LIB_CONVERSION_PENJINGTOKERNELS_KERNELWRITER_H
