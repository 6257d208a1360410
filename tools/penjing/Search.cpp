// penjing search: which of its kinds is meant.
#include "Command.h"

using namespace penjing;

int penjing::searchCommand(llvm::ArrayRef<std::string> arguments) { return searchTableCommand(arguments); }
