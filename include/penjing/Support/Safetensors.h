// safetensors files: weights and checkpoints for interchange. Untrusted.
// Format: 8 bytes length, a JSON header, the tensors' bytes without holes.
#ifndef PENJING_SUPPORT_SAFETENSORS_H
#define PENJING_SUPPORT_SAFETENSORS_H

#include "penjing/Support/Array.h"
#include "penjing/Support/Limits.h"

#include "llvm/Support/raw_ostream.h"

#include <map>

namespace penjing {

struct Safetensors {
  std::vector<NamedArray> tensors;
  /// The header's `__metadata__`: strings only.
  std::map<std::string, std::string> metadata;

  const Array *find(llvm::StringRef name) const {
    return findArray(tensors, name);
  }
};

llvm::Expected<Safetensors> parseSafetensors(llvm::StringRef bytes,
                                             llvm::StringRef name,
                                             const Limits &limits = {});
llvm::Expected<Safetensors> readSafetensors(llvm::StringRef path,
                                            const Limits &limits = {});

/// Writes tensors in the given order, the header padded so that the data starts
/// at a multiple of 8; same content, same bytes. An error if a name is twice
/// there.
llvm::Error writeSafetensors(const Safetensors &content, llvm::raw_ostream &os);

} // namespace penjing

#endif // PENJING_SUPPORT_SAFETENSORS_H
