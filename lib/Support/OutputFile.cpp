// Temporary file, fsync, rename: the old content is never lost, and what
// killed runs left is removed.
#include "penjing/Support/OutputFile.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace penjing;
namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

static llvm::Error writeError(llvm::StringRef target, std::error_code code) {
  return llvm::createStringError(code, "cannot write \"%s\": %s",
                                 target.str().c_str(), code.message().c_str());
}

static std::error_code lastError() {
  return std::error_code(errno, std::generic_category());
}

/// Temporary files of `target` begin so; the lock tells living from dead ones.
static std::string temporaryPrefix(llvm::StringRef target) {
  return ("." + path::filename(target) + ".penjing-").str();
}

/// Removes what killed runs left beside `target`: temporary files nobody locks.
static void removeStale(llvm::StringRef target) {
  llvm::StringRef folder = path::parent_path(target);
  std::string prefix = temporaryPrefix(target);
  std::error_code code;
  for (fs::directory_iterator it(folder.empty() ? "." : folder, code), end;
       !code && it != end; it.increment(code)) {
    if (!path::filename(it->path()).starts_with(prefix))
      continue;
    int fd = ::open(it->path().c_str(),
                    O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
      continue;
    if (::flock(fd, LOCK_EX | LOCK_NB) == 0)
      ::unlink(it->path().c_str());
    ::close(fd);
  }
}

/// Makes the renaming itself durable. Some file systems refuse to sync a
/// folder; the file's own content is safe by then, so that is no error.
static void syncFolder(llvm::StringRef target) {
  llvm::StringRef folder = path::parent_path(target);
  int fd = ::open(folder.empty() ? "." : folder.str().c_str(),
                  O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0)
    return;
  ::fsync(fd);
  ::close(fd);
}

llvm::Expected<std::unique_ptr<OutputFile>>
OutputFile::create(llvm::StringRef requested) {
  std::unique_ptr<OutputFile> file(new OutputFile());
  file->target = requested.str();
  fs::file_status status;
  bool exists = !fs::status(requested, status);
  if (exists && fs::is_directory(status))
    return llvm::createStringError(
        "requires a file to write, but \"%s\" is a folder",
        file->target.c_str());
  if (requested == "-" || (exists && !fs::is_regular_file(status))) {
    file->direct = true;
    file->memoryStream =
        std::make_unique<llvm::raw_svector_ostream>(file->memory);
    return std::move(file);
  }
  if (exists) {
    // Through a link, the file behind it is replaced and the link stays.
    llvm::SmallString<256> real;
    if (std::error_code code = fs::real_path(requested, real))
      return writeError(requested, code);
    file->target = std::string(real);
    if (std::error_code code = fs::access(file->target, fs::AccessMode::Write))
      return writeError(requested, code);
  }
  removeStale(file->target);
  llvm::SmallString<256> model(path::parent_path(file->target));
  path::append(model, temporaryPrefix(file->target) + "%%%%%%%%");
  llvm::SmallString<256> name;
  int fd;
  unsigned mode = exists ? unsigned(status.permissions()) : 0666;
  if (std::error_code code =
          fs::createUniqueFile(model, fd, name, fs::OF_None, mode))
    return writeError(requested, code);
  // Between creation and lock another writer may take the file for a dead one;
  // the renaming then fails and the old content stays.
  ::flock(fd, LOCK_EX | LOCK_NB);
  if (exists)
    ::fchmod(fd, mode & 07777); // what the umask took
  file->temporary = std::string(name);
  file->fileStream =
      std::make_unique<llvm::raw_fd_ostream>(fd, /*shouldClose=*/true);
  return std::move(file);
}

OutputFile::~OutputFile() {
  if (fileStream) {
    // Closing a stream with an unread error aborts, also one of the bytes that
    // are not yet written; here the file is discarded anyway.
    fileStream->flush();
    fileStream->clear_error();
    fileStream.reset();
  }
  if (!temporary.empty())
    fs::remove(temporary);
}

llvm::raw_pwrite_stream &OutputFile::os() {
  assert(!finished && "the output is complete already");
  if (direct)
    return *memoryStream;
  return *fileStream;
}

llvm::Error OutputFile::finish() {
  finished = true;
  if (direct)
    return llvm::Error::success();
  fileStream->flush();
  if (fileStream->has_error()) {
    std::error_code code = fileStream->error();
    fileStream->clear_error();
    return writeError(target, code);
  }
  int fd = ::open(temporary.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return writeError(target, lastError());
  int failed = ::fsync(fd);
  std::error_code code = lastError();
  ::close(fd);
  return failed ? writeError(target, code) : llvm::Error::success();
}

llvm::Error OutputFile::publish() {
  if (direct) {
    std::error_code code;
    llvm::raw_fd_ostream out(target, code, fs::CD_OpenExisting, fs::FA_Write,
                             fs::OF_None);
    if (code)
      return writeError(target, code);
    out << llvm::StringRef(memory.data(), memory.size());
    out.flush();
    if (out.has_error()) {
      code = out.error();
      out.clear_error();
      return writeError(target, code);
    }
    return llvm::Error::success();
  }
  if (std::error_code code = fs::rename(temporary, target))
    return writeError(target, code);
  temporary.clear();
  syncFolder(target);
  return llvm::Error::success();
}

llvm::Error OutputFile::commit() {
  if (llvm::Error error = finish())
    return error;
  return publish();
}

llvm::Expected<llvm::raw_pwrite_stream *> OutputSet::add(llvm::StringRef path) {
  llvm::Expected<std::unique_ptr<OutputFile>> file = OutputFile::create(path);
  if (!file)
    return file.takeError();
  files.push_back(std::move(*file));
  return &files.back()->os();
}

llvm::Error OutputSet::commit() {
  for (std::unique_ptr<OutputFile> &file : files)
    if (llvm::Error error = file->finish())
      return error;
  for (std::unique_ptr<OutputFile> &file : files)
    if (llvm::Error error = file->publish())
      return error;
  return llvm::Error::success();
}

llvm::Error penjing::checkWritable(llvm::StringRef path) {
  return OutputFile::create(path).takeError();
}

llvm::Error penjing::writeOutputFile(llvm::StringRef path,
                                     llvm::StringRef bytes) {
  llvm::Expected<std::unique_ptr<OutputFile>> file = OutputFile::create(path);
  if (!file)
    return file.takeError();
  (*file)->os() << bytes;
  return (*file)->commit();
}
