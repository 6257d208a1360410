// The built-in tasks by name.
#include "penjing/Search/Neat/Tasks.h"

#include "llvm/ADT/StringSwitch.h"

using namespace penjing::neat;

llvm::Expected<std::unique_ptr<Task>> penjing::neat::findTask(llvm::StringRef name) {
  if (name == "xor")
    return xorTask();
  auto options = llvm::StringSwitch<std::optional<PoleOptions>>(name)
                     .Case("pole", PoleOptions{1, true})
                     .Case("pole-no-velocity", PoleOptions{1, false})
                     .Case("pole2", PoleOptions{2, true})
                     .Case("pole2-no-velocity", PoleOptions{2, false})
                     .Default(std::nullopt);
  if (options)
    return poleTask(*options);
  return llvm::createStringError("requires a task among xor, pole, pole-no-velocity, pole2, pole2-no-velocity, but got '" +
                                 name + "'");
}
