// Entry points set the floating-point environment, restore the caller's, and
// return the body's status.
#include "KernelHarness.h"

#include <gtest/gtest.h>

#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

using namespace mlir;
using namespace penjing;

static std::unique_ptr<LoadedObject>
loadEntry(StringRef text, const Target &target,
          std::optional<int32_t> unsupported = std::nullopt) {
  auto context = test::makeContext();
  SmallVector<char, 0> object =
      test::compileEntry(*context, text, "scale", target, unsupported);
  auto loaded = LoadedObject::load(StringRef(object.data(), object.size()));
  EXPECT_TRUE(bool(loaded));
  return std::move(*loaded);
}

static const char *const scaleText =
    R"(func.func @scale(%x: !llvm.ptr, %y: !llvm.ptr) {
      pjk.map ins(%x) -> %y dims [<"i" parallel 3 [1, 1]>] {
      ^bb0(%0: f32):
        %half = arith.constant 0.5 : f32
        %1 = arith.mulf %0, %half : f32
        %one = arith.constant 1.0 : f32
        %big = arith.constant 16777216.0 : f32
        %2 = arith.cmpf oeq, %0, %one : f32
        %3 = arith.addf %big, %0 : f32
        %4 = arith.select %2, %3, %1 : f32
        pjk.yield %4 : f32
      }
      return
    })";

#if defined(__x86_64__)
TEST(EntryPoint, FlushesRoundsToNearestAndRestores) {
  for (const Target &target : test::usableTargets()) {
    SCOPED_TRACE(target.name);
    auto object = loadEntry(scaleText, target);
    auto entry =
        object->lookupAs<int(const float *, float *)>("scale_entry");
    ASSERT_TRUE(bool(entry));
    // Smallest normal, a subnormal, and one whose sum with 2^24 is a tie.
    float x[3] = {0x1p-126f, 0x1p-130f, 1.0f}, y[3] = {7, 7, 7};
    unsigned before = _mm_getcsr();
    _mm_setcsr((before & ~_MM_ROUND_MASK) | _MM_ROUND_UP);
    unsigned set = _mm_getcsr();
    int status = (*entry)(x, y);
    unsigned after = _mm_getcsr();
    _mm_setcsr(before);
    EXPECT_EQ(status, 0);
    EXPECT_EQ(after, set);
    EXPECT_EQ(y[0], 0.0f);
    EXPECT_EQ(y[1], 0.0f);
    EXPECT_EQ(y[2], 16777216.0f);
  }
}
#endif

TEST(EntryPoint, ReturnsTheStatusOfTheBody) {
  Target target = test::usableTargets().front();
  auto object = loadEntry(R"(func.func @scale(%x: i32) -> i32 {
      %one = arith.constant 1 : i32
      %0 = arith.addi %x, %one : i32
      return %0 : i32
    })",
                          target);
  auto entry = object->lookupAs<int(int)>("scale_entry");
  ASSERT_TRUE(bool(entry));
  EXPECT_EQ((*entry)(41), 42);
}

TEST(EntryPoint, KeepsTheBodyInternal) {
  auto object = loadEntry(scaleText, test::usableTargets().front());
  auto body = object->lookup("scale");
  ASSERT_FALSE(bool(body));
  llvm::consumeError(body.takeError());
}

TEST(EntryPoint, RunsWhereTheProcessorHasWhatItNeeds) {
  for (const Target &target : test::usableTargets()) {
    SCOPED_TRACE(target.name);
    auto object = loadEntry(scaleText, target, 99);
    auto entry = object->lookupAs<int(const float *, float *)>("scale_entry");
    ASSERT_TRUE(bool(entry));
    for (int call = 0; call < 2; ++call) {
      float x[3] = {2, 4, 6}, y[3] = {};
      EXPECT_EQ((*entry)(x, y), 0);
      EXPECT_EQ(y[1], 2);
    }
  }
}

#if defined(__x86_64__)
TEST(EntryPoint, ReturnsAStatusInsteadOfAnIllegalInstruction) {
  // Three requirements no machine meets: a reserved bit of leaf 1, more
  // subleaves than there are, a register state that does not exist.
  for (int kind = 0; kind < 3; ++kind) {
    Target target = llvm::cantFail(findTarget("x86-64-v3"));
    if (!runsHere(target))
      GTEST_SKIP() << "needs AVX2";
    if (kind == 0)
      target.requirement.cpuid[0].edx |= 1u << 10;
    if (kind == 1)
      target.requirement.cpuid[1].eax |= 1u << 31;
    if (kind == 2)
      target.requirement.xcr0 |= 1u << 31;
    auto object = loadEntry(scaleText, target, 99);
    auto entry = object->lookupAs<int(const float *, float *)>("scale_entry");
    ASSERT_TRUE(bool(entry));
    for (int call = 0; call < 2; ++call) {
      float x[3] = {2, 4, 6}, y[3] = {};
      EXPECT_EQ((*entry)(x, y), 99) << kind;
      EXPECT_EQ(y[1], 0);
    }
  }
}
#endif
