// The target `native`: asks the processor what it is and takes the best
// description it can execute.
#include "Descriptions.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/Triple.h"

using namespace penjing;

/// The best x86 level whose instructions the features contain.
static Target x86Level(const llvm::StringMap<bool> &features) {
  auto has = [&](std::initializer_list<llvm::StringRef> names) {
    return llvm::all_of(
        names, [&](llvm::StringRef name) { return features.lookup(name); });
  };
  std::vector<Target> levels = x86Targets();
  if (!has({"avx2", "fma", "bmi", "bmi2", "f16c", "lzcnt", "movbe"}))
    return levels[0];
  if (!has({"avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"}))
    return levels[1];
  return has({"avx512vnni"}) ? levels[3] : levels[2];
}

Target penjing::nativeTarget() {
  llvm::StringMap<bool> features = llvm::sys::getHostCPUFeatures();
  llvm::Triple triple(llvm::sys::getProcessTriple());
  Target target =
      triple.isAArch64() ? aarch64Targets().front() : x86Level(features);
  target.name = "native";
  target.triple = triple.str();
  target.cpu = llvm::sys::getHostCPUName().str();
  std::vector<std::string> flags;
  for (const auto &feature : features)
    flags.push_back((feature.second ? "+" : "-") + feature.first().str());
  llvm::sort(flags);
  target.features = llvm::join(flags, ",");
  return target;
}
