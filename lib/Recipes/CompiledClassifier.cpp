// A classifier that runs as compiled code.
#include "Classifier.h"

#include "penjing/Lower/CompiledModule.h"

using namespace mlir;
using namespace penjing;

namespace {
class CompiledClassifier : public Classifier {
public:
  explicit CompiledClassifier(std::unique_ptr<CompiledModule> module) : code(std::move(module)) {}

  llvm::Error prepare(unsigned wanted) {
    auto inputs = code->inputs(), outputs = code->outputs();
    TensorDescription none;
    none.element = ElementKind::Bool;
    const TensorDescription &input = inputs.empty() ? none : inputs[0], &output = outputs.empty() ? none : outputs[0];
    if (llvm::Error error =
            setBoundary(inputs.size(), input.shape, input.element, output.shape, output.element, wanted))
      return error;
    for (const TensorDescription &description : outputs) {
      std::vector<int64_t> shape = description.shape;
      if (!shape.empty() && shape[0] < 0)
        shape[0] = batch;
      buffers.emplace_back(description.element, shape);
      pointers.push_back(buffers.back().bytes());
    }
    return llvm::Error::success();
  }

  llvm::Expected<ArrayRef<float>> run(const char *x) override {
    code->run({x}, pointers, {}, batch);
    return ArrayRef(buffers[0].data<float>(), batch * classes);
  }

private:
  std::unique_ptr<CompiledModule> code;
  std::vector<Array> buffers;
  std::vector<void *> pointers;
};
} // namespace

llvm::Expected<std::unique_ptr<Classifier>> penjing::compileClassifier(ModuleOp module, unsigned wanted) {
  CompileOptions options;
  options.target = trainingTarget();
  auto code = compile(module, options);
  if (failed(code))
    return llvm::createStringError("requires a model that compiles, but got the errors above");
  auto classifier = std::make_unique<CompiledClassifier>(std::move(*code));
  if (llvm::Error error = classifier->prepare(wanted))
    return std::move(error);
  return classifier;
}
