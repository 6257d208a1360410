// Reading untrusted files: only regular files, only up to a limit; inflating
// compressed bytes without trusting the size they claim.
#ifndef PENJING_SUPPORT_INPUTFILE_H
#define PENJING_SUPPORT_INPUTFILE_H

#include "penjing/Support/Limits.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBuffer.h"

#include <memory>
#include <string>

namespace penjing {

/// The file's bytes. Refuses what is not a regular file (pipes and devices
/// would block) and what is larger than `limits.fileBytes`.
llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>>
readInputFile(llvm::StringRef path, const Limits &limits = {});

enum class DeflateFormat { Raw, Gzip };

/// Inflates all of `bytes`; an error if the stream is damaged, ends early or
/// yields more than `maxBytes`. Memory grows with what is really there.
llvm::Expected<std::string> inflateBytes(llvm::StringRef bytes,
                                         DeflateFormat format,
                                         uint64_t maxBytes,
                                         llvm::StringRef name);

/// `path` resolved (links, `..`) if it lies inside the folder `root`, else an
/// error: the guard for paths that files name.
llvm::Expected<std::string> resolveInside(llvm::StringRef root,
                                          llvm::StringRef path);

/// SHA-256 of bytes, as 64 lower-case hexadecimal digits.
std::string sha256Hex(llvm::StringRef bytes);
/// SHA-256 of a file's bytes.
llvm::Expected<std::string> sha256OfFile(llvm::StringRef path,
                                         const Limits &limits = {});

} // namespace penjing

#endif // PENJING_SUPPORT_INPUTFILE_H
