// From a module to an object file and the header beside it.
#ifndef PENJING_LOWER_COMPILEDOBJECT_H
#define PENJING_LOWER_COMPILEDOBJECT_H

#include "penjing/Lower/CompiledModule.h"
#include "penjing/Transforms/Schedule/Preferences.h"

namespace penjing {

/// What `compileObject` gives as `code`.
enum class Emission {
  Scheduled, ///< the module in scheduled form, text
  Kernels,   ///< the kernels and the body that calls them, MLIR text
  LLVM,      ///< LLVM IR text, optimized
  Assembly,
  Object
};

struct ObjectOptions {
  Target target;
  /// Name of the C function.
  std::string name = "model";
  Emission emission = Emission::Object;
  /// How weights shall be stored, and what must not stay float or dense.
  SchedulePreferences preferences;
};

struct CompiledObject {
  /// Bytes of the object, or the text asked for.
  std::string code;
  /// The C header; empty where no object was made.
  std::string header;
  std::vector<TensorDescription> inputs, outputs;
  std::vector<KernelChoice> kernels;
  bool hasSamples = false;
  uint64_t arenaBytes = 0;
  uint64_t codeBytes = 0;     ///< of the object's code sections
  uint64_t constantBytes = 0; ///< of its constant sections
  std::optional<uint64_t> stackBytes; ///< deepest stack of a call
  std::string recipeHash;     ///< SHA-256 of the recipe that made the model, or empty
};

/// Compiles the entry function for any target. The same module gives the same
/// bytes everywhere. Fails with a diagnostic as `compile` does, and where the object
/// would need a symbol that is not its own.
mlir::FailureOr<CompiledObject> compileObject(mlir::ModuleOp module, const ObjectOptions &options);

} // namespace penjing

#endif // PENJING_LOWER_COMPILEDOBJECT_H
