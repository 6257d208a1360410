// penjing search: which of its kinds is meant.
#include "Command.h"

using namespace penjing;

int penjing::searchCommand(llvm::ArrayRef<std::string> arguments) {
  for (llvm::StringRef argument : arguments)
    if (argument == "--task" || argument.starts_with("--task="))
      return searchTaskCommand(arguments);
  return searchTableCommand(arguments);
}
