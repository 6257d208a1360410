// penjing recipe: checks a recipe without running it and lists its stages.
#include "Workspace.h"

#include "penjing/Recipes/Recipe.h"

#include "llvm/Support/FormatVariadic.h"

using namespace penjing;

int penjing::recipeCommand(llvm::ArrayRef<std::string> arguments) {
  std::string path;
  SharedOptions shared;
  Options options("recipe", "checks a recipe without running it and lists its stages.");
  options.positional("RECIPE", path, "a pass pipeline in a text file, '//' before comments");
  options.example("penjing recipe share/recipes/tiny.pj", "the stages 'penjing compress' would run, one a line");
  shared.declare(options);
  if (auto code = parseOptions(options, arguments))
    return *code;
  Workspace workspace(shared);
  auto recipe = readRecipe(path);
  if (!recipe)
    return workspace.fail(recipe.takeError());
  for (const Stage &stage : recipe->stages)
    workspace.say(llvm::formatv("line {0,3}  {1}", stage.line, stage.text).str());
  workspace.say(llvm::formatv("{0} stages, sha256 {1}", recipe->stages.size(), recipe->hash).str());
  return kSuccess;
}
