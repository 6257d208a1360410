// The x86-64 levels of the psABI, and the fourth with VNNI. Rates and caches are
// those of current server cores, as measured: FMA 205-240 GFLOP/s and vpdpbusd
// 800-970 GOP/s a core at 512 bits.
#include "Descriptions.h"

using namespace penjing;

static Target level(llvm::StringRef name, int64_t vectorBits,
                    int64_t registers) {
  Target target;
  target.name = name.str();
  target.triple = "x86_64-unknown-linux-gnu";
  target.cpu = name.str();
  target.vectorBits = vectorBits;
  target.vectorRegisters = registers;
  target.cacheBytes = {48 << 10, 1 << 20, 32 << 20};
  target.bandwidth = {275, 150, 30, 20};
  return target;
}

std::vector<Target> penjing::x86Targets() {
  Target baseline = level("x86-64", 128, 16);
  baseline.leaves = {{"portable", 7}};

  Target v3 = level("x86-64-v3", 256, 16);
  v3.fma = true;
  v3.leaves = {{"fma", 55}, {"portable", 20}};

  Target v4 = level("x86-64-v4", 512, 32);
  v4.fma = true;
  v4.maskedMemory = true;
  v4.leaves = {{"fma", 110}, {"portable", 40}};

  Target vnni = v4;
  vnni.name = "x86-64-v4-vnni";
  vnni.features = "+avx512vnni";
  vnni.leaves.push_back({"vpdpbusd", 450});
  return {baseline, v3, v4, vnni};
}
