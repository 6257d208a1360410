// AArch64 with NEON: 32 registers of 128 bits and fused multiply-add, rates
// of a current server core.
#include "Descriptions.h"

using namespace penjing;

std::vector<Target> penjing::aarch64Targets() {
  Target target;
  target.name = "aarch64";
  target.triple = "aarch64-unknown-linux-gnu";
  target.cpu = "generic";
  target.features = "+neon";
  target.vectorBits = 128;
  target.vectorRegisters = 32;
  target.cacheBytes = {64 << 10, 1 << 20, 32 << 20};
  target.bandwidth = {150, 80, 30, 20};
  target.fma = true;
  target.leaves = {{"fma", 20}, {"portable", 10}};
  return {target};
}
