// Reads a recipe and splits it into stages.
#include "penjing/Recipes/Recipe.h"

#include "penjing/Support/CheckedOptions.h"
#include "penjing/Support/InputFile.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace penjing;

static llvm::Error errorAt(StringRef path, unsigned line, const Twine &message) {
  return llvm::createStringError(path + ":" + Twine(line) + ": " + message);
}

/// Blanks out comments, so that positions and line numbers stay.
static std::string withoutComments(StringRef text) {
  std::string result = text.str();
  bool comment = false;
  char before = '\n';
  for (size_t i = 0; i < result.size(); ++i) {
    char c = result[i];
    if (c == '\n')
      comment = false;
    else if (c == '/' && text.substr(i).starts_with("//") && llvm::isSpace(before))
      comment = true;
    before = c;
    if (comment)
      result[i] = ' ';
  }
  return result;
}

/// The stage's text on one line.
static std::string joinLines(StringRef text) {
  SmallVector<StringRef> words;
  llvm::SplitString(text, words, " \t\r\n");
  return llvm::join(words, " ");
}

namespace {
/// Cuts the text at commas outside brackets and quotes.
class StageSplitter {
public:
  StageSplitter(StringRef text, StringRef path) : text(text), path(path) {}

  llvm::Expected<std::vector<Stage>> split() {
    for (size_t i = 0; i <= text.size(); ++i) {
      char c = i < text.size() ? text[i] : ',';
      bool end = i == text.size();
      if (end && (quote || !open.empty()))
        return errorAt(path, openLine, Twine("requires '") + Twine(quote ? quote : closing(open.back())) +
                                           "' to close what opens here, but the file ends");
      if (quote) {
        quote = c == quote ? 0 : quote;
      } else if (c == '"' || c == '\'') {
        quote = c, openLine = line;
      } else if (c == '{' || c == '(' || c == '[') {
        open.push_back(c), openLine = line;
      } else if (c == '}' || c == ')' || c == ']') {
        if (open.empty() || closing(open.back()) != c)
          return errorAt(path, line, Twine("requires brackets in pairs, but got '") + Twine(c) + "'");
        open.pop_back();
      } else if (c == ',' && open.empty()) {
        if (llvm::Error error = finish(i, end))
          return std::move(error);
      }
      if (c == '\n')
        ++line;
    }
    return std::move(stages);
  }

private:
  static char closing(char c) { return c == '{' ? '}' : c == '(' ? ')' : ']'; }

  llvm::Error finish(size_t position, bool end) {
    StringRef raw = text.slice(begin, position);
    unsigned first = beginLine + raw.take_until([](char c) { return !llvm::isSpace(c); }).count('\n');
    begin = position + 1, beginLine = line;
    std::string stage = joinLines(raw);
    if (stage.empty()) {
      // A comma behind the last stage is as good as none.
      if (end)
        return llvm::Error::success();
      return errorAt(path, first, "requires a pass before ',', but got none");
    }
    bool trains = StringRef(stage).contains("pj-train") || StringRef(stage).contains("pj-calibrate") ||
                  StringRef(stage).contains("pj-search");
    stages.push_back({std::move(stage), first, trains});
    return llvm::Error::success();
  }

  StringRef text, path;
  std::vector<Stage> stages;
  std::string open;
  char quote = 0;
  unsigned line = 1, openLine = 1, beginLine = 1;
  size_t begin = 0;
};
} // namespace

/// Takes off a `builtin.module(…)` around everything, keeping positions.
static void unwrapModule(std::string &text) {
  StringRef trimmed = StringRef(text).trim();
  if (!trimmed.starts_with("builtin.module(") || !trimmed.ends_with(")"))
    return;
  size_t begin = trimmed.data() - text.data();
  size_t end = begin + trimmed.size() - 1;
  std::fill_n(text.begin() + begin, StringRef("builtin.module(").size(), ' ');
  text[end] = ' ';
}

/// The first line of what MLIR's parsers of pipelines say, without their names.
static std::string firstComplaint(StringRef message) {
  StringRef line = message.trim().split('\n').first;
  for (StringRef head : {"<Pass-Options-Parser>: ", "error: "})
    if (size_t at = line.find(head); at != StringRef::npos)
      line = line.drop_front(at + head.size());
  return line.str();
}

llvm::Expected<Recipe> penjing::parseRecipe(StringRef text, StringRef path) {
  Recipe recipe;
  recipe.path = path.str();
  recipe.hash = sha256Hex(text);
  std::string plain = withoutComments(text);
  unwrapModule(plain);
  auto stages = StageSplitter(plain, path).split();
  if (!stages)
    return stages.takeError();
  recipe.stages = std::move(*stages);
  if (recipe.stages.empty())
    return errorAt(path, 1, "requires at least one pass, but got none");
  // Everything that a recipe can get wrong is said before the first stage runs.
  for (const Stage &stage : recipe.stages) {
    std::string message;
    llvm::raw_string_ostream os(message);
    OpPassManager pipeline(ModuleOp::getOperationName());
    if (failed(parsePassPipeline(stage.text, pipeline, os)))
      return errorAt(path, stage.line, "requires a legal pass, but got '" + stage.text + "': " + firstComplaint(message));
    for (Pass &pass : pipeline.getPasses())
      if (auto *checked = dynamic_cast<CheckedOptions *>(&pass))
        if (llvm::Error error = checked->checkOptions())
          return errorAt(path, stage.line, pass.getArgument() + ": " + llvm::toString(std::move(error)));
  }
  return recipe;
}

llvm::Expected<Recipe> penjing::readRecipe(StringRef path) {
  auto buffer = readInputFile(path);
  if (!buffer)
    return buffer.takeError();
  return parseRecipe((*buffer)->getBuffer(), path);
}
