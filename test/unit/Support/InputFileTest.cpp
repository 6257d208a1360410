// Bounded reading and inflating; the guard against paths that leave a folder;
// SHA-256 of a known text.
#include "penjing/Support/InputFile.h"

#include "ErrorText.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include <unistd.h>
#include <zlib.h>

using namespace penjing;
using namespace penjing::test;
using testing::HasSubstr;

/// `bytes` compressed; windowBits chooses the wrapping as zlib's manual says.
static std::string deflated(const std::string &bytes, int windowBits) {
  z_stream stream = {};
  deflateInit2(&stream, 9, Z_DEFLATED, windowBits, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, bytes.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(bytes.data()));
  stream.avail_in = uInt(bytes.size());
  stream.next_out = reinterpret_cast<Bytef *>(out.data());
  stream.avail_out = uInt(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

TEST(InputFile, RefusesWhatIsNoRegularFile) {
  EXPECT_THAT(
      errorText(readInputFile("/dev/zero")),
      HasSubstr(
          "requires a regular file, but \"/dev/zero\" is a device or pipe"));
  EXPECT_THAT(errorText(readInputFile("/")), HasSubstr("is a folder"));
  EXPECT_THAT(errorText(readInputFile("/nowhere/x")),
              HasSubstr("cannot read \"/nowhere/x\": No such file"));
}

TEST(InputFile, RefusesWhatIsTooLarge) {
  TemporaryFolder folder;
  writeFile(folder / "a", "12345");
  Limits limits;
  limits.fileBytes = 4;
  EXPECT_THAT(errorText(readInputFile(folder / "a", limits)),
              HasSubstr("requires a file of at most 4 bytes, but"));
  limits.fileBytes = 5;
  EXPECT_EQ((*readInputFile(folder / "a", limits))->getBuffer(), "12345");
}

TEST(InputFile, InflatesRawAndGzip) {
  std::string text(200000, 'a');
  EXPECT_EQ(
      *inflateBytes(deflated(text, -15), DeflateFormat::Raw, text.size(), "t"),
      text);
  EXPECT_EQ(
      *inflateBytes(deflated(text, 31), DeflateFormat::Gzip, text.size(), "t"),
      text);
}

TEST(InputFile, InflatingStopsAtTheLimit) {
  std::string text(200000, 'a'), packed = deflated(text, 31);
  EXPECT_THAT(
      errorText(
          inflateBytes(packed, DeflateFormat::Gzip, text.size() - 1, "t")),
      HasSubstr(
          "requires at most 199999 bytes after inflating, but \"t\" has more"));
}

TEST(InputFile, DamagedStreamsAreErrors) {
  std::string packed = deflated("hello hello hello hello", 31);
  EXPECT_THAT(
      errorText(
          inflateBytes(packed.substr(0, 20), DeflateFormat::Gzip, 1000, "t")),
      HasSubstr("requires a complete deflate stream, but \"t\" is cut off"));
  EXPECT_THAT(
      errorText(inflateBytes(packed + "x", DeflateFormat::Gzip, 1000, "t")),
      HasSubstr(
          "requires a single deflate stream, but \"t\" has bytes after it"));
  packed[12] ^= 0x55;
  EXPECT_THAT(errorText(inflateBytes(packed, DeflateFormat::Gzip, 1000, "t")),
              HasSubstr("is damaged"));
  EXPECT_THAT(errorText(inflateBytes("", DeflateFormat::Raw, 1000, "t")),
              HasSubstr("is cut off"));
}

TEST(InputFile, PathsStayInside) {
  TemporaryFolder folder;
  llvm::sys::fs::create_directory(folder / "in");
  llvm::sys::fs::create_directory(folder / "in2");
  writeFile(folder / "in/a", "1");
  writeFile(folder / "in2/b", "2");
  ASSERT_EQ(::symlink((folder / "in2/b").c_str(), (folder / "in/link").c_str()),
            0);
  std::string root = folder / "in";
  EXPECT_EQ(readFile(*resolveInside(root, "a")), "1");
  EXPECT_EQ(readFile(*resolveInside(root, "../in/a")), "1");
  for (llvm::StringRef outside : {"../in2/b", "link", "/etc/passwd"})
    EXPECT_THAT(errorText(resolveInside(root, outside)),
                HasSubstr("requires a path inside \"" + root + "\", but got"));
}

TEST(InputFile, HashesAreSha256) {
  EXPECT_EQ(sha256Hex("abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  TemporaryFolder folder;
  writeFile(folder / "a", "abc");
  EXPECT_EQ(*sha256OfFile(folder / "a"), sha256Hex("abc"));
}
