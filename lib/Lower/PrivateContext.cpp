// Carries a module into a context of its own: IR as bytecode without values,
// values as blobs that point at the source's memory.
#include "CompileSession.h"

#include "penjing/Dialect/Kernel/Kernel.h"
#include "penjing/Dialect/Penjing/ParameterValues.h"
#include "penjing/Dialect/Penjing/Spaces.h"
#include "penjing/Support/Locations.h"
#include "penjing/Support/Session.h"

#include "mlir/Bytecode/BytecodeReader.h"
#include "mlir/Bytecode/BytecodeWriter.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlow.h"
#include "mlir/IR/BuiltinDialect.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"

using namespace mlir;
using namespace penjing;

PrivateContext::~PrivateContext() {
  copy = nullptr;
  owned.reset();
}

std::unique_ptr<ScopedDiagnosticHandler> PrivateContext::forwardDiagnostics(ModuleOp source) {
  return std::make_unique<ScopedDiagnosticHandler>(owned.get(), [source](Diagnostic &diagnostic) {
    // The first line says it; notes print whole modules.
    std::string nodes = nodeName(diagnostic.getLocation()).empty() ? "" : describeNodes(diagnostic.getLocation());
    ModuleOp told = source;
    told.emitError() << diagnostic.str() << (nodes.empty() ? "" : " (at " + nodes + ")");
    return success();
  });
}

/// A registry of what compilation creates.
static void registerDialects(DialectRegistry &registry) {
  registry.insert<PenjingDialect, kernel::KernelDialect, arith::ArithDialect, func::FuncDialect,
                  quant::QuantDialect, tensor::TensorDialect, math::MathDialect, scf::SCFDialect,
                  cf::ControlFlowDialect, vector::VectorDialect, LLVM::LLVMDialect>();
  registerBuiltinDialectTranslation(registry);
  registerLLVMDialectTranslation(registry);
}

FailureOr<std::unique_ptr<PrivateContext>> PrivateContext::create(ModuleOp source, bool attachValues) {
  if (failed(requireResolved(source)))
    return failure();
  auto result = std::make_unique<PrivateContext>();
  DialectRegistry registry;
  registerDialects(registry);
  result->owned = std::make_unique<MLIRContext>(registry, MLIRContext::Threading::DISABLED);
  result->owned->loadAllAvailableDialects();
  // Remarks of the schedule belong to the user's session.
  if (auto shared = getSession(source.getContext()))
    setSession(result->owned.get(), shared);

  // A clone shares the blobs, and loses its references to them at once.
  OwningOpRef<ModuleOp> bare = source.clone();
  // Open questions about a network do not change what it computes.
  for (auto decision : llvm::make_early_inc_range(bare->getOps<DecisionOp>()))
    decision.erase();
  llvm::StringMap<ArrayRef<char>> values;
  for (auto [param, original] : llvm::zip(bare->getOps<ParamOp>(), source.getOps<ParamOp>())) {
    if (!original.getValueAttr())
      continue;
    auto bytes = ParameterBytes::of(original);
    // The verifier has seen to it that the blob is there.
    if (!bytes)
      return failure();
    ArrayRef<char> view = bytes->bytes();
    if (attachValues) {
      // Elements in the attribute itself live as long as the source; expanded
      // ones do not.
      auto again = ParameterBytes::of(original);
      if (again->bytes().data() != view.data()) {
        result->expanded.emplace_back(view.begin(), view.end());
        view = result->expanded.back();
      }
      values[param.getSymName()] = view;
    }
    param.removeValueAttr();
  }
  // The copy's form is that of a module whose values live elsewhere.
  auto form = bare->getOperation()->getAttr(PenjingDialect::kFormAttr);
  bare->getOperation()->removeAttr(PenjingDialect::kFormAttr);
  std::string bytecode;
  llvm::raw_string_ostream stream(bytecode);
  if (failed(writeBytecodeToFile(*bare, stream)))
    return failure();
  auto buffer = llvm::WritableMemoryBuffer::getNewUninitMemBuffer(bytecode.size(), "module", llvm::Align(64));
  std::copy(bytecode.begin(), bytecode.end(), buffer->getBufferStart());
  ParserConfig config(result->owned.get(), /*verifyAfterParse=*/false);
  Block block;
  if (failed(readBytecodeFile(llvm::MemoryBufferRef(StringRef(buffer->getBufferStart(), bytecode.size()), "module"), &block, config)))
    return failure();
  auto module = dyn_cast<ModuleOp>(block.front());
  module->remove();
  result->copy = module;

  auto &manager = DenseResourceElementsHandle::getManagerInterface(result->owned.get());
  for (ParamOp param : module.getOps<ParamOp>()) {
    auto found = values.find(param.getSymName());
    if (found == values.end())
      continue;
    auto blob = UnmanagedAsmResourceBlob::allocateWithAlign(found->second, 1);
    auto handle = manager.insert(param.getSymName(), std::move(blob));
    param.setValueAttr(DenseResourceElementsAttr::get(getStorageType(param.getTensorType()), handle));
  }
  if (auto attr = dyn_cast_or_null<FormAttr>(form))
    module->setAttr(PenjingDialect::kFormAttr, FormAttr::get(result->owned.get(), attr.getValue()));
  return result;
}
