// What the compiler knows about a processor, as data: vector width, registers,
// caches, and the multiply-add leaves with their rates.
#ifndef PENJING_TARGET_TARGET_H
#define PENJING_TARGET_TARGET_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <string>
#include <vector>

namespace penjing {

/// One way of multiplying and adding that a target can execute.
struct LeafRate {
  /// Name in the leaf registry of Codegen: "fma", "vpdpbusd", "portable"…
  std::string leaf;
  /// Multiply-adds a second of one core at full speed, in units of 1e9. For
  /// "portable" the integer rate; its float rate is the target's without fma.
  double rate;
};

/// Bits of the four registers that `cpuid` of x86 answers with for a leaf.
struct CpuidBits {
  uint32_t leaf = 0, subleaf = 0;
  uint32_t eax = 0, ebx = 0, ecx = 0, edx = 0;
};

/// What code for a target asks of an x86 processor and its system; empty
/// where every processor of the family will do.
struct CpuRequirement {
  /// In the order of asking: the first one contains OSXSAVE.
  std::vector<CpuidBits> cpuid;
  /// Register state that the system must save: bits of XCR0.
  uint32_t xcr0 = 0;
};

/// Facts about sparse kernels relative to the dense kernel of the same leaf.
struct SparseEfficiency {
  /// Share of the dense rate reached on the stored products.
  double block = 0.8;
  double unstructured = 0.35;
};

/// The description of a target.
struct Target {
  std::string name;
  std::string triple;
  std::string cpu;
  /// LLVM feature string, "+fma,+avx2".
  std::string features;
  int64_t vectorBits = 128;
  int64_t vectorRegisters = 16;
  /// Bytes of the data caches one core sees, nearest first.
  std::vector<int64_t> cacheBytes;
  /// Bytes a second of one core, in units of 1e9: per cache, then memory.
  std::vector<double> bandwidth;
  /// Fused multiply-add exists for float vectors.
  bool fma = false;
  /// Loads and stores under a mask are cheap.
  bool maskedMemory = false;
  std::vector<LeafRate> leaves;
  SparseEfficiency sparse;
  CpuRequirement requirement;

  /// 32-bit accumulators in one vector.
  int64_t lanes() const { return vectorBits / 32; }
  /// The leaf's description, or null where the target lacks it.
  const LeafRate *findLeaf(llvm::StringRef leaf) const;
  bool isAArch64() const;
};

/// Names that `findTarget` takes; `native` is the machine at hand.
std::vector<std::string> targetNames();

/// The description called `name`; an error lists the names.
llvm::Expected<Target> findTarget(llvm::StringRef name);

/// Whether this process could execute code for `target`.
bool runsHere(const Target &target);

} // namespace penjing

#endif // PENJING_TARGET_TARGET_H
