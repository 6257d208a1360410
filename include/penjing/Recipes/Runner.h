// Runs a recipe stage by stage and owns its state: a run that was killed at any
// moment resumes to the same bytes.
#ifndef PENJING_RECIPES_RUNNER_H
#define PENJING_RECIPES_RUNNER_H

#include "penjing/Recipes/Recipe.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/Support/JSON.h"

#include <functional>
#include <utility>

namespace penjing {

/// What a run depends on, by name (`model`, `recipe`, `data`, `seed`, …): a
/// resumed run must have the same, and a refusal names what differs.
using RunFacts = std::vector<std::pair<std::string, std::string>>;

struct RunOptions {
  /// Where the state lies. Empty: nothing is saved.
  std::string stateFolder;
  bool resume = false;
  RunFacts facts;
  /// Called after each stage with the module as it is. What it returns is kept
  /// in the state and handed back in `RunResult::notes`; a resumed run is not
  /// asked again for stages that are done.
  std::function<llvm::Expected<llvm::json::Value>(unsigned stage, mlir::ModuleOp)> afterStage;
};

enum class RunStatus {
  Done,
  Failed,    ///< a diagnostic or error was given
  Cancelled, ///< the state is saved
};

struct RunResult {
  RunStatus status = RunStatus::Failed;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  std::vector<llvm::json::Value> notes; ///< one per stage
  unsigned resumedAt = 0;               ///< first stage that was run now
};

/// Runs `recipe` on `module` with the session of its context. Diagnostics go
/// through the context; what concerns the state is reported at the module.
/// The state of a run that is done stays, so that hours of work outlive an output
/// that cannot be written: who has written it calls `removeRunState`.
RunResult runRecipe(mlir::OwningOpRef<mlir::ModuleOp> module, const Recipe &recipe,
                    const RunOptions &options);

/// Removes what runs save in `folder`, and the folder where nothing else lies in it.
void removeRunState(llvm::StringRef folder);

} // namespace penjing

#endif // PENJING_RECIPES_RUNNER_H
