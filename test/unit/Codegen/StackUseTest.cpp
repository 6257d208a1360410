// The stack that an object is said to take, against what its code really touches.
#include "KernelHarness.h"

#include "penjing/Codegen/Emission.h"

#include "mlir/Parser/Parser.h"
#include "gtest/gtest.h"

#include <ucontext.h>

using namespace mlir;
using namespace penjing;

namespace {

/// A chain of two calls below `entry`, whose frames hold `outer` and `inner` bytes.
std::string chain(int outer, int inner, StringRef lastCall = "") {
  std::string sizes[] = {std::to_string(outer), std::to_string(inner)};
  // Whoever sees the addresses may touch every byte.
  return "llvm.func @touch(!llvm.ptr)\n"
         "llvm.func internal @inner(%f: !llvm.ptr) attributes {no_inline} {\n"
         "  %n = llvm.mlir.constant(" + sizes[1] + " : i64) : i64\n"
         "  %p = llvm.alloca %n x i8 {alignment = 64 : i64} : (i64) -> !llvm.ptr\n"
         "  llvm.call @touch(%p) : (!llvm.ptr) -> ()\n" +
         lastCall.str() +
         "  llvm.return\n}\n"
         "llvm.func @entry(%f: !llvm.ptr) {\n"
         "  %n = llvm.mlir.constant(" + sizes[0] + " : i64) : i64\n"
         "  %p = llvm.alloca %n x i8 : (i64) -> !llvm.ptr\n"
         "  llvm.call @touch(%p) : (!llvm.ptr) -> ()\n"
         "  llvm.call @inner(%f) : (!llvm.ptr) -> ()\n"
         "  llvm.call @touch(%p) : (!llvm.ptr) -> ()\n"
         "  llvm.return\n}\n";
}

std::optional<uint64_t> statedStack(const std::string &text) {
  auto context = test::makeContext();
  OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>(text, context.get());
  EXPECT_TRUE(module);
  auto object = module ? emitObject(*module, test::usableTargets().front())
                       : llvm::Expected<EmittedObject>(llvm::createStringError("no module"));
  if (object)
    return object->stackBytes;
  ADD_FAILURE() << llvm::toString(object.takeError());
  return std::nullopt;
}

TEST(StackUse, AddsTheFramesOfTheDeepestChain) {
  auto small = statedStack(chain(16, 16)), large = statedStack(chain(1000, 3000));
  ASSERT_TRUE(small && large);
  EXPECT_GE(*large, 4000u);
  EXPECT_LE(*large, 4000u + 400);
  EXPECT_LE(*small, 32u + 400);
}

TEST(StackUse, HasNoBoundForCirclesAndCallsThroughPointers) {
  EXPECT_FALSE(statedStack(chain(16, 16, "  llvm.call @entry(%f) : (!llvm.ptr) -> ()\n"
                                         "  llvm.call @touch(%p) : (!llvm.ptr) -> ()\n")));
  EXPECT_FALSE(statedStack(chain(16, 16, "  llvm.call %f(%p) : !llvm.ptr, (!llvm.ptr) -> ()\n"
                                         "  llvm.call @touch(%p) : (!llvm.ptr) -> ()\n")));
}

/// More vectors at a time than there are registers: the frame holds those spilled.
constexpr StringLiteral kSpilling = R"(
func.func @kernel(%a: !llvm.ptr, %b: !llvm.ptr, %c: !llvm.ptr) {
  %zero = arith.constant dense<0.0> : vector<512xf32>
  %0 = llvm.load %a {alignment = 64 : i64} : !llvm.ptr -> vector<512xf32>
  %1 = llvm.load %b {alignment = 64 : i64} : !llvm.ptr -> vector<512xf32>
  %2 = arith.mulf %0, %1 : vector<512xf32>
  %3 = arith.addf %2, %0 : vector<512xf32>
  %4 = arith.divf %3, %2 : vector<512xf32>
  %5 = arith.addf %4, %zero : vector<512xf32>
  llvm.store volatile %5, %c {alignment = 64 : i64} : vector<512xf32>, !llvm.ptr
  llvm.store volatile %3, %c {alignment = 64 : i64} : vector<512xf32>, !llvm.ptr
  llvm.store volatile %2, %c {alignment = 64 : i64} : vector<512xf32>, !llvm.ptr
  return
}
)";

struct Call {
  void (*kernel)(float *, float *, float *);
  float *values;
  ucontext_t caller, callee;
};
thread_local Call *current = nullptr;

void callOnPaintedStack() {
  current->kernel(current->values, current->values + 512, current->values + 1024);
}

TEST(StackUse, CoversWhatTheCodeTouches) {
  for (const Target &target : test::usableTargets()) {
    auto context = test::makeContext();
    OwningOpRef<ModuleOp> module = test::lower(*context, kSpilling, target);
    ASSERT_TRUE(module);
    auto object = emitObject(*module, target);
    ASSERT_TRUE(bool(object)) << llvm::toString(object.takeError());
    ASSERT_TRUE(object->stackBytes);
    auto loaded = LoadedObject::load(object->view());
    ASSERT_TRUE(bool(loaded)) << llvm::toString(loaded.takeError());
    auto kernel = (*loaded)->lookupAs<void(float *, float *, float *)>("kernel");
    ASSERT_TRUE(bool(kernel));

    constexpr unsigned char kPaint = 0xA5;
    std::vector<unsigned char> stack(1 << 20, kPaint);
    alignas(64) static float values[3 * 512];
    std::fill(std::begin(values), std::end(values), 1.0f);
    Call call{*kernel, values, {}, {}};
    current = &call;
    getcontext(&call.callee);
    call.callee.uc_stack.ss_sp = stack.data();
    call.callee.uc_stack.ss_size = stack.size();
    call.callee.uc_link = &call.caller;
    makecontext(&call.callee, callOnPaintedStack, 0);
    swapcontext(&call.caller, &call.callee);
    uint64_t touched = stack.end() - std::find_if(stack.begin(), stack.end(), [](unsigned char byte) { return byte != kPaint; });
    EXPECT_GT(touched, 500u) << target.name;
    // The frame of the function that calls and the context's own words lie on top.
    constexpr uint64_t kAround = 256;
    EXPECT_LE(touched, *object->stackBytes + kAround) << target.name;
    EXPECT_GE(touched + kAround, *object->stackBytes) << target.name;
  }
}

} // namespace
