// Saves and loads the state of a run. Each file is renamed into place, and the
// position is written last: whatever a kill leaves is a whole state.
#include "State.h"

#include "penjing/Dialect/Penjing/ModelFiles.h"
#include "penjing/Support/InputFile.h"
#include "penjing/Support/OutputFile.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace mlir;
using namespace penjing;

static constexpr StringLiteral kPositionFile = "position.json";

std::string RunStateFolder::path(StringRef file) const {
  SmallString<128> result(folder);
  llvm::sys::path::append(result, file);
  return result.str().str();
}

static llvm::Error damaged(StringRef file) {
  return llvm::createStringError("requires a whole state, but '" + file +
                                 "' is damaged; remove its folder to start anew");
}

llvm::Expected<std::optional<RunPosition>> RunStateFolder::load() const {
  std::string file = path(kPositionFile);
  if (!llvm::sys::fs::exists(file))
    return std::nullopt;
  auto buffer = readInputFile(file);
  if (!buffer)
    return buffer.takeError();
  auto json = llvm::json::parse((*buffer)->getBuffer());
  if (!json) {
    llvm::consumeError(json.takeError());
    return damaged(file);
  }
  auto *page = json->getAsObject();
  auto *then = page ? page->getObject("facts") : nullptr;
  auto stages = page ? page->getInteger("stages_done") : std::nullopt;
  auto moduleFile = page ? page->getString("module") : std::nullopt;
  auto *remarks = page ? page->getArray("remarks") : nullptr;
  auto *notes = page ? page->getArray("notes") : nullptr;
  if (!then || !stages || *stages < 0 || !moduleFile || !remarks || !notes)
    return damaged(file);
  for (const auto &[name, value] : facts) {
    StringRef was = then->getString(name).value_or("nothing");
    if (was != value)
      return llvm::createStringError("requires the " + name + " of the interrupted run ('" + was +
                                     "') to resume, but got '" + value +
                                     "'; run without --resume to start anew");
  }
  RunPosition position;
  position.stagesDone = *stages;
  position.moduleFile = moduleFile->str();
  if (llvm::sys::path::filename(position.moduleFile) != position.moduleFile)
    return damaged(file);
  position.remarks = *remarks;
  position.notes.assign(notes->begin(), notes->end());
  return position;
}

llvm::Error RunStateFolder::save(ModuleOp module, RunPosition &position) {
  std::string old = position.moduleFile;
  position.moduleFile = "stage-" + std::to_string(position.stagesDone) + ".mlirbc";
  if (llvm::Error error = writeOutputFile(path(position.moduleFile), writeBytecode(module)))
    return error;
  llvm::json::Object names;
  for (const auto &[name, value] : facts)
    names[name] = value;
  llvm::json::Object page{{"facts", std::move(names)},
                          {"stages_done", int64_t(position.stagesDone)},
                          {"module", position.moduleFile},
                          {"remarks", llvm::json::Array(position.remarks)},
                          {"notes", llvm::json::Array(position.notes)}};
  std::string text = llvm::formatv("{0:2}\n", llvm::json::Value(std::move(page))).str();
  if (llvm::Error error = writeOutputFile(path(kPositionFile), text))
    return error;
  if (!old.empty() && old != position.moduleFile)
    llvm::sys::fs::remove(path(old));
  return llvm::Error::success();
}

/// Whether a run wrote a file of this name: a state, or a part of one that a kill left.
static bool isOfState(StringRef name) {
  name.consume_front(".");
  return name == kPositionFile || name.starts_with((kPositionFile + ".penjing-").str()) ||
         (name.starts_with("stage-") && (name.contains(".mlirbc") || name.contains(".safetensors")));
}

void penjing::removeRunState(StringRef folder) {
  std::error_code error;
  // The position first: a kill in between leaves no state that looks whole.
  SmallString<128> position(folder);
  llvm::sys::path::append(position, kPositionFile);
  llvm::sys::fs::remove(position);
  for (llvm::sys::fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error))
    if (isOfState(llvm::sys::path::filename(it->path())))
      llvm::sys::fs::remove(it->path());
  llvm::sys::fs::remove(folder); // keeps a folder that is not empty
}
