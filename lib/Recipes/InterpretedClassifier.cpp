// A classifier that runs in the reference interpreter.
#include "Classifier.h"

#include "penjing/Dialect/Penjing/Forms.h"
#include "penjing/Reference/Interpreter.h"

using namespace mlir;
using namespace penjing;

/// The shape with -1 for a named dimension.
static std::vector<int64_t> openShape(RankedTensorType type) {
  std::vector<int64_t> shape;
  for (int64_t size : type.getShape())
    shape.push_back(ShapedType::isDynamic(size) ? -1 : size);
  return shape;
}

namespace {
class InterpretedClassifier : public Classifier {
public:
  llvm::Error prepare(func::FuncOp function, unsigned wanted) {
    entry = function;
    FunctionType type = entry.getFunctionType();
    std::vector<int64_t> inputShape, outputShape;
    ElementKind input = ElementKind::Bool, output = ElementKind::Bool;
    if (type.getNumInputs()) {
      inputType = cast<RankedTensorType>(type.getInput(0));
      inputShape = openShape(inputType);
      input = getArrayKind(inputType.getElementType()).value_or(ElementKind::Bool);
    }
    if (type.getNumResults()) {
      auto result = cast<RankedTensorType>(type.getResult(0));
      outputShape = openShape(result);
      output = getArrayKind(result.getElementType()).value_or(ElementKind::Bool);
    }
    return setBoundary(type.getNumInputs(), inputShape, input, outputShape, output, wanted);
  }

  llvm::Expected<ArrayRef<float>> run(const char *x) override {
    std::vector<int64_t> shape = sampleShape;
    shape.insert(shape.begin(), batch);
    uint64_t bytes = *elementCount(shape) * byteWidth(element);
    auto results = evaluate(entry, Tensor::viewing(inputType.getElementType(), shape, ArrayRef(x, bytes)));
    if (failed(results))
      return llvm::createStringError("requires a model that can be interpreted, but got the errors above");
    logits = (*results)[0];
    return ArrayRef(logits.data<float>(), batch * classes);
  }

private:
  func::FuncOp entry;
  RankedTensorType inputType;
  Tensor logits;
};
} // namespace

llvm::Expected<std::unique_ptr<Classifier>> penjing::interpretClassifier(ModuleOp module, unsigned wanted) {
  auto entry = getEntryFunction(module);
  if (failed(entry))
    return llvm::createStringError("requires a model that can be interpreted, but got the errors above");
  auto classifier = std::make_unique<InterpretedClassifier>();
  if (llvm::Error error = classifier->prepare(*entry, wanted))
    return std::move(error);
  return classifier;
}
