// Saves, sets and restores the processor's floating-point control register:
// x86-64 and AArch64; elsewhere only the rounding.
#include "penjing/Support/FlushDenormals.h"

using namespace penjing;

#if defined(__x86_64__)
#include <immintrin.h>

static uint64_t readControl() { return _mm_getcsr(); }
static void writeControl(uint64_t value) { _mm_setcsr(uint32_t(value)); }
/// All exceptions masked, round to nearest, bit 15 flush to zero, bit 6
/// denormals are zero; no sticky flag set.
static uint64_t flushingControl() { return 0x1F80 | 1u << 15 | 1u << 6; }

#elif defined(__aarch64__)

static uint64_t readControl() {
  uint64_t value;
  __asm__ volatile("mrs %0, fpcr" : "=r"(value));
  return value;
}
static void writeControl(uint64_t value) {
  __asm__ volatile("msr fpcr, %0" : : "r"(value));
}
/// FZ (bit 24) flushes operands and results; RMode (bits 22, 23) nearest; no
/// traps.
static uint64_t flushingControl() { return uint64_t(1) << 24; }

#else
#include <cfenv>

static uint64_t readControl() { return uint64_t(std::fegetround()); }
static void writeControl(uint64_t value) { std::fesetround(int(value)); }
static uint64_t flushingControl() { return FE_TONEAREST; }
#endif

FlushDenormals::FlushDenormals() : saved(readControl()) {
  writeControl(flushingControl());
}

FlushDenormals::~FlushDenormals() { writeControl(saved); }
