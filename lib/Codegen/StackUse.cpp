// Frames reach us as the warnings that clang's -Wframe-larger-than=0 would print.
#include "StackUse.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/IR/DiagnosticHandler.h"
#include "llvm/IR/DiagnosticInfo.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/LLVMContext.h"

using namespace penjing;

class StackUse::Handler : public llvm::DiagnosticHandler {
public:
  explicit Handler(llvm::StringMap<uint64_t> &frames) : frames(frames) {}

  bool handleDiagnostics(const llvm::DiagnosticInfo &info) override {
    auto *frame = llvm::dyn_cast<llvm::DiagnosticInfoStackSize>(&info);
    if (frame)
      frames[frame->getFunction().getName()] = frame->getStackSize();
    return frame;
  }

private:
  llvm::StringMap<uint64_t> &frames;
};

StackUse::StackUse(llvm::Module &module) : module(module) {
  for (llvm::Function &function : module)
    if (!function.isDeclaration())
      function.addFnAttr("warn-stack-size", "0");
  module.getContext().setDiagnosticHandler(std::make_unique<Handler>(frames));
}

StackUse::~StackUse() { module.getContext().setDiagnosticHandler(nullptr); }

namespace {
/// Walks the calls below a function, each function once.
class CallDepth {
public:
  explicit CallDepth(const llvm::StringMap<uint64_t> &frames) : frames(frames) {}

  std::optional<uint64_t> below(const llvm::Function &function) {
    if (function.isIntrinsic() || function.isDeclaration())
      return 0;
    auto [entry, isNew] = depths.try_emplace(&function, std::nullopt);
    // Still being walked: a circle.
    if (!isNew)
      return entry->second;
    uint64_t deepestCall = 0;
    for (const llvm::Instruction &instruction : llvm::instructions(function)) {
      auto *call = llvm::dyn_cast<llvm::CallBase>(&instruction);
      if (!call || call->isInlineAsm())
        continue;
      const llvm::Function *callee = call->getCalledFunction();
      std::optional<uint64_t> depth = callee ? below(*callee) : std::nullopt;
      if (!depth)
        return std::nullopt;
      deepestCall = std::max(deepestCall, *depth);
    }
    uint64_t depth = frameOf(function) + deepestCall;
    depths[&function] = depth;
    return depth;
  }

private:
  uint64_t frameOf(const llvm::Function &function) const {
    constexpr uint64_t kReturnAddress = 8;
    // A frame that holds a vector is aligned to it first.
    constexpr uint64_t kAlignment = 64;
    uint64_t frame = frames.lookup(function.getName());
    return kReturnAddress + (frame ? frame + kAlignment : 0);
  }

  const llvm::StringMap<uint64_t> &frames;
  llvm::DenseMap<const llvm::Function *, std::optional<uint64_t>> depths;
};
} // namespace

std::optional<uint64_t> StackUse::deepest() const {
  CallDepth depth(frames);
  uint64_t deepest = 0;
  for (const llvm::Function &function : module) {
    if (function.isDeclaration() || function.hasLocalLinkage())
      continue;
    std::optional<uint64_t> below = depth.below(function);
    if (!below)
      return std::nullopt;
    deepest = std::max(deepest, *below);
  }
  return deepest;
}
