// An object loaded as an application would have it: called, timed, weighed.
#ifndef PENJING_LIB_SEARCH_OBJECTMEASUREMENT_H
#define PENJING_LIB_SEARCH_OBJECTMEASUREMENT_H

#include "penjing/Codegen/LoadedObject.h"
#include "penjing/Lower/CompiledObject.h"

namespace penjing {

/// The compiled classifier: one input, and its first output is read.
class MeasuredObject {
public:
  /// Compiles for this machine and loads. Errors: the model has another number of
  /// inputs or outputs than one; what `compileObject` says goes to the context.
  static llvm::Expected<MeasuredObject> create(mlir::ModuleOp module);

  const TensorDescription &input() const { return object.inputs[0]; }
  const TensorDescription &output() const { return object.outputs[0]; }
  /// Samples of a call that the model does not leave open; 0 where it does.
  int64_t fixedSamples() const;

  /// One call on `samples` samples.
  void run(const void *x, void *y, int64_t samples);

  /// Median of the seconds of a call on one sample (on the fixed samples), on zeros, of
  /// at least 31 calls, kept on one core.
  double latency();
  /// Of code and constants.
  uint64_t sizeBytes() const { return object.codeBytes + object.constantBytes; }
  /// Of the arena and of the deepest stack of a call.
  uint64_t ramBytes() const { return object.arenaBytes + object.stackBytes.value_or(0); }

private:
  CompiledObject object;
  std::unique_ptr<LoadedObject> loaded;
  void *entry = nullptr;
  Array arena;
};

} // namespace penjing

#endif // PENJING_LIB_SEARCH_OBJECTMEASUREMENT_H
