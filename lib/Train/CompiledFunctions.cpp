// Calls of compiled steps and predictions: finds the parameters by name once,
// hands over pointers, and averages what the slices of a batch give.
#include "CompiledFunctions.h"

#include "penjing/Support/FlushDenormals.h"

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

SliceThreads::SliceThreads(uint32_t batch, unsigned threads)
    : count(std::max(1u, std::min(batch, threads))) {
  while (batch % count != 0)
    --count;
  if (count > 1)
    pool = std::make_unique<llvm::DefaultThreadPool>(
        llvm::hardware_concurrency(count - 1));
}

void SliceThreads::run(llvm::function_ref<void(unsigned)> work) {
  for (unsigned slice = 1; slice < count; ++slice)
    pool->async([work, slice] { work(slice); });
  work(0);
  if (pool)
    pool->wait();
}

static Array makeArena(const CompiledModule &code) {
  return Array(ElementKind::U8, {int64_t(code.arenaBytes())});
}

CompiledStep::CompiledStep(std::unique_ptr<CompiledModule> given,
                           llvm::ArrayRef<TrainingValue> values,
                           SliceThreads &threads)
    : code(std::move(given)), bound(*code, values), threads(threads) {
  for (const TensorDescription &description : code->outputs()) {
    llvm::StringRef name = description.name;
    if (name == "loss")
      outputs.push_back({Output::Loss, 0});
    else if (name.consume_front("gradient:"))
      outputs.push_back({Output::Gradient, indexOf(values, name)});
    else if (name.consume_front("update:"))
      outputs.push_back({Output::Update, indexOf(values, name)});
    else
      outputs.push_back({Output::Other, 0});
  }
  for (unsigned i = 0; i < threads.slices(); ++i) {
    Slice slice{makeArena(*code), {}};
    for (const TensorDescription &description : code->outputs())
      slice.outputs.emplace_back(description.element, description.shape);
    slices.push_back(std::move(slice));
  }
}

/// to = the mean of `parts`, added in their order.
static void average(llvm::ArrayRef<const float *> parts, uint64_t size,
                    float *to) {
  if (parts.size() == 1) {
    std::memcpy(to, parts[0], size * sizeof(float));
    return;
  }
  const float share = 1.0f / float(parts.size());
  std::memcpy(to, parts[0], size * sizeof(float));
  for (const float *part : parts.drop_front().drop_back())
    for (uint64_t i = 0; i < size; ++i)
      to[i] += part[i];
  const float *last = parts.back();
  for (uint64_t i = 0; i < size; ++i)
    to[i] = (to[i] + last[i]) * share;
}

llvm::Error CompiledStep::run(const Batch &batch,
                              llvm::MutableArrayRef<TrainingValue> values,
                              llvm::MutableArrayRef<Array> gradients,
                              float &loss) {
  llvm::ArrayRef<TensorDescription> inputs = code->inputs();
  llvm::ArrayRef<const void *> parameters = bound.pointers(values);
  // A single slice has nothing to average: its gradients are the batch's.
  auto isDirect = [&](const Output &output) {
    return slices.size() == 1 && output.kind == Output::Gradient;
  };
  auto inputAt = [&](unsigned index, const void *begin, unsigned slice) {
    return static_cast<const char *>(begin) + slice * inputs[index].byteSize(1);
  };
  threads.run([&](unsigned index) {
    Slice &slice = slices[index];
    llvm::SmallVector<const void *> given = {inputAt(0, batch.x, index),
                                             inputAt(1, batch.labels, index)};
    if (batch.teacher)
      given.push_back(inputAt(2, batch.teacher, index));
    llvm::SmallVector<void *> pointers;
    for (auto [output, own] : llvm::zip_equal(outputs, slice.outputs))
      pointers.push_back(isDirect(output) ? gradients[output.value].bytes()
                                          : own.bytes());
    code->run(given, pointers, parameters, 1, slice.arena.bytes());
  });
  FlushDenormals flushing;
  for (size_t i = 0; i < outputs.size(); ++i) {
    const Output &output = outputs[i];
    if (output.kind == Output::Other || isDirect(output))
      continue;
    llvm::SmallVector<const float *> parts;
    for (const Slice &slice : slices)
      parts.push_back(slice.outputs[i].data<float>());
    float *to = output.kind == Output::Loss ? &loss
                : output.kind == Output::Gradient
                    ? gradients[output.value].data<float>()
                    : values[output.value].value.data<float>();
    average(parts, slices[0].outputs[i].size(), to);
  }
  return llvm::Error::success();
}

CompiledPrediction::CompiledPrediction(std::unique_ptr<CompiledModule> given,
                                       llvm::ArrayRef<TrainingValue> values,
                                       SliceThreads &threads)
    : code(std::move(given)), bound(*code, values), threads(threads) {
  for (unsigned i = 0; i < threads.slices(); ++i)
    arenas.push_back(makeArena(*code));
}

llvm::Error CompiledPrediction::run(const char *x,
                                    llvm::ArrayRef<TrainingValue> values,
                                    llvm::MutableArrayRef<float> logits) {
  llvm::ArrayRef<const void *> parameters = bound.pointers(values);
  uint64_t sliceBytes = code->inputs()[0].byteSize(1);
  uint64_t sliceLogits = code->outputs()[0].byteSize(1) / sizeof(float);
  threads.run([&](unsigned index) {
    code->run({x + index * sliceBytes}, {logits.data() + index * sliceLogits},
              parameters, 1, arenas[index].bytes());
  });
  return llvm::Error::success();
}
