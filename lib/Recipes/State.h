// What a run leaves in its state folder: the module after the last finished
// stage, and a page that says which it was.
#ifndef PENJING_LIB_RECIPES_STATE_H
#define PENJING_LIB_RECIPES_STATE_H

#include "penjing/Recipes/Runner.h"

namespace penjing {

struct RunPosition {
  unsigned stagesDone = 0;
  std::string moduleFile; ///< inside the folder
  llvm::json::Array remarks;
  std::vector<llvm::json::Value> notes;
};

class RunStateFolder {
public:
  RunStateFolder(llvm::StringRef folder, const RunFacts &facts) : folder(folder), facts(facts) {}

  /// The position of an earlier run, or nothing where there is none. An error
  /// names the fact that differs, or the file that is damaged.
  llvm::Expected<std::optional<RunPosition>> load() const;

  /// Saves the module and then the position; the files of earlier stages go.
  llvm::Error save(mlir::ModuleOp module, RunPosition &position);

  std::string path(llvm::StringRef file) const;

private:
  std::string folder;
  const RunFacts &facts;
};

} // namespace penjing

#endif // PENJING_LIB_RECIPES_STATE_H
