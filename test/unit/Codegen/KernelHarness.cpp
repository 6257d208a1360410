// Compiles kernel IR for a target and loads it into the
// test's process.
#include "KernelHarness.h"

#include "penjing/Codegen/Emission.h"
#include "penjing/Codegen/Passes.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Parser/Parser.h"

#include <gtest/gtest.h>

using namespace mlir;
using namespace penjing;

std::unique_ptr<MLIRContext> test::makeContext() {
  auto context = std::make_unique<MLIRContext>(
      MLIRContext::Threading::DISABLED);
  context->loadDialect<arith::ArithDialect, func::FuncDialect,
                       LLVM::LLVMDialect, math::MathDialect, scf::SCFDialect,
                       vector::VectorDialect, kernel::KernelDialect>();
  return context;
}

OwningOpRef<ModuleOp> test::lower(MLIRContext &context, StringRef text,
                                  const Target &target) {
  OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>(text, &context);
  if (!module)
    return nullptr;
  PassManager passes(&context);
  buildKernelsToLLVM(passes, target);
  if (failed(passes.run(*module)))
    return nullptr;
  return module;
}

SmallVector<char, 0> test::compile(MLIRContext &context, StringRef text,
                                   const Target &target) {
  OwningOpRef<ModuleOp> module = lower(context, text, target);
  if (!module) {
    ADD_FAILURE() << "does not lower: " << text.str();
    return {};
  }
  auto object = emitObject(*module, target);
  if (!object) {
    ADD_FAILURE() << llvm::toString(object.takeError());
    return {};
  }
  return *object;
}

std::unique_ptr<LoadedObject> test::load(MLIRContext &context, StringRef text,
                                         const Target &target) {
  SmallVector<char, 0> object = compile(context, text, target);
  if (object.empty())
    return nullptr;
  auto loaded = LoadedObject::load(StringRef(object.data(), object.size()));
  if (!loaded) {
    ADD_FAILURE() << llvm::toString(loaded.takeError());
    return nullptr;
  }
  return std::move(*loaded);
}

std::vector<Target> test::usableTargets() {
  std::vector<Target> usable;
  for (const std::string &name : targetNames()) {
    if (name == "native")
      continue;
    Target target = llvm::cantFail(findTarget(name));
    if (runsHere(target))
      usable.push_back(target);
  }
  return usable;
}
