// From the LLVM dialect through LLVM IR to objects and text. Nothing here
// depends on paths, time or the machine at hand.
#include "penjing/Codegen/Emission.h"

#include "StackUse.h"

#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/Module.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Object/ObjectFile.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Target/TargetMachine.h"

using namespace mlir;
using penjing::Target;

/// Fills LLVM's registry of targets, once in a process.
static bool registerTargets() {
  llvm::InitializeAllTargetInfos();
  llvm::InitializeAllTargets();
  llvm::InitializeAllTargetMCs();
  llvm::InitializeAllAsmPrinters();
  llvm::InitializeAllAsmParsers();
  return true;
}

static llvm::Expected<std::unique_ptr<llvm::TargetMachine>>
createTargetMachine(const Target &target) {
  static const bool registered = registerTargets();
  (void)registered;
  llvm::Triple triple(target.triple);
  std::string message;
  const llvm::Target *found =
      llvm::TargetRegistry::lookupTarget(triple, message);
  if (!found)
    return llvm::createStringError(message);
  llvm::TargetOptions options;
  options.AllowFPOpFusion = llvm::FPOpFusion::Strict;
  return std::unique_ptr<llvm::TargetMachine>(found->createTargetMachine(
      triple, target.cpu, target.features, options, llvm::Reloc::PIC_,
      std::nullopt, llvm::CodeGenOptLevel::Default));
}

/// What every function of an object promises: no exceptions, no calls that
/// nobody wrote, subnormals flushed, vectors as wide as they are written.
static void setAttributes(llvm::Module &module, const Target &target) {
  for (llvm::Function &function : module) {
    function.addFnAttr(llvm::Attribute::NoUnwind);
    if (function.isDeclaration())
      continue;
    function.addFnAttr("no-builtins");
    // An entry point that checks the processor is for the family's baseline.
    if (!function.hasFnAttribute("target-cpu")) {
      function.addFnAttr("target-cpu", target.cpu);
      function.addFnAttr("target-features", target.features);
    }
    function.addFnAttr("prefer-vector-width",
                       std::to_string(target.vectorBits));
    function.addFnAttr("denormal-fp-math", "preserve-sign,preserve-sign");
  }
}

static void optimize(llvm::Module &module, llvm::TargetMachine &machine) {
  llvm::PipelineTuningOptions tuning;
  tuning.LoopUnrolling = false;
  tuning.LoopInterleaving = false;
  tuning.LoopVectorization = false;
  tuning.SLPVectorization = false;
  llvm::PassBuilder builder(&machine, tuning);
  llvm::LoopAnalysisManager loops;
  llvm::FunctionAnalysisManager functions;
  llvm::CGSCCAnalysisManager components;
  llvm::ModuleAnalysisManager modules;
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(components);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, components, modules);
  builder.buildPerModuleDefaultPipeline(llvm::OptimizationLevel::O1)
      .run(module, modules);
}

/// The optimized LLVM IR of a module.
static llvm::Expected<std::unique_ptr<llvm::Module>>
translate(ModuleOp module, const Target &target, llvm::TargetMachine &machine,
          llvm::LLVMContext &context) {
  registerBuiltinDialectTranslation(*module.getContext());
  registerLLVMDialectTranslation(*module.getContext());
  std::unique_ptr<llvm::Module> translated =
      translateModuleToLLVMIR(module, context, "penjing");
  if (!translated)
    return llvm::createStringError(
        "requires a module of the LLVM dialect, but translation failed");
  translated->setTargetTriple(machine.getTargetTriple());
  translated->setDataLayout(machine.createDataLayout());
  translated->setSourceFileName("penjing");
  setAttributes(*translated, target);
  optimize(*translated, machine);
  return translated;
}

static llvm::Expected<penjing::EmittedObject>
emitFile(ModuleOp module, const Target &target, llvm::CodeGenFileType type) {
  auto machine = createTargetMachine(target);
  if (!machine)
    return machine.takeError();
  llvm::LLVMContext context;
  auto translated = translate(module, target, **machine, context);
  if (!translated)
    return translated.takeError();
  penjing::EmittedObject object;
  llvm::raw_svector_ostream stream(object.bytes);
  penjing::StackUse stack(**translated);
  llvm::legacy::PassManager passes;
  if ((*machine)->addPassesToEmitFile(passes, stream, nullptr, type))
    return llvm::createStringError("requires a target that writes objects, "
                                   "but got '" +
                                   target.name + "'");
  passes.run(**translated);
  object.stackBytes = stack.deepest();
  return object;
}

llvm::Expected<penjing::EmittedObject>
penjing::emitObject(ModuleOp module, const Target &target) {
  return emitFile(module, target, llvm::CodeGenFileType::ObjectFile);
}

llvm::Expected<std::string> penjing::emitAssembly(ModuleOp module,
                                                  const Target &target) {
  auto text = emitFile(module, target, llvm::CodeGenFileType::AssemblyFile);
  if (!text)
    return text.takeError();
  return std::string(text->bytes.begin(), text->bytes.end());
}

llvm::Expected<std::string> penjing::emitLLVMIR(ModuleOp module,
                                                const Target &target) {
  auto machine = createTargetMachine(target);
  if (!machine)
    return machine.takeError();
  llvm::LLVMContext context;
  auto translated = translate(module, target, **machine, context);
  if (!translated)
    return translated.takeError();
  std::string text;
  llvm::raw_string_ostream(text) << **translated;
  return text;
}

llvm::Expected<std::vector<std::string>>
penjing::undefinedSymbols(llvm::StringRef object) {
  auto file = llvm::object::ObjectFile::createObjectFile(
      llvm::MemoryBufferRef(object, "object"));
  if (!file)
    return file.takeError();
  std::vector<std::string> names;
  for (const llvm::object::SymbolRef &symbol : (*file)->symbols()) {
    auto flags = symbol.getFlags();
    if (!flags)
      return flags.takeError();
    auto name = symbol.getName();
    if (!name)
      return name.takeError();
    if ((*flags & llvm::object::SymbolRef::SF_Undefined) && !name->empty())
      names.push_back(name->str());
  }
  llvm::sort(names);
  return names;
}

llvm::Error penjing::checkUndefinedSymbols(llvm::StringRef object) {
  auto names = undefinedSymbols(object);
  if (!names)
    return names.takeError();
  if (names->empty())
    return llvm::Error::success();
  return llvm::createStringError(
      "requires an object without undefined symbols, but got " +
      llvm::join(*names, ", "));
}

LLVM::GlobalOp penjing::createConstantSection(ModuleOp module, StringRef name,
                                              AsmResourceBlob blob) {
  OpBuilder builder = OpBuilder::atBlockBegin(module.getBody());
  int64_t size = blob.getData().size();
  auto bytes = RankedTensorType::get({size}, builder.getI8Type());
  auto handle = DenseResourceElementsHandle::getManagerInterface(
                    module.getContext())
                    .insert(name, std::move(blob));
  auto value = DenseResourceElementsAttr::get(bytes, handle);
  auto type = LLVM::LLVMArrayType::get(builder.getI8Type(), size);
  return LLVM::GlobalOp::create(builder, module.getLoc(), type,
                                /*isConstant=*/true, LLVM::Linkage::Internal,
                                name, value, /*alignment=*/64);
}
