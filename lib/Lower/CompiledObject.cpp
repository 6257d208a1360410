// Compiles modules to objects that need nothing, with the header beside them.
#include "penjing/Lower/CompiledObject.h"

#include "CompileSession.h"

#include "penjing/Codegen/Emission.h"
#include "penjing/Codegen/EntryPoint.h"
#include "penjing/Codegen/Passes.h"
#include "penjing/Conversion/PenjingToKernels/Passes.h"
#include "penjing/Dialect/Penjing/Forms.h"
#include "penjing/Dialect/Penjing/RecipeHash.h"
#include "penjing/Emit/Header.h"
#include "penjing/Transforms/Schedule/Passes.h"

#include "llvm/Object/ObjectFile.h"

using namespace mlir;
using namespace penjing;

static std::string textOf(ModuleOp module) {
  std::string text;
  llvm::raw_string_ostream os(text);
  OpPrintingFlags flags;
  module->print(os, flags.elideLargeElementsAttrs(16).elideLargeResourceString(16));
  return text + "\n";
}

static llvm::Error measureSections(CompiledObject &result) {
  auto object = llvm::object::ObjectFile::createObjectFile(llvm::MemoryBufferRef(result.code, "object"));
  if (!object)
    return object.takeError();
  for (const llvm::object::SectionRef &section : (*object)->sections()) {
    auto name = section.getName();
    if (!name)
      return name.takeError();
    if (section.isText())
      result.codeBytes += section.getSize();
    else if (name->starts_with(".rodata") || name->starts_with(".data"))
      result.constantBytes += section.getSize();
  }
  return llvm::Error::success();
}

static llvm::Error describe(CompiledObject &result, const ObjectOptions &options) {
  HeaderFacts facts;
  facts.model = options.name;
  // The machine at hand has no name that means anything elsewhere.
  facts.target = options.target.name == "native" ? options.target.cpu : options.target.name;
  facts.recipeHash = result.recipeHash;
  for (const TensorDescription &tensor : result.inputs)
    facts.inputs.push_back({tensor.name, tensor.element, tensor.shape});
  for (const TensorDescription &tensor : result.outputs)
    facts.outputs.push_back({tensor.name, tensor.element, tensor.shape});
  facts.hasSamples = result.hasSamples;
  facts.arenaBytes = result.arenaBytes;
  facts.codeBytes = result.codeBytes;
  facts.constantBytes = result.constantBytes;
  facts.stackBytes = result.stackBytes;
  auto header = writeHeader(facts);
  if (!header)
    return header.takeError();
  result.header = *header;
  return llvm::Error::success();
}

/// Everything behind the kernels: object or text.
static llvm::Error emitCode(ModuleOp module, const ObjectOptions &options, CompiledObject &result) {
  auto take = [&](llvm::Expected<std::string> text) -> llvm::Error {
    if (!text)
      return text.takeError();
    result.code = *text;
    return llvm::Error::success();
  };
  if (options.emission == Emission::LLVM)
    return take(emitLLVMIR(module, options.target));
  if (options.emission == Emission::Assembly)
    return take(emitAssembly(module, options.target));
  auto object = emitObject(module, options.target);
  if (!object)
    return object.takeError();
  result.code = object->view().str();
  result.stackBytes = object->stackBytes;
  if (llvm::Error error = checkUndefinedSymbols(result.code))
    return error;
  if (llvm::Error error = measureSections(result))
    return error;
  return describe(result, options);
}

FailureOr<CompiledObject> penjing::compileObject(ModuleOp source, const ObjectOptions &options) {
  auto session = PrivateContext::create(source, /*attachValues=*/true);
  if (failed(session))
    return failure();
  auto handler = (*session)->forwardDiagnostics(source);
  ModuleOp module = (*session)->module();
  if (failed(scheduleModule(module, options.target, /*fuse=*/true, options.preferences)))
    return failure();
  auto function = getEntryFunction(module);
  if (failed(function))
    return failure();
  CompiledObject result;
  result.recipeHash = getRecipeHash(source).str();
  Interface interface = describeInterface(*function);
  result.inputs = interface.inputs;
  result.outputs = interface.outputs;
  result.hasSamples = interface.hasSamples;
  result.kernels = describeKernels(*function);
  if (auto arena = (*function)->getAttrOfType<IntegerAttr>(kArenaAttr))
    result.arenaBytes = arena.getInt();
  if (options.emission == Emission::Scheduled) {
    result.code = textOf(module);
    return result;
  }
  std::string body = (function->getSymName() + "_body").str();
  PassManager kernels(module.getContext());
  kernels.addPass(createToKernels(ToKernelsOptions{options.target.name, /*tables=*/false}));
  if (failed(kernels.run(module)))
    return failure();
  wrapEntryPoint(module.lookupSymbol<func::FuncOp>(body), options.name, options.target, /*unsupported=*/1);
  if (options.emission == Emission::Kernels) {
    result.code = textOf(module);
    return result;
  }
  PassManager lowering(module.getContext());
  buildKernelsToLLVM(lowering, options.target);
  if (failed(lowering.run(module)))
    return failure();
  if (llvm::Error error = emitCode(module, options, result))
    return source.emitError(llvm::toString(std::move(error)));
  return result;
}
