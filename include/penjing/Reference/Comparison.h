// How far apart two tensors are, and how far apart rounding alone may bring them.
#ifndef PENJING_REFERENCE_COMPARISON_H
#define PENJING_REFERENCE_COMPARISON_H

#include "penjing/Reference/Interpreter.h"

#include "llvm/ADT/DenseMap.h"

#include <cmath>

namespace penjing {

/// The distance of `actual` from `expected`, in numbers (integers of quantized
/// tensors). A NaN equals a NaN.
struct Comparison {
  double maxError = 0;     ///< greatest |actual - expected|; infinite where only one is NaN
  double sqnr = INFINITY;  ///< signal to error in dB; infinite where they are equal
  double cosine = 1;       ///< of the angle between them; 1 where both are zero
  int64_t different = 0;   ///< elements whose numbers differ
  double maxExcess = 0;    ///< greatest error divided by its bound (with bounds only)
  int64_t worst = 0;       ///< where the error, or with bounds the excess, is greatest
};

/// Compares tensors of one shape. `bounds` (f64, same shape; may be empty) says
/// how large each error may be: maxExcess above 1 is out of bound.
Comparison compare(const Tensor &actual, const Tensor &expected, const Tensor &bounds = {});

/// Bounds on what rounding in f32, in any order of summation, does to the values
/// of a function: a running error analysis beside an f64 run (Higham, "Accuracy
/// and Stability of Numerical Algorithms", chapter 3). A sum of n products errs
/// by at most (n + 2) · 2^-24 · Σ|x·w|, and errors of operands pass on through
/// absolute values. Collect with `observe` as the observer of a Float64 run.
class ErrorBounds {
public:
  /// Learns the results of one op.
  void observe(mlir::Operation *op, llvm::ArrayRef<Tensor> operands, llvm::ArrayRef<Tensor> results);

  /// The bound of each element, f64. Zero where results are exact; infinite
  /// where the analysis knows none.
  Tensor of(mlir::Value value, llvm::ArrayRef<int64_t> shape) const;

private:
  llvm::DenseMap<mlir::Value, Tensor> bounds;
};

} // namespace penjing

#endif // PENJING_REFERENCE_COMPARISON_H
