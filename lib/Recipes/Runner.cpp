// Runs a recipe stage by stage, saving after each.
#include "penjing/Recipes/Runner.h"

#include "State.h"

#include "penjing/Dialect/Penjing/ModelFiles.h"
#include "penjing/Dialect/Penjing/ParameterValues.h"
#include "penjing/Dialect/Penjing/RecipeHash.h"
#include "penjing/Support/InputFile.h"
#include "penjing/Support/Session.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace penjing;

static std::string fingerprintOf(const RunFacts &facts) {
  std::string text;
  for (const auto &[name, value] : facts)
    text += name + "=" + value + "\n";
  return sha256Hex(text);
}

namespace {
class RecipeRun {
public:
  RecipeRun(OwningOpRef<ModuleOp> module, const Recipe &recipe, const RunOptions &options)
      : recipe(recipe), options(options), folder(options.stateFolder, options.facts),
        session(getSession(module.get().getContext())), fingerprint(fingerprintOf(options.facts)) {
    result.module = std::move(module);
  }

  RunResult run() {
    setRecipeHash(*result.module, recipe.hash);
    bool saves = !options.stateFolder.empty();
    if (saves && !options.resume)
      removeRunState(options.stateFolder);
    if (saves && options.resume && failed(takeUp()))
      return std::move(result);
    // Training stages save their own state into the folder.
    if (std::error_code error = saves ? llvm::sys::fs::create_directories(options.stateFolder) : std::error_code()) {
      result.module->emitError() << "requires a folder for the state, but '" << options.stateFolder
                                 << "' gave: " << error.message();
      return std::move(result);
    }
    for (unsigned stage = result.resumedAt; stage < recipe.stages.size(); ++stage)
      if (failed(runStage(stage))) {
        if (saves)
          llvm::sys::fs::remove(options.stateFolder); // where nothing was saved yet
        return std::move(result);
      }
    result.status = RunStatus::Done;
    result.notes = std::move(position.notes);
    return std::move(result);
  }

private:
  /// Continues where an earlier run stopped, if there was one.
  LogicalResult takeUp() {
    auto earlier = folder.load();
    if (!earlier)
      return fail(earlier.takeError());
    if (!*earlier)
      return success();
    position = std::move(**earlier);
    if (position.stagesDone > recipe.stages.size())
      return result.module->emitError() << "requires a state within the recipe's "
                                        << recipe.stages.size() << " stages, but got stage "
                                        << position.stagesDone;
    if (llvm::Error error = session->remarks().fromJson(position.remarks))
      return fail(std::move(error));
    if (position.stagesDone) {
      MLIRContext *context = result.module->getContext();
      releaseParameters(*result.module);
      result.module = readModule(folder.path(position.moduleFile), context);
      if (!result.module)
        return failure();
    }
    for (unsigned i = 0; i < position.stagesDone; ++i)
      session->remarks().beginStage();
    result.resumedAt = position.stagesDone;
    return success();
  }

  LogicalResult runStage(unsigned index) {
    const Stage &stage = recipe.stages[index];
    session->remarks().beginStage();
    session->resumeState = {options.stateFolder, "stage-" + std::to_string(index + 1), fingerprint,
                            options.resume};
    PassManager passes(result.module->getContext(), ModuleOp::getOperationName());
    std::string message;
    llvm::raw_string_ostream os(message);
    if (failed(parsePassPipeline(stage.text, passes, os)))
      return result.module->emitError() << message;
    if (failed(runPasses(passes, stage)))
      return failure();
    llvm::json::Value note = nullptr;
    if (options.afterStage) {
      auto value = options.afterStage(index, *result.module);
      if (!value)
        return fail(value.takeError());
      note = std::move(*value);
    }
    position.notes.push_back(std::move(note));
    position.stagesDone = index + 1;
    if (options.stateFolder.empty())
      return success();
    position.remarks = session->remarks().toJson();
    if (llvm::Error error = folder.save(*result.module, position))
      return fail(std::move(error));
    return success();
  }

  /// Every error of a pass is told with the stage it comes from.
  LogicalResult runPasses(PassManager &passes, const Stage &stage) {
    bool told = false;
    auto place = llvm::formatv("recipe '{0}' failed at line {1} in '{2}'", recipe.path, stage.line, stage.name()).str();
    ScopedDiagnosticHandler handler(result.module->getContext(), [&](Diagnostic &diagnostic) {
      if (diagnostic.getSeverity() != DiagnosticSeverity::Error || session->isCancelled())
        return failure();
      told = true;
      diagnostic.attachNote() << place;
      return failure(); // printed by whoever prints
    });
    if (succeeded(passes.run(*result.module)))
      return success();
    if (session->isCancelled())
      result.status = RunStatus::Cancelled;
    else if (!told)
      return result.module->emitError() << place;
    return failure();
  }

  LogicalResult fail(llvm::Error error) {
    return result.module->emitError() << llvm::toString(std::move(error));
  }

  const Recipe &recipe;
  const RunOptions &options;
  RunStateFolder folder;
  std::shared_ptr<Session> session;
  std::string fingerprint;
  RunPosition position;
  RunResult result;
};
} // namespace

RunResult penjing::runRecipe(OwningOpRef<ModuleOp> module, const Recipe &recipe,
                             const RunOptions &options) {
  return RecipeRun(std::move(module), recipe, options).run();
}
