// A model with weights drawn at random, passes run on it, and its answers by
// the reference interpreter.
#ifndef PENJING_TEST_UNIT_TRANSFORMS_TRANSFORMEDMODEL_H
#define PENJING_TEST_UNIT_TRANSFORMS_TRANSFORMEDMODEL_H

#include "penjing/Dialect/Penjing/Penjing.h"
#include "penjing/Reference/Interpreter.h"

#include "mlir/IR/OwningOpRef.h"
#include "mlir/Pass/PassManager.h"

#include <random>

namespace penjing {

class TransformedModel {
public:
  /// Parses the module; the test fails where that does.
  explicit TransformedModel(llvm::StringRef text);

  mlir::ModuleOp module() { return *parsed; }

  /// Draws every float parameter with an initializer from [low, high).
  void fillParameters(float low, float high);

  /// Gives every grid without numbers a scale and zero point of its own, wide
  /// enough for values in [-4, 4].
  void fillGrids();

  /// Runs the passes, written as on the command line.
  void run(llvm::StringRef pipeline);

  /// The result of the entry function on `input`.
  std::vector<float> evaluate(llvm::ArrayRef<float> input);

  /// An input drawn from [-2, 2).
  std::vector<float> drawInput();

  /// How many ops called `name` the module has.
  int64_t count(llvm::StringRef name);

private:
  mlir::MLIRContext context;
  mlir::OwningOpRef<mlir::ModuleOp> parsed;
  std::mt19937 generator{7};
};

} // namespace penjing

#endif // PENJING_TEST_UNIT_TRANSFORMS_TRANSFORMEDMODEL_H
