// One op (or a small graph) under test: a function whose trainable operands are
// parameters, with a loss that weighs every result at random, and the comparison
// of its gradients with central differences of the f64 interpreter.
#ifndef PENJING_TEST_UNIT_TRANSFORMS_GRADIENTPROBLEM_H
#define PENJING_TEST_UNIT_TRANSFORMS_GRADIENTPROBLEM_H

#include "penjing/Dialect/Penjing/Forms.h"
#include "penjing/Dialect/Penjing/Penjing.h"
#include "penjing/Reference/Interpreter.h"
#include "penjing/Transforms/Gradient/DifferentiableOpInterface.h"
#include "penjing/Transforms/Gradient/Passes.h"

#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/OwningOpRef.h"
#include "gtest/gtest.h"

#include <random>

namespace penjing {

using Shape = llvm::SmallVector<int64_t>;

/// A context that knows the dialect and its gradient rules.
class GradientContext {
public:
  GradientContext();
  mlir::MLIRContext *operator->() { return &context; }
  mlir::MLIRContext *get() { return &context; }

private:
  mlir::MLIRContext context;
};

class GradientProblem : public mlir::ImplicitLocOpBuilder {
public:
  GradientProblem(mlir::MLIRContext *context, unsigned seed);

  /// A number in [low, high), an integer in [low, high].
  double uniform(double low, double high);
  int64_t integer(int64_t low, int64_t high);
  bool flip() { return integer(0, 1); }
  Shape shape(int64_t rank, int64_t largest = 4);

  /// A parameter with such values, used once.
  mlir::Value parameter(mlir::Type element, llvm::ArrayRef<int64_t> shape,
                        llvm::ArrayRef<double> values, bool trainable);
  /// Trainable f32 values in [low, high).
  mlir::Value weights(llvm::ArrayRef<int64_t> shape, double low = -1, double high = 1);
  /// The same, not trainable.
  mlir::Value fixed(llvm::ArrayRef<int64_t> shape, double low = -1, double high = 1);
  /// Trainable values at least 0.05 apart: no maximum changes under a small step.
  mlir::Value distinct(llvm::ArrayRef<int64_t> shape);
  /// Trainable values that keep 0.05 away from all `kinks`.
  mlir::Value away(llvm::ArrayRef<int64_t> shape, llvm::ArrayRef<double> kinks,
                   double low = -1, double high = 1);

  /// Ends the function: the loss is a weighted sum of all `results`.
  void finish(mlir::ValueRange results);
  /// Ends the function with this loss.
  void finishWithLoss(mlir::Value loss);

  /// The gradients by pj-differentiate, by parameter.
  llvm::StringMap<Tensor> gradients();
  /// Compares them with central differences of `forward` (by default of this
  /// problem itself), at up to 40 elements a parameter.
  void check(GradientProblem *forward = nullptr);

  /// Names of the dialect's ops in the function.
  llvm::SmallVector<llvm::StringRef> opNames();

private:
  double loss(const llvm::StringMap<Tensor> &values);

  mlir::OwningOpRef<mlir::ModuleOp> module;
  mlir::func::FuncOp function;
  llvm::StringMap<Tensor> values;
  llvm::SmallVector<std::string> trainable;
  std::mt19937_64 generator;
};

} // namespace penjing

#endif // PENJING_TEST_UNIT_TRANSFORMS_GRADIENTPROBLEM_H
