// What passes may ask of the world: data, models, progress, cancellation,
// threads, limits, seed, remarks. One per MLIRContext, hung on its dialect.
#ifndef PENJING_SUPPORT_SESSION_H
#define PENJING_SUPPORT_SESSION_H

#include "penjing/Support/Array.h"
#include "penjing/Support/Limits.h"
#include "penjing/Support/Progress.h"
#include "penjing/Support/Remark.h"

#include "mlir/IR/DialectInterface.h"
#include "mlir/IR/MLIRContext.h"

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <string>

namespace penjing {

/// A data source: a file or folder, or arrays in memory.
struct DataSource {
  std::string path;               ///< empty if `arrays` holds the data
  std::vector<NamedArray> arrays; ///< such as `x` and `y`
};

/// A model kept for later use (the teacher of a distillation): bytes that
/// MLIR's reader takes. A pass parses its own copy, so blobs are never shared.
struct StoredModel {
  std::string bytecode;
  std::string hash; ///< SHA-256 of the bytes
};

/// Where a running stage keeps what `--resume` needs.
struct ResumeState {
  std::string folder; ///< `OUT.state`; empty: nothing is saved
  std::string stage;  ///< names the stage's files inside the folder
  std::string
      fingerprint;     ///< hash over model, recipe, data: a mismatch refuses
  bool resume = false; ///< continue from the stage's checkpoint if it is there
};

class Session {
public:
  Session();
  ~Session();

  // -- Data and models by name ------------------------------------------------

  /// Data of this name comes from `path` (the user named it, so it is allowed).
  void bindData(llvm::StringRef name, llvm::StringRef path);
  void bindData(llvm::StringRef name, std::vector<NamedArray> arrays);
  /// Data that recipes name by a path of their own must lie inside `folder`;
  /// the default is the working folder.
  void setDataRoot(llvm::StringRef folder) { dataRoot = folder.str(); }
  /// The source bound to `name`; else the path `name` inside the data root;
  /// else an error that lists the bound names.
  llvm::Expected<DataSource> findData(llvm::StringRef name) const;

  void bindModel(llvm::StringRef name, std::string bytecode);
  /// The model bound to `name`, or null.
  std::shared_ptr<const StoredModel> findModel(llvm::StringRef name) const;

  // -- Progress and cancellation ----------------------------------------------

  void setProgress(std::unique_ptr<ProgressSink> sink) {
    progressSink = std::move(sink);
  }
  /// Never null: without a sink, reports are dropped.
  ProgressSink &progress() { return *progressSink; }

  /// Asks running work to stop at its next step. Async-signal-safe.
  void requestCancel() { cancelFlag.store(true, std::memory_order_relaxed); }
  void clearCancel() { cancelFlag.store(false, std::memory_order_relaxed); }
  bool isCancelled() const {
    return cancelFlag.load(std::memory_order_relaxed);
  }

  // -- Facts ------------------------------------------------------------------

  RemarkStream &remarks() { return remarkStream; }

  uint64_t seed = 0;
  unsigned threads = 1;
  Limits limits;
  bool remarksAsDiagnostics = false;
  ResumeState resumeState;

private:
  std::string dataRoot = ".";
  std::map<std::string, DataSource> data;
  std::map<std::string, std::shared_ptr<const StoredModel>> models;
  std::unique_ptr<ProgressSink> progressSink;
  std::atomic<bool> cancelFlag{false};
  RemarkStream remarkStream;
};

/// How the session hangs on the dialect `pj`: its initialize() says
/// `addInterfaces<SessionInterface>();`. The session is shared: a driver may
/// keep it and give it to several contexts.
class SessionInterface : public mlir::DialectInterface::Base<SessionInterface> {
public:
  explicit SessionInterface(mlir::Dialect *dialect)
      : Base(dialect), session(std::make_shared<Session>()) {}

  std::shared_ptr<Session> session;

  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(SessionInterface)
};

/// The session of `context`, or null if the dialect `pj` is not loaded there.
std::shared_ptr<Session> getSession(mlir::MLIRContext *context);
/// Gives `context`, where `pj` is loaded, another session.
void setSession(mlir::MLIRContext *context, std::shared_ptr<Session> session);

} // namespace penjing

#endif // PENJING_SUPPORT_SESSION_H
