// Bounded reading, inflating and hashing of untrusted files, and the guard of
// paths that such files name.
#include "penjing/Support/InputFile.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/SHA256.h"

#include <zlib.h>

using namespace penjing;
using llvm::createStringError;
namespace fs = llvm::sys::fs;

static llvm::Error fileError(llvm::StringRef path, std::error_code code) {
  return createStringError(code, "cannot read \"%s\": %s", path.str().c_str(),
                           code.message().c_str());
}

llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>>
penjing::readInputFile(llvm::StringRef path, const Limits &limits) {
  fs::file_status status;
  if (std::error_code code = fs::status(path, status))
    return fileError(path, code);
  if (!fs::is_regular_file(status))
    return createStringError(
        "requires a regular file, but \"%s\" is %s", path.str().c_str(),
        fs::is_directory(status) ? "a folder" : "a device or pipe");
  if (status.getSize() > limits.fileBytes)
    return createStringError(
        "requires a file of at most %llu bytes, but \"%s\" has %llu",
        (unsigned long long)limits.fileBytes, path.str().c_str(),
        (unsigned long long)status.getSize());
  // Read, not mapped: a file that shrinks under a mapping would kill the
  // process.
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/false,
                                            /*RequiresNullTerminator=*/false,
                                            /*IsVolatile=*/true);
  if (!buffer)
    return fileError(path, buffer.getError());
  return std::move(*buffer);
}

llvm::Expected<std::string> penjing::inflateBytes(llvm::StringRef bytes,
                                                  DeflateFormat format,
                                                  uint64_t maxBytes,
                                                  llvm::StringRef name) {
  z_stream stream = {};
  int windowBits = format == DeflateFormat::Gzip ? 15 + 16 : -15;
  if (inflateInit2(&stream, windowBits) != Z_OK)
    llvm::report_bad_alloc_error("no memory to inflate"); // its one cause
  stream.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(bytes.data()));
  size_t left = bytes.size();
  std::string result;
  std::vector<char> chunk(1 << 16);
  int code = Z_OK;
  while (code != Z_STREAM_END) {
    if (stream.avail_in == 0) {
      stream.avail_in = uInt(std::min<size_t>(left, 1u << 30));
      left -= stream.avail_in;
    }
    stream.next_out = reinterpret_cast<Bytef *>(chunk.data());
    stream.avail_out = uInt(chunk.size());
    code = inflate(&stream, Z_NO_FLUSH);
    if (code != Z_OK && code != Z_STREAM_END)
      break;
    size_t got = chunk.size() - stream.avail_out;
    if (result.size() + got > maxBytes) {
      inflateEnd(&stream);
      return createStringError(
          "requires at most %llu bytes after inflating, but \"%s\" has more",
          (unsigned long long)maxBytes, name.str().c_str());
    }
    result.append(chunk.data(), got);
  }
  bool trailing = left + stream.avail_in != 0;
  inflateEnd(&stream);
  if (code != Z_STREAM_END)
    return createStringError(
        "requires a complete deflate stream, but \"%s\" is %s",
        name.str().c_str(), code == Z_BUF_ERROR ? "cut off" : "damaged");
  if (trailing)
    return createStringError(
        "requires a single deflate stream, but \"%s\" has bytes after it",
        name.str().c_str());
  return result;
}

llvm::Expected<std::string> penjing::resolveInside(llvm::StringRef root,
                                                   llvm::StringRef path) {
  llvm::SmallString<256> realRoot, joined, real;
  if (std::error_code code = fs::real_path(root, realRoot))
    return fileError(root, code);
  if (llvm::sys::path::is_absolute(path))
    joined = path;
  else
    llvm::sys::path::append(joined, realRoot, path);
  if (std::error_code code = fs::real_path(joined, real))
    return fileError(path, code);
  llvm::StringRef rest = real;
  bool inside =
      rest.consume_front(realRoot) &&
      (rest.empty() || rest.starts_with("/") || realRoot.str().ends_with("/"));
  if (!inside)
    return createStringError("requires a path inside \"%s\", but got \"%s\"",
                             realRoot.c_str(), path.str().c_str());
  return std::string(real);
}

std::string penjing::sha256Hex(llvm::StringRef bytes) {
  std::array<uint8_t, 32> digest = llvm::SHA256::hash(llvm::ArrayRef(
      reinterpret_cast<const uint8_t *>(bytes.data()), bytes.size()));
  return llvm::toHex(digest, /*LowerCase=*/true);
}

llvm::Expected<std::string> penjing::sha256OfFile(llvm::StringRef path,
                                                  const Limits &limits) {
  auto buffer = readInputFile(path, limits);
  if (!buffer)
    return buffer.takeError();
  return sha256Hex((*buffer)->getBuffer());
}
