// What passes achieved, for the report: our own streamer, locked and sorted,
// with the name of the ONNX node (upstream's YAML streamer is racy, drops
// names).
#ifndef PENJING_SUPPORT_REMARK_H
#define PENJING_SUPPORT_REMARK_H

#include "mlir/IR/Operation.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/JSON.h"

#include <cstdint>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace penjing {

enum class RemarkKind : uint8_t {
  Passed,   ///< something was done: `pruned 50 % of @conv1`
  Missed,   ///< something was not done, and why: `kept @fc dense: 62 % zeros,
            ///< break-even 74 %`
  Analysis, ///< a fact
};

llvm::StringRef remarkKindName(RemarkKind kind);

/// A number, or a text, with its name: {"microseconds", 3.1}.
using RemarkValue = std::pair<std::string, llvm::json::Value>;

struct Remark {
  std::string pass;
  RemarkKind kind = RemarkKind::Analysis;
  std::string node, op, file; ///< of the ONNX node; empty where unknown
  std::string message;
  std::vector<RemarkValue> values;
  uint64_t stage = 0; ///< position of the pass in the recipe (see `beginStage`)
};

/// Collects remarks from any thread. What comes out is sorted by stage, pass,
/// node, kind and message: it does not depend on the threads.
class RemarkStream {
public:
  void add(Remark remark);
  /// Remarks from here on belong to the next stage of the recipe.
  void beginStage();
  std::vector<Remark> sorted() const;
  /// An array of {pass, kind, node, op, file, message, stage, values}.
  llvm::json::Array toJson() const;
  /// Restores what `toJson` gave (a resumed run); an error names what is
  /// missing.
  llvm::Error fromJson(const llvm::json::Array &array);

private:
  mutable std::mutex mutex;
  std::vector<Remark> remarks;
  uint64_t stage = 0;
};

/// Records a remark about `op` with the session of its context (nothing happens
/// without one), and shows it as an MLIR remark `pass: message` when the
/// session says `remarksAsDiagnostics`.
void emitRemark(mlir::Operation *op, llvm::StringRef pass, RemarkKind kind,
                const llvm::Twine &message,
                std::vector<RemarkValue> values = {});

} // namespace penjing

#endif // PENJING_SUPPORT_REMARK_H
