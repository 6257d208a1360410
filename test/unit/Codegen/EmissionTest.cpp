// Objects: the same bytes every time, no undefined symbols, constants from
// blobs, and vectors that stay in registers.
#include "KernelHarness.h"

#include "penjing/Codegen/Emission.h"
#include "penjing/Codegen/Passes.h"

#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"

#include <gtest/gtest.h>

using namespace mlir;
using namespace penjing;

static const char *const fillText = R"(func.func @kernel(%y: !llvm.ptr) {
  pjk.map "fill" -> %y dims [<"i" parallel 1000 [1]>] {
    %0 = arith.constant 0.0 : f32
    pjk.yield %0 : f32
  }
  return
})";

TEST(Emission, SameModuleSameBytes) {
  for (const std::string &name : targetNames()) {
    if (name == "native")
      continue;
    Target target = llvm::cantFail(findTarget(name));
    auto first = test::makeContext(), second = test::makeContext();
    EXPECT_EQ(test::compile(*first, fillText, target),
              test::compile(*second, fillText, target))
        << name;
  }
}

// A loop of zeros must not become a call of memset.
TEST(Emission, LoopsBecomeNoLibraryCalls) {
  for (const std::string &name : targetNames()) {
    auto context = test::makeContext();
    SmallVector<char, 0> object = test::compile(
        *context, fillText, llvm::cantFail(findTarget(name)));
    auto symbols = undefinedSymbols(StringRef(object.data(), object.size()));
    ASSERT_TRUE(bool(symbols)) << llvm::toString(symbols.takeError());
    EXPECT_TRUE(symbols->empty()) << name << ": " << symbols->front();
  }
}

TEST(Emission, NamesUndefinedSymbols) {
  auto context = test::makeContext();
  SmallVector<char, 0> object =
      test::compile(*context, R"(
        llvm.func @zeta()
        llvm.func @alpha()
        llvm.func @kernel() {
          llvm.call @zeta() : () -> ()
          llvm.call @alpha() : () -> ()
          llvm.return
        })",
                    test::usableTargets().front());
  StringRef bytes(object.data(), object.size());
  std::string wanted = "requires an object without undefined symbols, but got "
                       "alpha, zeta";
  EXPECT_EQ(llvm::toString(checkUndefinedSymbols(bytes)), wanted);
  auto loaded = LoadedObject::load(bytes);
  ASSERT_FALSE(bool(loaded));
  EXPECT_EQ(llvm::toString(loaded.takeError()), wanted);
}

TEST(Emission, RefusesOtherDialects) {
  auto context = test::makeContext();
  OwningOpRef<ModuleOp> module =
      parseSourceString<ModuleOp>(fillText, context.get());
  // The translation also says which op it does not know.
  ScopedDiagnosticHandler silent(context.get(), [](Diagnostic &) {});
  auto object = emitObject(*module, test::usableTargets().front());
  ASSERT_FALSE(bool(object));
  EXPECT_EQ(llvm::toString(object.takeError()),
            "requires a module of the LLVM dialect, but translation failed");
}

TEST(Emission, RefusesTargetsThatLLVMLacks) {
  auto context = test::makeContext();
  Target target = test::usableTargets().front();
  OwningOpRef<ModuleOp> module = test::lower(*context, fillText, target);
  target.triple = "pdp11-unknown-none";
  auto object = emitObject(*module, target);
  ASSERT_FALSE(bool(object));
  llvm::consumeError(object.takeError());

  // One that LLVM knows, but whose code is text.
  target.triple = "nvptx64-nvidia-cuda";
  target.cpu = "sm_50";
  target.features.clear();
  object = emitObject(*module, target);
  ASSERT_FALSE(bool(object));
  EXPECT_EQ(llvm::toString(object.takeError()),
            "requires a target that writes objects, but got 'x86-64'");
}

TEST(Emission, ConstantsComeFromBlobs) {
  auto context = test::makeContext();
  Target target = test::usableTargets().front();
  OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>(
      R"(llvm.func @kernel() -> !llvm.ptr {
        %0 = llvm.mlir.addressof @weights : !llvm.ptr
        llvm.return %0 : !llvm.ptr
      }
      llvm.mlir.global internal constant @weights() : i8 {
        %0 = llvm.mlir.constant(0 : i8) : i8
        llvm.return %0 : i8
      })",
      context.get());
  ASSERT_TRUE(module);
  module->lookupSymbol("weights")->erase();
  auto values = test::integers<char>(1 << 20, -128, 127, 1);
  createConstantSection(
      *module, "weights",
      HeapAsmResourceBlob::allocateAndCopyInferAlign(ArrayRef<char>(values)));
  auto object = emitObject(*module, target);
  ASSERT_TRUE(bool(object)) << llvm::toString(object.takeError());
  auto loaded = LoadedObject::load(object->view());
  ASSERT_TRUE(bool(loaded)) << llvm::toString(loaded.takeError());
  auto kernel = (*loaded)->lookupAs<const char *()>("kernel");
  ASSERT_TRUE(bool(kernel));
  const char *weights = (*kernel)();
  EXPECT_EQ(reinterpret_cast<uintptr_t>(weights) % 64, 0u);
  EXPECT_TRUE(std::equal(values.begin(), values.end(), weights));
}

TEST(Emission, TextFormsShowTheKernel) {
  auto context = test::makeContext();
  Target target = llvm::cantFail(findTarget("x86-64-v4"));
  OwningOpRef<ModuleOp> module = test::lower(*context, fillText, target);
  auto assembly = emitAssembly(*module, target);
  ASSERT_TRUE(bool(assembly));
  EXPECT_NE(assembly->find("fill_1000:"), std::string::npos);
  EXPECT_NE(assembly->find("zmm"), std::string::npos);
  auto ir = emitLLVMIR(*module, target);
  ASSERT_TRUE(bool(ir));
  EXPECT_NE(ir->find("@fill_1000(ptr noalias"), std::string::npos);
  EXPECT_NE(ir->find("<16 x float>"), std::string::npos);
}
