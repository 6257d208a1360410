// An object file loaded into this process: compiled models run in
// place, without a file or a linker.
#ifndef PENJING_CODEGEN_LOADEDOBJECT_H
#define PENJING_CODEGEN_LOADEDOBJECT_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <memory>

namespace penjing {

/// Owns the memory of the loaded code and data, and frees it at the end.
class LoadedObject {
public:
  /// Links `object` (its bytes, for this machine) into the process. The bytes
  /// are copied. An object with undefined symbols is an error.
  static llvm::Expected<std::unique_ptr<LoadedObject>>
  load(llvm::StringRef object);
  ~LoadedObject();

  /// Address of a public symbol.
  llvm::Expected<void *> lookup(llvm::StringRef symbol) const;

  /// A public function as a C function pointer: `lookupAs<int(float *)>("f")`.
  template <typename Signature>
  llvm::Expected<Signature *> lookupAs(llvm::StringRef symbol) const {
    llvm::Expected<void *> address = lookup(symbol);
    if (!address)
      return address.takeError();
    return reinterpret_cast<Signature *>(*address);
  }

private:
  struct Session;
  explicit LoadedObject(std::unique_ptr<Session> session);
  std::unique_ptr<Session> session;
};

} // namespace penjing

#endif // PENJING_CODEGEN_LOADEDOBJECT_H
