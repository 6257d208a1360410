// penjing search: which of its kinds is meant.
#include "Command.h"

using namespace penjing;

/// Whether the option is on the command line, before a `--`.
static bool hasOption(llvm::ArrayRef<std::string> arguments, llvm::StringRef option) {
  for (llvm::StringRef argument : arguments) {
    if (argument == "--")
      return false;
    if (argument == option || (argument.consume_front(option) && argument.starts_with("=")))
      return true;
  }
  return false;
}

int penjing::searchCommand(llvm::ArrayRef<std::string> arguments) {
  if (hasOption(arguments, "--task"))
    return searchTaskCommand(arguments);
  if (hasOption(arguments, "--table"))
    return searchTableCommand(arguments);
  return searchSpaceCommand(arguments);
}
