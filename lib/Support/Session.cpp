// The session: sources by name, and how a context finds the session that hangs
// on its dialect.
#include "penjing/Support/Session.h"

#include "penjing/Support/InputFile.h"

#include "mlir/IR/Dialect.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace penjing;

namespace {
struct SilentProgress : ProgressSink {
  void report(const ProgressReport &) override {}
  void finish(llvm::StringRef, llvm::StringRef) override {}
};
} // namespace

Session::Session() : progressSink(std::make_unique<SilentProgress>()) {}
Session::~Session() = default;

void Session::bindData(llvm::StringRef name, llvm::StringRef path) {
  data[name.str()] = DataSource{path.str(), {}};
}

void Session::bindData(llvm::StringRef name, std::vector<NamedArray> arrays) {
  data[name.str()] = DataSource{"", std::move(arrays)};
}

llvm::Expected<DataSource> Session::findData(llvm::StringRef name) const {
  auto found = data.find(name.str());
  if (found != data.end())
    return found->second;
  llvm::Expected<std::string> path = resolveInside(dataRoot, name);
  if (path)
    return DataSource{*path, {}};
  if (llvm::sys::fs::exists(dataRoot + "/" + name) ||
      llvm::sys::path::is_absolute(name))
    return path.takeError();
  llvm::consumeError(path.takeError());
  std::vector<std::string> names;
  for (const auto &entry : data)
    names.push_back("\"" + entry.first + "\"");
  return llvm::createStringError(
      "requires data named \"%s\", but the session has %s, and \"%s\" no such file",
      name.str().c_str(),
      names.empty() ? "none" : llvm::join(names, ", ").c_str(),
      dataRoot.c_str());
}

void Session::bindModel(llvm::StringRef name, std::string bytecode) {
  auto model = std::make_shared<StoredModel>();
  model->hash = sha256Hex(bytecode);
  model->bytecode = std::move(bytecode);
  models[name.str()] = std::move(model);
}

std::shared_ptr<const StoredModel>
Session::findModel(llvm::StringRef name) const {
  auto found = models.find(name.str());
  return found == models.end() ? nullptr : found->second;
}

static SessionInterface *findInterface(mlir::MLIRContext *context) {
  mlir::Dialect *dialect = context->getLoadedDialect("pj");
  return dialect ? dialect->getRegisteredInterface<SessionInterface>()
                 : nullptr;
}

std::shared_ptr<Session> penjing::getSession(mlir::MLIRContext *context) {
  SessionInterface *interface = findInterface(context);
  return interface ? interface->session : nullptr;
}

void penjing::setSession(mlir::MLIRContext *context,
                         std::shared_ptr<Session> session) {
  SessionInterface *interface = findInterface(context);
  assert(interface && "the dialect pj is loaded before its session is set");
  interface->session = std::move(session);
}
