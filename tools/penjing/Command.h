// A subcommand of `penjing`: its line in the overview, and the function that runs it.
//
// To add one: a file that defines `int penjing::nameCommand(llvm::ArrayRef<std::string>)`,
// its declaration here, a line in the table of main.cpp, the file in CMakeLists.txt,
// and a test in test/Tools. The function declares its options (Options.h), makes a
// Workspace (Workspace.h: context, session, diagnostics, model files), and returns an
// exit code.
#ifndef PENJING_TOOLS_PENJING_COMMAND_H
#define PENJING_TOOLS_PENJING_COMMAND_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <string>

namespace penjing {

enum ExitCode : int {
  kSuccess = 0,
  kFailure = 1,     ///< an error was printed
  kDestroyed = 2,   ///< `compress --max-drop`: the output is kept as OUT.rejected
  kCancelled = 130, ///< Ctrl-C; what can be resumed is saved
};

struct Command {
  llvm::StringRef name;
  llvm::StringRef summary; ///< one line of the overview
  int (*run)(llvm::ArrayRef<std::string> arguments);
};

int benchCommand(llvm::ArrayRef<std::string> arguments);
int compileCommand(llvm::ArrayRef<std::string> arguments);
int exportCommand(llvm::ArrayRef<std::string> arguments);
int infoCommand(llvm::ArrayRef<std::string> arguments);
int importCommand(llvm::ArrayRef<std::string> arguments);
int compressCommand(llvm::ArrayRef<std::string> arguments);
int evalCommand(llvm::ArrayRef<std::string> arguments);
int trainCommand(llvm::ArrayRef<std::string> arguments);
int reportCommand(llvm::ArrayRef<std::string> arguments);
int runCommand(llvm::ArrayRef<std::string> arguments);
int verifyCommand(llvm::ArrayRef<std::string> arguments);
int recipeCommand(llvm::ArrayRef<std::string> arguments);
int searchCommand(llvm::ArrayRef<std::string> arguments);
int searchSpaceCommand(llvm::ArrayRef<std::string> arguments);
int searchTableCommand(llvm::ArrayRef<std::string> arguments);
int searchTaskCommand(llvm::ArrayRef<std::string> arguments);

} // namespace penjing

#endif // PENJING_TOOLS_PENJING_COMMAND_H
