// Which ops of a function work on integers once it is packed, and which values
// therefore need a grid.
#ifndef PENJING_LIB_TRANSFORMS_QUANTIZE_INTEGERREGIONS_H
#define PENJING_LIB_TRANSFORMS_QUANTIZE_INTEGERREGIONS_H

#include "penjing/Analysis/Layers.h"

namespace penjing {

enum class IntegerKind {
  Float,       ///< stays float
  Layer,       ///< a contraction: integer input; the result may be either
  Arithmetic,  ///< integer operands and an integer result
  PassThrough, ///< keeps the grid of its operand, whatever that is
};

class IntegerRegions {
public:
  /// `isInteger` says of each layer and each arithmetic op that could, whether
  /// it shall work on integers.
  IntegerRegions(mlir::func::FuncOp function, llvm::function_ref<bool(mlir::Operation *)> isInteger);

  IntegerKind kindOf(mlir::Operation *op) const { return kinds.lookup(op); }

  /// Whether some integer op reads the value, if only behind pass-through ops.
  bool isWanted(mlir::Value value) const { return wanted.contains(value); }

  /// The end of the chain of activation functions that only `value` enters.
  mlir::Value endOfActivations(mlir::Value value) const;

private:
  llvm::DenseMap<mlir::Operation *, IntegerKind> kinds;
  llvm::DenseSet<mlir::Value> wanted;
  llvm::DenseSet<mlir::Operation *> behindSoftmax;
};

/// Whether the value lies on a grid already: a fake_quantize gave it, with
/// nothing but pass-through ops between.
bool isOnGrid(mlir::Value value);

} // namespace penjing

#endif // PENJING_LIB_TRANSFORMS_QUANTIZE_INTEGERREGIONS_H
