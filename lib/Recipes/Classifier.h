// A model seen as a classifier: samples in, logits out, compiled or interpreted.
#ifndef PENJING_LIB_RECIPES_CLASSIFIER_H
#define PENJING_LIB_RECIPES_CLASSIFIER_H

#include "penjing/Support/Array.h"

#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/Error.h"

#include <memory>
#include <vector>

namespace penjing {

class Classifier {
public:
  virtual ~Classifier() = default;

  /// Logits (batch x classes) of the `batch` samples at `x`.
  virtual llvm::Expected<llvm::ArrayRef<float>> run(const char *x) = 0;

  std::vector<int64_t> sampleShape; ///< of the input, without dimension 0
  ElementKind element = ElementKind::F32;
  int64_t batch = 1, classes = 0;

protected:
  /// Takes the boundary's shapes, -1 where a dimension is named, and `wanted`
  /// samples at once where the model leaves it open. An error unless there is
  /// one input of samples and a first output of samples x classes in float32.
  llvm::Error setBoundary(size_t inputs, llvm::ArrayRef<int64_t> inputShape, ElementKind inputElement,
                          llvm::ArrayRef<int64_t> outputShape, ElementKind outputElement, unsigned wanted);
};

llvm::Expected<std::unique_ptr<Classifier>> compileClassifier(mlir::ModuleOp module, unsigned wanted);
llvm::Expected<std::unique_ptr<Classifier>> interpretClassifier(mlir::ModuleOp module, unsigned wanted);

} // namespace penjing

#endif // PENJING_LIB_RECIPES_CLASSIFIER_H
