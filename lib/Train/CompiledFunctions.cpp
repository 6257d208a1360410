// Calls of compiled steps and predictions: finds the parameters by name once,
// then hands over pointers.
#include "CompiledFunctions.h"

#include "llvm/ADT/STLExtras.h"

#include <cstring>

using namespace penjing;

mlir::FailureOr<std::unique_ptr<CompiledModule>>
penjing::compileForTraining(mlir::ModuleOp module) {
  CompileOptions options;
  options.target = trainingTarget();
  options.parameters = ParameterSource::Arguments;
  return compile(module, options);
}

static size_t indexOf(llvm::ArrayRef<TrainingValue> values,
                      llvm::StringRef name) {
  const auto *found = llvm::find_if(
      values, [&](const TrainingValue &v) { return v.name == name; });
  assert(found != values.end() &&
         "the compiled code and its values are of one module");
  return size_t(found - values.begin());
}

BoundValues::BoundValues(const CompiledModule &code,
                         llvm::ArrayRef<TrainingValue> values) {
  for (const TensorDescription &parameter : code.parameters())
    order.push_back(indexOf(values, parameter.name));
  found.resize(order.size());
}

llvm::ArrayRef<const void *>
BoundValues::pointers(llvm::ArrayRef<TrainingValue> values) {
  for (auto [pointer, index] : llvm::zip_equal(found, order))
    pointer = values[index].value.bytes();
  return found;
}

CompiledStep::CompiledStep(std::unique_ptr<CompiledModule> given,
                           llvm::ArrayRef<TrainingValue> values)
    : code(std::move(given)), bound(*code, values) {
  for (const TensorDescription &description : code->outputs()) {
    llvm::StringRef name = description.name;
    if (name == "loss")
      outputs.push_back({Output::Loss, 0, {}});
    else if (name.consume_front("gradient:"))
      outputs.push_back({Output::Gradient, indexOf(values, name), {}});
    else if (name.consume_front("update:"))
      outputs.push_back({Output::Update, indexOf(values, name),
                         Array(description.element, description.shape)});
    else
      outputs.push_back(
          {Output::Other, 0, Array(description.element, description.shape)});
  }
}

llvm::Error CompiledStep::run(const Batch &batch,
                              llvm::MutableArrayRef<TrainingValue> values,
                              llvm::MutableArrayRef<Array> gradients,
                              float &loss) {
  llvm::SmallVector<const void *> inputs = {batch.x, batch.labels};
  if (batch.teacher)
    inputs.push_back(batch.teacher);
  llvm::SmallVector<void *> pointers;
  for (Output &output : outputs)
    pointers.push_back(output.kind == Output::Loss ? static_cast<void *>(&loss)
                       : output.kind == Output::Gradient
                           ? gradients[output.value].bytes()
                           : output.storage.bytes());
  code->run(inputs, pointers, bound.pointers(values));
  for (const Output &output : outputs)
    if (output.kind == Output::Update)
      std::memcpy(values[output.value].value.bytes(), output.storage.bytes(),
                  output.storage.byteSize());
  return llvm::Error::success();
}

llvm::Error CompiledPrediction::run(const char *x,
                                    llvm::ArrayRef<TrainingValue> values,
                                    llvm::MutableArrayRef<float> logits) {
  code->run({x}, {logits.data()}, bound.pointers(values),
            code->hasSamples() ? batch : 1);
  return llvm::Error::success();
}
