// Zip archives, bounded: see PKWARE's APPNOTE 6.3.10,
// sections 4.3.7, 4.3.12, 4.3.16.
#include "Zip.h"

#include "penjing/Support/InputFile.h"

#include "llvm/Support/Endian.h"

#include <zlib.h>

using namespace penjing;
using llvm::createStringError;
using llvm::StringRef;
using llvm::support::endian::read16le;
using llvm::support::endian::read32le;

namespace {
constexpr uint32_t localSignature = 0x04034b50;
constexpr uint32_t centralSignature = 0x02014b50;
constexpr uint32_t endSignature = 0x06054b50;
constexpr size_t localBytes = 30, centralBytes = 46, endBytes = 22;
constexpr uint32_t sixtyFour = 0xFFFFFFFF;
/// Deflate cannot yield more than this many bytes per byte.
constexpr uint64_t deflateRatio = 1032;
} // namespace

std::string penjing::printableName(StringRef text) {
  std::string result;
  llvm::raw_string_ostream os(result);
  llvm::printEscapedString(text.take_front(80), os);
  if (text.size() > 80)
    os << "...";
  return result;
}

static llvm::Error damaged(StringRef file, const char *what) {
  return createStringError("requires a complete zip archive, but \"%s\" has %s",
                           file.str().c_str(), what);
}

/// Position of the end record, searched backwards over the comment.
static size_t findEnd(StringRef archive) {
  if (archive.size() < endBytes)
    return StringRef::npos;
  size_t first = archive.size() - endBytes;
  size_t last = first > 0xFFFF ? first - 0xFFFF : 0;
  for (size_t at = first + 1; at-- > last;)
    if (read32le(archive.data() + at) == endSignature)
      return at;
  return StringRef::npos;
}

/// Reads the local header at `offset` and gives the `size` bytes behind it.
static llvm::Expected<StringRef> entryBytes(StringRef archive, StringRef file,
                                            uint64_t offset, uint64_t size) {
  if (offset > archive.size() || archive.size() - offset < localBytes ||
      read32le(archive.data() + offset) != localSignature)
    return damaged(file, "an entry outside the archive");
  const char *local = archive.data() + offset;
  uint64_t begin =
      offset + localBytes + read16le(local + 26) + read16le(local + 28);
  if (begin > archive.size() || archive.size() - begin < size)
    return damaged(file, "an entry outside the archive");
  return archive.substr(begin, size);
}

llvm::Expected<std::vector<ZipEntry>>
penjing::listZip(StringRef archive, StringRef file, const Limits &limits) {
  size_t end = findEnd(archive);
  if (end == StringRef::npos)
    return damaged(file, "no end record");
  unsigned count = read16le(archive.data() + end + 10);
  uint64_t at = read32le(archive.data() + end + 16);
  if (count == 0xFFFF || at == sixtyFour)
    return createStringError(
        "requires a zip archive without 64-bit records, but \"%s\" has some",
        file.str().c_str());
  if (count > limits.entries)
    return createStringError("requires at most %llu entries, but \"%s\" has %u",
                             (unsigned long long)limits.entries,
                             file.str().c_str(), count);
  std::vector<ZipEntry> entries;
  uint64_t total = 0;
  for (unsigned i = 0; i < count; ++i) {
    if (at > end || end - at < centralBytes ||
        read32le(archive.data() + at) != centralSignature)
      return damaged(file, "a damaged directory");
    const char *head = archive.data() + at;
    uint16_t flags = read16le(head + 8), method = read16le(head + 10);
    uint32_t packed = read32le(head + 20), size = read32le(head + 24);
    uint64_t nameSize = read16le(head + 28);
    uint64_t next = at + centralBytes + nameSize + read16le(head + 30) +
                    read16le(head + 32);
    if (next > end)
      return damaged(file, "a damaged directory");
    ZipEntry entry{archive.substr(at + centralBytes, nameSize).str(),
                   method == 8,
                   read32le(head + 16),
                   size,
                   {}};
    std::string name = printableName(entry.name);
    if (flags & 1)
      return createStringError(
          "requires entries without encryption, but \"%s\" in \"%s\" has it",
          name.c_str(), file.str().c_str());
    if (method != 0 && method != 8)
      return createStringError(
          "requires stored or deflated entries, but \"%s\" in \"%s\" has "
          "method %u",
          name.c_str(), file.str().c_str(), unsigned(method));
    if (packed == sixtyFour || size == sixtyFour)
      return createStringError(
          "requires entries below 4 GiB, but \"%s\" in \"%s\" claims more",
          name.c_str(), file.str().c_str());
    total += size;
    bool possible =
        entry.deflated ? size <= deflateRatio * packed + 64 : size == packed;
    if (!possible || total > limits.arrayBytes)
      return createStringError(
          "requires entries of at most %llu bytes together, but \"%s\" in "
          "\"%s\" claims %u from %u",
          (unsigned long long)limits.arrayBytes, name.c_str(),
          file.str().c_str(), size, packed);
    llvm::Expected<StringRef> bytes =
        entryBytes(archive, file, read32le(head + 42), packed);
    if (!bytes)
      return bytes.takeError();
    entry.bytes = *bytes;
    entries.push_back(std::move(entry));
    at = next;
  }
  return entries;
}

static uint32_t checksumOf(StringRef bytes) {
  uLong crc = crc32(0, nullptr, 0);
  while (!bytes.empty()) {
    StringRef part = bytes.take_front(1u << 30);
    crc = crc32(crc, reinterpret_cast<const Bytef *>(part.data()),
                uInt(part.size()));
    bytes = bytes.drop_front(part.size());
  }
  return uint32_t(crc);
}

llvm::Expected<std::string> penjing::extractZip(const ZipEntry &entry,
                                                StringRef file) {
  std::string name = file.str() + ":" + printableName(entry.name);
  std::string content;
  if (entry.deflated) {
    llvm::Expected<std::string> inflated =
        inflateBytes(entry.bytes, DeflateFormat::Raw, entry.size, name);
    if (!inflated)
      return inflated.takeError();
    content = std::move(*inflated);
  } else {
    content = entry.bytes.str();
  }
  if (content.size() != entry.size || checksumOf(content) != entry.checksum)
    return createStringError(
        "requires an entry of the size and checksum its directory says, but "
        "\"%s\" differs",
        name.c_str());
  return content;
}

static void put16(std::string &out, uint32_t value) {
  out.push_back(char(value));
  out.push_back(char(value >> 8));
}

static void put32(std::string &out, uint32_t value) {
  put16(out, value);
  put16(out, value >> 16);
}

llvm::Error ZipWriter::add(StringRef name, StringRef content) {
  // What the local header and the directory share: version 2.0, flags (names
  // in UTF-8), stored, time 0, 1 January 1980, checksum, sizes, name, no extra.
  std::string shared;
  put16(shared, 20);
  put16(shared, 1 << 11);
  put16(shared, 0);
  put16(shared, 0);
  put16(shared, 1 << 5 | 1);
  put32(shared, checksumOf(content));
  put32(shared, uint32_t(content.size()));
  put32(shared, uint32_t(content.size()));
  put16(shared, uint32_t(name.size()));
  put16(shared, 0);
  uint64_t next = offset + localBytes + name.size() + content.size();
  uint64_t archive =
      next + directory.size() + centralBytes + name.size() + endBytes;
  if (name.size() > 0xFFFF || count >= 0xFFFE || archive >= sixtyFour)
    return createStringError(
        "requires an archive below 4 GiB and 65,535 entries, but \"%s\" "
        "would pass it",
        printableName(name).c_str());
  std::string local;
  put32(local, localSignature);
  os << local << shared << name << content;
  put32(directory, centralSignature);
  put16(directory, 20);
  directory += shared;
  put16(directory, 0); // comment
  put16(directory, 0); // disk
  put16(directory, 0); // internal attributes
  put32(directory, 0600u << 16);
  put32(directory, uint32_t(offset));
  directory += name;
  offset = next;
  ++count;
  return llvm::Error::success();
}

void ZipWriter::finish() {
  std::string end;
  put32(end, endSignature);
  put16(end, 0);
  put16(end, 0);
  put16(end, count);
  put16(end, count);
  put32(end, uint32_t(directory.size()));
  put32(end, uint32_t(offset));
  put16(end, 0);
  os << directory << end;
}
