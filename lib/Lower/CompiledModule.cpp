// Compiles modules for this process and calls them.
#include "CompileSession.h"

#include "penjing/Codegen/Emission.h"
#include "penjing/Codegen/EntryPoint.h"
#include "penjing/Codegen/LoadedObject.h"
#include "penjing/Codegen/Passes.h"
#include "penjing/Conversion/PenjingToKernels/Passes.h"
#include "penjing/Dialect/Penjing/Forms.h"
#include "penjing/Transforms/Schedule/Passes.h"

using namespace mlir;
using namespace penjing;

using EntryPoint = int(const void *const *, void *const *, const void *const *, void *, int64_t);

struct CompiledModule::Code {
  Interface interface;
  std::vector<KernelChoice> kernels;
  uint64_t arenaBytes = 0;
  std::string text;
  std::unique_ptr<LoadedObject> object;
  EntryPoint *entry = nullptr;
  Array arena;
};

CompiledModule::CompiledModule(std::unique_ptr<Code> code) : code(std::move(code)) {}
CompiledModule::~CompiledModule() = default;
ArrayRef<TensorDescription> CompiledModule::inputs() const { return code->interface.inputs; }
ArrayRef<TensorDescription> CompiledModule::outputs() const { return code->interface.outputs; }
ArrayRef<TensorDescription> CompiledModule::parameters() const { return code->interface.parameters; }
bool CompiledModule::hasSamples() const { return code->interface.hasSamples; }
uint64_t CompiledModule::arenaBytes() const { return code->arenaBytes; }
ArrayRef<KernelChoice> CompiledModule::kernels() const { return code->kernels; }
StringRef CompiledModule::scheduledText() const { return code->text; }

void CompiledModule::run(ArrayRef<const void *> inputs, ArrayRef<void *> outputs,
                         ArrayRef<const void *> parameters, int64_t samples) const {
  run(inputs, outputs, parameters, samples, code->arena.bytes());
}

void CompiledModule::run(ArrayRef<const void *> inputs, ArrayRef<void *> outputs,
                         ArrayRef<const void *> parameters, int64_t samples, void *arena) const {
  assert(inputs.size() == this->inputs().size() && outputs.size() == this->outputs().size() &&
         parameters.size() == this->parameters().size() && "a pointer per tensor");
  code->entry(inputs.data(), outputs.data(), parameters.data(), arena, samples);
}

namespace penjing {
/// Steps of one compilation; diagnostics of the private context are told in the
/// source's.
class CompileSession {
public:
  CompileSession(ModuleOp source, const CompileOptions &options) : source(source), options(options) {}
  FailureOr<std::unique_ptr<CompiledModule>> run();

private:
  LogicalResult schedule();
  LogicalResult generate();

  ModuleOp source;
  const CompileOptions &options;
  std::unique_ptr<PrivateContext> session;
  std::unique_ptr<CompiledModule::Code> code;
  SmallVector<TensorDescription> added;
};
} // namespace penjing

LogicalResult CompileSession::schedule() {
  ModuleOp module = session->module();
  if (options.everyResult)
    added = returnEveryResult(module);
  return scheduleModule(module, options.target, /*fuse=*/!options.everyResult);
}

LogicalResult CompileSession::generate() {
  ModuleOp module = session->module();
  auto function = getEntryFunction(module);
  if (failed(function))
    return failure();
  code->interface = describeInterface(*function);
  for (auto [description, output] :
       llvm::zip(added, llvm::drop_begin(code->interface.outputs, code->interface.outputs.size() - added.size()))) {
    output.name = description.name;
    output.op = description.op;
  }
  code->kernels = describeKernels(*function);
  auto arena = (*function)->getAttrOfType<IntegerAttr>(kArenaAttr);
  code->arenaBytes = arena ? arena.getInt() : 0;
  if (options.keepText) {
    llvm::raw_string_ostream os(code->text);
    OpPrintingFlags flags;
    flags.elideLargeElementsAttrs(16).elideLargeResourceString(16);
    module->print(os, flags);
  }
  std::string body = (function->getSymName() + "_body").str();
  PassManager kernels(module.getContext());
  kernels.addPass(createToKernels(ToKernelsOptions{options.target.name, /*tables=*/true}));
  if (failed(kernels.run(module)))
    return failure();
  wrapEntryPoint(module.lookupSymbol<func::FuncOp>(body), "penjing_run", options.target);
  PassManager lowering(module.getContext());
  buildKernelsToLLVM(lowering, options.target);
  return lowering.run(module);
}

FailureOr<std::unique_ptr<CompiledModule>> CompileSession::run() {
  if (!runsHere(options.target))
    return source.emitError() << "requires a target that this machine runs, but got '"
                              << options.target.name << "'";
  auto context = PrivateContext::create(source, options.parameters == ParameterSource::Constants);
  if (failed(context))
    return failure();
  session = std::move(*context);
  code = std::make_unique<CompiledModule::Code>();
  auto handler = session->forwardDiagnostics(source);
  if (failed(schedule()) || failed(generate()))
    return failure();
  auto refuse = [&](llvm::Error error) {
    return source.emitError(llvm::toString(std::move(error)));
  };
  auto object = emitObject(session->module(), options.target);
  if (!object)
    return refuse(object.takeError());
  auto loaded = LoadedObject::load(object->view());
  if (!loaded)
    return refuse(loaded.takeError());
  code->object = std::move(*loaded);
  auto entry = code->object->lookupAs<EntryPoint>("penjing_run");
  if (!entry)
    return refuse(entry.takeError());
  code->entry = *entry;
  code->arena = Array(ElementKind::U8, {static_cast<int64_t>(code->arenaBytes)});
  return std::unique_ptr<CompiledModule>(new CompiledModule(std::move(code)));
}

FailureOr<std::unique_ptr<CompiledModule>> penjing::compile(ModuleOp module, const CompileOptions &options) {
  return CompileSession(module, options).run();
}

Target penjing::trainingTarget() {
  for (StringRef name : {"x86-64-v4", "x86-64-v3", "x86-64", "aarch64"}) {
    auto target = findTarget(name);
    if (target && runsHere(*target))
      return *target;
    if (!target)
      llvm::consumeError(target.takeError());
  }
  return llvm::cantFail(findTarget("native"));
}
