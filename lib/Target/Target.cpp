// Looks up target descriptions by name, and says which of them this
// machine can execute.
#include "Descriptions.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/Triple.h"

using namespace penjing;

const LeafRate *Target::findLeaf(llvm::StringRef leaf) const {
  for (const LeafRate &rate : leaves)
    if (rate.leaf == leaf)
      return &rate;
  return nullptr;
}

bool Target::isAArch64() const { return llvm::Triple(triple).isAArch64(); }

static std::vector<Target> namedTargets() {
  std::vector<Target> targets = x86Targets();
  llvm::append_range(targets, aarch64Targets());
  return targets;
}

std::vector<std::string> penjing::targetNames() {
  std::vector<std::string> names = {"native"};
  for (const Target &target : namedTargets())
    names.push_back(target.name);
  return names;
}

llvm::Expected<Target> penjing::findTarget(llvm::StringRef name) {
  if (name == "native")
    return nativeTarget();
  for (Target &target : namedTargets())
    if (target.name == name)
      return std::move(target);
  return llvm::createStringError("requires a target among " +
                                 llvm::join(targetNames(), ", ") +
                                 ", but got '" + name + "'");
}

bool penjing::runsHere(const Target &target) {
  llvm::Triple host(llvm::sys::getProcessTriple());
  if (host.getArch() != llvm::Triple(target.triple).getArch())
    return false;
  if (target.name == "native")
    return true;
  Target native = nativeTarget();
  bool leaves = llvm::all_of(target.leaves, [&](const LeafRate &rate) {
    return native.findLeaf(rate.leaf) != nullptr;
  });
  return leaves && target.vectorBits <= native.vectorBits &&
         (native.fma || !target.fma);
}
