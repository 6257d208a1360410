// A recipe: one MLIR pass pipeline in a text file, from a trained network to a
// packed one. The text is the only recipe language there is.
#ifndef PENJING_RECIPES_RECIPE_H
#define PENJING_RECIPES_RECIPE_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <string>
#include <vector>

namespace penjing {

/// One pass of the pipeline's top level, with its options as they stand.
struct Stage {
  std::string text; ///< such as `pj-train{epochs=3 lr=0.01}`
  unsigned line = 0; ///< where it begins in the file, from 1
  bool trains = false; ///< it changes values and is worth saving

  /// The pass's name, without options.
  llvm::StringRef name() const { return llvm::StringRef(text).take_until([](char c) {
    return c == '{' || c == '(' || c == ' ';
  }); }
};

struct Recipe {
  std::string path;
  std::string hash; ///< SHA-256 of the file's bytes
  std::vector<Stage> stages;
};

/// Splits the text of a recipe into stages. `//` starts a comment at the
/// beginning of a line or behind a blank. A surrounding `builtin.module(…)` is
/// allowed. Errors name file and line: unbalanced brackets or quotes, an empty
/// stage, an unknown pass, options that a pass refuses.
llvm::Expected<Recipe> parseRecipe(llvm::StringRef text, llvm::StringRef path);

/// Reads and parses a file.
llvm::Expected<Recipe> readRecipe(llvm::StringRef path);

} // namespace penjing

#endif // PENJING_RECIPES_RECIPE_H
