// Links an object file into this process with ORC's JIT linker, without any
// lookup in the process's own symbols.
#include "penjing/Codegen/LoadedObject.h"

#include "penjing/Codegen/Emission.h"

#include "llvm/ExecutionEngine/Orc/LLJIT.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/TargetSelect.h"

using namespace penjing;

struct LoadedObject::Session {
  std::unique_ptr<llvm::orc::LLJIT> jit;
};

LoadedObject::LoadedObject(std::unique_ptr<Session> session)
    : session(std::move(session)) {}

LoadedObject::~LoadedObject() = default;

llvm::Expected<std::unique_ptr<LoadedObject>>
LoadedObject::load(llvm::StringRef object) {
  if (llvm::Error error = checkUndefinedSymbols(object))
    return std::move(error);
  llvm::InitializeNativeTarget();
  llvm::InitializeNativeTargetAsmPrinter();
  auto jit = llvm::orc::LLJITBuilder()
                 .setPlatformSetUp(llvm::orc::setUpInactivePlatform)
                 .setLinkProcessSymbolsByDefault(false)
                 .create();
  if (!jit)
    return jit.takeError();
  auto buffer = llvm::MemoryBuffer::getMemBufferCopy(object, "object");
  if (llvm::Error error = (*jit)->addObjectFile(std::move(buffer)))
    return std::move(error);
  auto session = std::make_unique<Session>();
  session->jit = std::move(*jit);
  return std::unique_ptr<LoadedObject>(new LoadedObject(std::move(session)));
}

llvm::Expected<void *> LoadedObject::lookup(llvm::StringRef symbol) const {
  auto address = session->jit->lookup(symbol);
  if (!address)
    return address.takeError();
  return address->toPtr<void *>();
}
