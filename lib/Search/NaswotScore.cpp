// Compiles a network to give what enters its relus, compares the signs of all
// pairs of samples, and takes the determinant of the counts.
#include "penjing/Search/NaswotScore.h"

#include "penjing/Dialect/Penjing/Forms.h"
#include "penjing/Dialect/Penjing/ParameterValues.h"
#include "penjing/Lower/CompiledModule.h"
#include "penjing/Train/ParameterBuffers.h"
#include "penjing/Transforms/Gradient/Passes.h"

#include "mlir/Pass/PassManager.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/bit.h"

using namespace mlir;
using namespace penjing;

double penjing::logDeterminant(std::vector<double> matrix, size_t size) {
  double sum = 0;
  auto at = [&](size_t row, size_t column) -> double & { return matrix[row * size + column]; };
  for (size_t k = 0; k < size; ++k) {
    size_t pivot = k;
    for (size_t row = k + 1; row < size; ++row)
      if (std::abs(at(row, k)) > std::abs(at(pivot, k)))
        pivot = row;
    if (at(pivot, k) == 0)
      return -INFINITY;
    for (size_t column = k; pivot != k && column < size; ++column)
      std::swap(at(k, column), at(pivot, column));
    sum += std::log(std::abs(at(k, k)));
    for (size_t row = k + 1; row < size; ++row) {
      double factor = at(row, k) / at(k, k);
      for (size_t column = k; factor != 0 && column < size; ++column)
        at(row, column) -= factor * at(k, column);
    }
  }
  return sum;
}

/// Whether the op is off below zero.
static bool isRelu(Operation *op) {
  if (auto clip = dyn_cast<ClipOp>(op))
    return clip.getMin() && clip.getMin()->isZero();
  return isa<ReluOp>(op);
}

/// Makes the entry function return what enters its relus, and nothing else.
static LogicalResult returnReluInputs(ModuleOp module) {
  auto entry = getEntryFunction(module);
  if (failed(entry))
    return failure();
  Block &body = entry->front();
  SmallVector<Value> values;
  for (Operation &op : body)
    if (isRelu(&op) && getElementTypeOrSelf(op.getOperand(0).getType()).isF32() &&
        !llvm::is_contained(values, op.getOperand(0)) && op.getOperand(0).getDefiningOp())
      values.push_back(op.getOperand(0));
  if (values.empty())
    return entry->emitError() << "requires a network with relus to score, but found none";
  body.getTerminator()->setOperands(values);
  entry->setFunctionType(FunctionType::get(module.getContext(), entry->getArgumentTypes(), ValueRange(values).getTypes()));
  entry->removeResAttrsAttr();
  for (Operation &op : llvm::make_early_inc_range(llvm::reverse(body)))
    if (isOpTriviallyDead(&op))
      op.erase();
  return success();
}

/// Adds, for each pair of samples, the units of a layer that are both on or both off.
static void countAgreement(const Array &values, size_t batch, std::vector<double> &kernel) {
  size_t units = values.size() / batch, words = llvm::divideCeil(units, 64);
  std::vector<uint64_t> codes(batch * words, 0);
  const float *data = values.data<float>();
  for (size_t sample = 0; sample < batch; ++sample)
    for (size_t unit = 0; unit < units; ++unit)
      if (data[sample * units + unit] > 0)
        codes[sample * words + unit / 64] |= uint64_t(1) << (unit % 64);
  for (size_t i = 0; i < batch; ++i)
    for (size_t j = 0; j <= i; ++j) {
      size_t different = 0;
      for (size_t word = 0; word < words; ++word)
        different += llvm::popcount(codes[i * words + word] ^ codes[j * words + word]);
      kernel[i * batch + j] += double(units - different);
      if (i != j)
        kernel[j * batch + i] += double(units - different);
    }
}

FailureOr<double> penjing::naswotScore(ModuleOp network, ArrayRef<const void *> inputs, int64_t batch, uint64_t seed) {
  OwningOpRef<ModuleOp> copy = network.clone();
  rekeyParameters(*copy);
  llvm::scope_exit release([&] { releaseParameters(*copy); });
  PassManager passes(copy->getContext());
  BindBatchOptions binding;
  binding.size = batch;
  passes.addPass(createBindBatch(binding));
  passes.addPass(createTrainingMode());
  if (failed(initializeParameters(*copy, seed)) || failed(passes.run(*copy)) || failed(returnReluInputs(*copy)))
    return failure();
  CompileOptions options;
  options.target = trainingTarget();
  auto code = compile(*copy, options);
  if (failed(code))
    return failure();
  if (inputs.size() != (*code)->inputs().size())
    return network.emitError() << "requires " << (*code)->inputs().size() << " inputs to score, but got "
                               << inputs.size();
  std::vector<Array> values;
  SmallVector<void *> outputs;
  for (const TensorDescription &output : (*code)->outputs())
    values.emplace_back(output.element, output.shape);
  for (Array &value : values)
    outputs.push_back(value.bytes());
  (*code)->run(inputs, outputs);
  std::vector<double> kernel(size_t(batch) * batch, 0);
  for (const Array &value : values)
    countAgreement(value, batch, kernel);
  return logDeterminant(std::move(kernel), batch);
}
