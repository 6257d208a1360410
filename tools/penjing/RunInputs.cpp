// What a recipe's run depends on: model, data, teacher, seed, threads, level; and
// what of it the session hands to passes.
#include "Workspace.h"

#include "penjing/Dialect/Penjing/ModelFiles.h"
#include "penjing/Dialect/Penjing/ParameterValues.h"
#include "penjing/Lower/CompiledModule.h"
#include "penjing/Support/InputFile.h"
#include "penjing/Support/Session.h"
#include "penjing/Train/Passes.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace mlir;
using namespace penjing;

/// Hash of all that lies in a data folder or file: names and bytes.
static llvm::Expected<std::string> hashOfData(StringRef path) {
  if (!llvm::sys::fs::is_directory(path))
    return sha256OfFile(path);
  std::error_code error;
  std::vector<std::string> files;
  for (llvm::sys::fs::directory_iterator it(path, error), end; it != end && !error; it.increment(error))
    if (llvm::sys::fs::is_regular_file(it->path()))
      files.push_back(it->path());
  llvm::sort(files);
  std::string all;
  for (const std::string &file : files) {
    auto hash = sha256OfFile(file);
    if (!hash)
      return hash.takeError();
    all += llvm::sys::path::filename(file).str() + "=" + *hash + "\n";
  }
  return sha256Hex(all);
}

llvm::Error Workspace::bindRun(StringRef model, StringRef data, StringRef teacher, const Recipe &recipe,
                               RunFacts &facts) {
  auto modelHash = sha256OfFile(model);
  if (!modelHash)
    return modelHash.takeError();
  facts = {{"model", *modelHash}, {"recipe", recipe.hash}};
  if (!data.empty()) {
    auto hash = hashOfData(data);
    if (!hash)
      return hash.takeError();
    facts.push_back({"data", *hash});
    theSession->bindData(kDataName, data);
  }
  if (!teacher.empty()) {
    auto hash = sha256OfFile(teacher);
    if (!hash)
      return hash.takeError();
    auto module = readModel(teacher);
    if (!module)
      return llvm::createStringError("requires a teacher that can be read, but got '" + teacher + "'");
    facts.push_back({"teacher", *hash});
    theSession->bindModel(kInputModelName, writeBytecode(*module));
    releaseParameters(*module);
  }
  facts.push_back({"seed", std::to_string(theSession->seed)});
  facts.push_back({"threads", std::to_string(theSession->threads)});
  facts.push_back({"level", trainingTarget().name});
  return llvm::Error::success();
}
