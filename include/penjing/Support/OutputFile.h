// The one way this project writes files: into a temporary file beside the
// target, synced, then renamed. A failure or a kill leaves the old content.
#ifndef PENJING_SUPPORT_OUTPUTFILE_H
#define PENJING_SUPPORT_OUTPUTFILE_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"

#include <memory>
#include <string>
#include <vector>

namespace penjing {

/// One output. Nothing is seen at `path` until `commit`; without it, destroying
/// the object discards what was written. `-` is standard output, and a device
/// or pipe is written to at `commit` as it stands. A symbolic link stays one.
class OutputFile {
public:
  static llvm::Expected<std::unique_ptr<OutputFile>>
  create(llvm::StringRef path);
  ~OutputFile();

  llvm::raw_pwrite_stream &os();
  llvm::StringRef path() const { return target; }

  /// Flushes, syncs and renames.
  llvm::Error commit();

private:
  friend class OutputSet;
  OutputFile() = default;

  /// All that can fail for lack of space: flush and sync, no rename yet.
  llvm::Error finish();
  llvm::Error publish();

  std::string target, temporary;
  bool direct = false,
       finished = false; ///< direct: standard output or a device
  llvm::SmallVector<char, 0> memory;
  std::unique_ptr<llvm::raw_svector_ostream> memoryStream;
  std::unique_ptr<llvm::raw_fd_ostream> fileStream;
};

/// Several outputs that belong together: all are complete on disk before the
/// first is renamed, and they are renamed in the order they were added (so a
/// file that others are read by, such as a manifest, is added last).
class OutputSet {
public:
  llvm::Expected<llvm::raw_pwrite_stream *> add(llvm::StringRef path);
  llvm::Error commit();

private:
  std::vector<std::unique_ptr<OutputFile>> files;
};

/// Fails where `path` could not be written now: asked before hours of work.
llvm::Error checkWritable(llvm::StringRef path);

/// Writes `bytes` to `path` in this way.
llvm::Error writeOutputFile(llvm::StringRef path, llvm::StringRef bytes);

} // namespace penjing

#endif // PENJING_SUPPORT_OUTPUTFILE_H
