// What every subcommand stands on: context and session, diagnostics on standard
// error, and model files of every kind.
#ifndef PENJING_TOOLS_PENJING_WORKSPACE_H
#define PENJING_TOOLS_PENJING_WORKSPACE_H

#include "Command.h"
#include "Options.h"

#include "penjing/Recipes/Runner.h"
#include "penjing/Train/Dataset.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace penjing {

class Session;

/// The options every subcommand has.
struct SharedOptions {
  unsigned threads = 1;
  bool quiet = false, remarks = false;
  std::vector<std::string> shapes;
  /// Declares them; call it last, so that they stand at the end of the help.
  void declare(Options &options);
};

/// Parses the command line: nothing when the command should go on, else the exit
/// code (help was printed, or an error).
std::optional<int> parseOptions(Options &options, llvm::ArrayRef<std::string> arguments);

class Workspace {
public:
  explicit Workspace(const SharedOptions &shared);
  ~Workspace();

  mlir::MLIRContext &context() { return *mlirContext; }
  Session &session() { return *theSession; }
  std::shared_ptr<Session> sharedSession() { return theSession; }

  /// Reads a model: .mlir, .mlirbc or .onnx, by the name's end. Null, with a
  /// diagnostic, on failure.
  mlir::OwningOpRef<mlir::ModuleOp> readModel(llvm::StringRef path);
  /// Writes a model whole or not at all, in the kind the name's end says.
  /// `suffix` is appended to the name afterwards.
  mlir::LogicalResult writeModel(mlir::ModuleOp module, llvm::StringRef path, llvm::StringRef suffix = "");

  /// Reads labelled samples from a folder or an .npz.
  llvm::Expected<Dataset> loadSamples(llvm::StringRef path, DataSplit split);

  /// Binds what a recipe may ask for (`data`; the model `input`, where a teacher
  /// is given) and lists what the run depends on.
  llvm::Error bindRun(llvm::StringRef model, llvm::StringRef data, llvm::StringRef teacher,
                      const Recipe &recipe, RunFacts &facts);

  /// Fails where writing `output` would destroy one of the files that are read.
  llvm::Error refuseOverwriting(llvm::StringRef output, llvm::ArrayRef<llvm::StringRef> inputs);

  /// Prints `error: …` and gives the exit code of a failure.
  int fail(const llvm::Twine &message);
  int fail(llvm::Error error);
  /// Prints `warning: …`, unless --quiet.
  void warn(const llvm::Twine &message);
  /// Prints a line for the user, unless --quiet.
  void say(const llvm::Twine &message);
  /// Says where an interrupted run is saved and how to resume; its exit code.
  int sayInterrupted(llvm::StringRef stateFolder);
  /// Says that a finished run waits for an output that can be written; the exit
  /// code of a failure.
  int sayUnwritten(llvm::StringRef stateFolder);

private:
  const SharedOptions &shared;
  std::unique_ptr<mlir::MLIRContext> mlirContext;
  std::shared_ptr<Session> theSession;
};

/// The kinds of model files, for messages: `.onnx, .mlir or .mlirbc`.
bool isModelFile(llvm::StringRef path);

} // namespace penjing

#endif // PENJING_TOOLS_PENJING_WORKSPACE_H
