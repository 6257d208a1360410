// Compiles kernel IR for a target and loads it into the
// test's process.
#include "KernelHarness.h"

#include "penjing/Codegen/Emission.h"
#include "penjing/Codegen/EntryPoint.h"
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

static LogicalResult toLLVM(ModuleOp module, const Target &target) {
  PassManager passes(module.getContext());
  buildKernelsToLLVM(passes, target);
  return passes.run(module);
}

OwningOpRef<ModuleOp> test::lower(MLIRContext &context, StringRef text,
                                  const Target &target) {
  OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>(text, &context);
  if (!module || failed(toLLVM(*module, target)))
    return nullptr;
  return module;
}

static SmallVector<char, 0> emit(OwningOpRef<ModuleOp> module, StringRef text,
                                 const Target &target) {
  if (!module) {
    ADD_FAILURE() << "does not lower: " << text.str();
    return {};
  }
  auto object = emitObject(*module, target);
  if (!object) {
    ADD_FAILURE() << llvm::toString(object.takeError());
    return {};
  }
  return object->bytes;
}

SmallVector<char, 0> test::compile(MLIRContext &context, StringRef text,
                                   const Target &target) {
  return emit(lower(context, text, target), text, target);
}

SmallVector<char, 0> test::compileEntry(MLIRContext &context, StringRef text,
                                        StringRef name, const Target &target,
                                        std::optional<int32_t> unsupported) {
  OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>(text, &context);
  if (module) {
    auto body = module->lookupSymbol<func::FuncOp>(name);
    wrapEntryPoint(body, (name + "_entry").str(), target, unsupported);
    if (failed(toLLVM(*module, target)))
      module = nullptr;
  }
  return emit(std::move(module), text, target);
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
