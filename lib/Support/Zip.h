// The part of the zip format that NumPy's archives need: central directory,
// stored and deflated entries; no encryption, no archives beyond 4 GiB.
#ifndef PENJING_LIB_SUPPORT_ZIP_H
#define PENJING_LIB_SUPPORT_ZIP_H

#include "penjing/Support/Limits.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"

#include <string>
#include <vector>

namespace penjing {

struct ZipEntry {
  std::string name;
  bool deflated;
  uint32_t checksum;
  uint32_t size;         ///< claimed size after inflating
  llvm::StringRef bytes; ///< as stored, inside the archive
};

/// The entries of an archive. Their claimed sizes together are within
/// `limits.arrayBytes` and possible for their compressed bytes.
llvm::Expected<std::vector<ZipEntry>>
listZip(llvm::StringRef archive, llvm::StringRef file, const Limits &limits);

/// The entry's content, its size and checksum verified.
llvm::Expected<std::string> extractZip(const ZipEntry &entry,
                                       llvm::StringRef file);

/// Writes stored entries with a fixed time stamp.
class ZipWriter {
public:
  explicit ZipWriter(llvm::raw_ostream &os) : os(os) {}
  /// An error if the archive would pass 4 GiB.
  llvm::Error add(llvm::StringRef name, llvm::StringRef content);
  void finish();

private:
  llvm::raw_ostream &os;
  std::string directory;
  uint64_t offset = 0;
  uint32_t count = 0;
};

/// `text` with control characters escaped and cut to 80 characters: names from
/// untrusted files go into messages so.
std::string printableName(llvm::StringRef text);

} // namespace penjing

#endif // PENJING_LIB_SUPPORT_ZIP_H
