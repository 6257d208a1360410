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
  target.sparse = {0.8, 0.6};
  return target;
}

/// SSE3, SSSE3, FMA, CX16, SSE4.1, SSE4.2, MOVBE, POPCNT, OSXSAVE, AVX, F16C.
static constexpr uint32_t v3Leaf1 = 1u << 0 | 1u << 9 | 1u << 12 | 1u << 13 |
                                    1u << 19 | 1u << 20 | 1u << 22 | 1u << 23 |
                                    1u << 27 | 1u << 28 | 1u << 29;
/// BMI1, AVX2, BMI2.
static constexpr uint32_t v3Leaf7 = 1u << 3 | 1u << 5 | 1u << 8;
/// LAHF, LZCNT.
static constexpr uint32_t v3Extended = 1u << 0 | 1u << 5;
/// AVX-512 F, DQ, CD, BW, VL.
static constexpr uint32_t v4Leaf7 =
    1u << 16 | 1u << 17 | 1u << 28 | 1u << 30 | 1u << 31;
/// AVX-512 VNNI, in ECX of leaf 7.
static constexpr uint32_t vnniLeaf7 = 1u << 11;

static CpuRequirement require(uint32_t leaf7, uint32_t leaf7Ecx,
                              uint32_t xcr0) {
  return {{{1, 0, 0, 0, v3Leaf1, 0},
           {7, 0, 0, leaf7, leaf7Ecx, 0},
           {0x80000001, 0, 0, 0, v3Extended, 0}},
          xcr0};
}

std::vector<Target> penjing::x86Targets() {
  Target baseline = level("x86-64", 128, 16);
  baseline.leaves = {{"portable", 7}, {"vpmaddwd", 30}};

  Target v3 = level("x86-64-v3", 256, 16);
  v3.fma = true;
  v3.requirement = require(v3Leaf7, 0, 0x6);
  v3.leaves = {{"fma", 55}, {"portable", 20}, {"vpmaddwd", 60}};

  Target v4 = level("x86-64-v4", 512, 32);
  v4.fma = true;
  v4.maskedMemory = true;
  v4.requirement = require(v3Leaf7 | v4Leaf7, 0, 0xe6);
  v4.leaves = {{"fma", 110}, {"portable", 40}, {"vpmaddwd", 95}};

  Target vnni = v4;
  vnni.name = "x86-64-v4-vnni";
  vnni.features = "+avx512vnni";
  vnni.requirement = require(v3Leaf7 | v4Leaf7, vnniLeaf7, 0xe6);
  vnni.leaves.push_back({"vpdpbusd", 450});
  return {baseline, v3, v4, vnni};
}
