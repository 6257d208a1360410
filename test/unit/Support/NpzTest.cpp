// .npy and .npz files: bytes as NumPy writes them, round trips, and what is
// refused: hostile headers, absurd claims, damaged archives.
#include "penjing/Support/Npz.h"

#include "ErrorText.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace penjing;
using namespace penjing::test;
using testing::HasSubstr;

/// A .npy file with this header text and payload.
static std::string npy(std::string header, llvm::StringRef data,
                       char version = 1) {
  header.append(64, ' ');
  header += '\n';
  std::string bytes = "\x93NUMPY";
  bytes += version;
  bytes += '\0';
  bytes += char(header.size());
  bytes += char(header.size() >> 8);
  if (version > 1)
    bytes.append(2, '\0');
  return bytes + header + data.str();
}

static std::string header(llvm::StringRef descr, llvm::StringRef shape,
                          llvm::StringRef fortran = "False") {
  return ("{'descr': '" + descr + "', 'fortran_order': " + fortran +
          ", 'shape': " + shape + ", }")
      .str();
}

TEST(Npz, ReadsWhatNumPyWrites) {
  for (char version : {1, 2, 3}) {
    auto array =
        parseNpy(npy(header("<i2", "(2, 3)"),
                     llvm::StringRef("\1\0\2\0\3\0\4\0\5\0\6\0", 12), version),
                 "a");
    ASSERT_TRUE(bool(array)) << llvm::toString(array.takeError());
    EXPECT_EQ(array->kind(), ElementKind::I16);
    EXPECT_EQ(array->shape(), (llvm::ArrayRef<int64_t>{2, 3}));
    EXPECT_EQ(array->valueAt(5), 6);
  }
  EXPECT_EQ(parseNpy(npy(header("|u1", "()"), "\7"), "a")->rank(), 0);
  EXPECT_EQ(
      parseNpy(
          npy("{\"shape\":(1L,),\"descr\":\"|b1\",\"fortran_order\":False}",
              "\1"),
          "a")
          ->kind(),
      ElementKind::Bool);
}

TEST(Npz, RefusesOtherHeaders) {
  auto refusal = [](const std::string &bytes) {
    return errorText(parseNpy(bytes, "a.npy"));
  };
  EXPECT_THAT(
      refusal("PK"),
      HasSubstr(
          "requires a NumPy array, but \"a.npy\" does not begin like one"));
  EXPECT_THAT(
      refusal(npy(header("<f4", "(1,)"), "1234", 9)),
      HasSubstr("requires NumPy format 1, 2 or 3, but \"a.npy\" has 9"));
  EXPECT_THAT(
      refusal(npy(header("<f4", "(1,)"), "").substr(0, 40)),
      HasSubstr("requires a complete NumPy header, but \"a.npy\" is cut off"));
  EXPECT_THAT(refusal(npy(header("<f4", "(1,)", "True"), "1234")),
              HasSubstr("requires C order, but \"a.npy\" is in Fortran order; "
                        "save numpy.ascontiguousarray of it"));
  for (llvm::StringRef descr : {"|O", ">f4", "<c8", "<U3", "|S4", "<M8[ns]"})
    EXPECT_THAT(refusal(npy(header(descr, "(1,)"), "1234")),
                HasSubstr("requires little-endian bool, integer or float "
                          "elements, but \"a.npy\" "
                          "has \"" +
                          descr.str() + "\""));
  EXPECT_THAT(
      refusal(npy(
          "{'descr': [('x', '<f4')], 'fortran_order': False, 'shape': (1,)}",
          "1234")),
      HasSubstr("has \"a structure\""));
  for (llvm::StringRef text :
       {"", "{", "{'descr': '<f4'}",
        "{'descr': '<f4', 'fortran_order': 0, 'shape': (1,)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'shape': "
        "(1,)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': "
        "(99999999999999999999,)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1,)} import os"})
    EXPECT_THAT(refusal(npy(text.str(), "1234")),
                HasSubstr("requires a NumPy header with descr, fortran_order "
                          "and shape, but \"a.npy\" has"));
}

TEST(Npz, ChecksSizesBeforeItAllocates) {
  auto refusal = [](llvm::StringRef shape) {
    return errorText(parseNpy(npy(header("<f4", shape), "1234"), "a"));
  };
  EXPECT_THAT(
      refusal("(2,)"),
      HasSubstr("requires 8 bytes for the shape 2 of f32, but \"a\" has 4"));
  EXPECT_THAT(refusal("(536870912,)"),
              HasSubstr("requires an array of at most 2147483647 bytes, "
                        "but \"a\" claims the shape 536870912 of f32"));
  EXPECT_THAT(refusal("(4294967296, 4294967296)"),
              HasSubstr("requires an array of at most"));
  EXPECT_THAT(refusal("(-1,)"), HasSubstr("requires an array of at most"));
  EXPECT_THAT(refusal("(536870911,)"), HasSubstr("but \"a\" has 4"));
}

TEST(Npz, WritesTheBytesNumPyWrites) {
  std::string bytes;
  llvm::raw_string_ostream os(bytes);
  writeNpy(Array::from<float>(ElementKind::F32, {3}, {1, 2, 3}), os);
  // numpy.save of array([1, 2, 3], dtype=float32).
  std::string expected =
      "{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }";
  expected.append(117 - expected.size(), ' ');
  expected += '\n';
  EXPECT_EQ(bytes.substr(0, 128),
            std::string("\x93NUMPY\1\0\x76\0", 10) + expected);
  EXPECT_EQ(bytes.size(), 140u);
}

TEST(Npz, ArchivesGoRound) {
  std::vector<NamedArray> arrays = {
      {"x", Array::from<uint8_t>(ElementKind::U8, {2, 2}, {1, 2, 3, 4})},
      {"scalar", Array::from<double>(ElementKind::F64, {}, {0.5})},
      {"empty", Array(ElementKind::I64, {0, 3})}};
  std::string bytes;
  llvm::raw_string_ostream os(bytes);
  ASSERT_EQ(errorText(writeNpz(arrays, os)), "no error");
  auto read = parseNpz(bytes, "a.npz");
  ASSERT_TRUE(bool(read)) << llvm::toString(read.takeError());
  ASSERT_EQ(read->size(), 3u);
  for (unsigned i = 0; i < 3; ++i) {
    EXPECT_EQ((*read)[i].name, arrays[i].name);
    EXPECT_EQ((*read)[i].array.shape(), arrays[i].array.shape());
    EXPECT_EQ((*read)[i].array.kind(), arrays[i].array.kind());
  }
  EXPECT_EQ((*read)[0].array.valueAt(3), 4);
  EXPECT_EQ((*read)[1].array.valueAt(0), 0.5);
  EXPECT_THAT(errorText(writeNpz({arrays[0], arrays[0]}, os)),
              HasSubstr("requires each array to have a name of its own, but "
                        "got \"x\" twice"));
}

TEST(Npz, ReadsDeflatedArchivesOfNumPy) {
  std::string inputs =
      std::string(PENJING_SOURCE_DIR) + "/test/unit/Support/Inputs/";
  for (const char *file : {"stored.npz", "deflated.npz"}) {
    auto arrays = readNpz(inputs + file);
    ASSERT_TRUE(bool(arrays)) << llvm::toString(arrays.takeError());
    const Array *x = findArray(*arrays, "x"), *y = findArray(*arrays, "y");
    ASSERT_TRUE(x && y);
    EXPECT_EQ(x->shape(), (llvm::ArrayRef<int64_t>{4, 5}));
    EXPECT_EQ(x->kind(), ElementKind::F32);
    EXPECT_EQ(x->valueAt(19), 19);
    EXPECT_EQ(y->kind(), ElementKind::I64);
    EXPECT_EQ(y->valueAt(3), 3);
  }
}

/// A valid archive of one array `x` of eight bytes.
static std::string smallArchive() {
  std::string bytes;
  llvm::raw_string_ostream os(bytes);
  llvm::cantFail(writeNpz({{"x", Array(ElementKind::U8, {8})}}, os));
  return bytes;
}

TEST(Npz, RefusesDamagedArchives) {
  std::string good = smallArchive();
  size_t central = good.find("PK\1\2"), end = good.find("PK\5\6");
  auto refusal = [&](auto damage) {
    std::string bytes = good;
    damage(bytes);
    return errorText(parseNpz(bytes, "a.npz"));
  };
  EXPECT_THAT(
      refusal([](auto &b) { b.clear(); }),
      HasSubstr(
          "requires a complete zip archive, but \"a.npz\" has no end record"));
  EXPECT_THAT(refusal([&](auto &b) { b[end + 16] ^= 1; }),
              HasSubstr("has a damaged directory"));
  EXPECT_THAT(refusal([&](auto &b) { b[central + 28] = 127; }),
              HasSubstr("has a damaged directory"));
  EXPECT_THAT(refusal([&](auto &b) { b[central + 42] = 9; }),
              HasSubstr("has an entry outside"));
  EXPECT_THAT(refusal([&](auto &b) { b[central + 8] |= 1; }),
              HasSubstr("requires entries without encryption, but \"x.npy\" in "
                        "\"a.npz\" has it"));
  EXPECT_THAT(refusal([&](auto &b) { b[central + 10] = 12; }),
              HasSubstr("requires stored or deflated entries, but \"x.npy\" in "
                        "\"a.npz\" has method 12"));
  EXPECT_THAT(refusal([&](auto &b) { b[central + 27] = 0x7f; }),
              HasSubstr("requires entries of at most"));
  EXPECT_THAT(refusal([&](auto &b) { b.replace(central + 24, 4, 4, '\xff'); }),
              HasSubstr("requires entries below 4 GiB, but \"x.npy\""));
  EXPECT_THAT(refusal([&](auto &b) { b.replace(end + 16, 4, 4, '\xff'); }),
              HasSubstr("requires a zip archive without 64-bit records, but "
                        "\"a.npz\" has some"));
  EXPECT_THAT(refusal([&](auto &b) { b[central - 1] ^= 1; }),
              HasSubstr("requires an entry of the size and checksum its "
                        "directory says, but \"a.npz:x.npy\" differs"));
  EXPECT_THAT(
      refusal([&](auto &b) { b[b.find("x.npy", central) + 4] = 'z'; }),
      HasSubstr("requires entries named *.npy, but \"a.npz\" has \"x.npz\""));
  // A deflated entry cannot grow more than 1,032 times.
  EXPECT_THAT(refusal([&](auto &b) {
                b[central + 10] = 8;
                b[central + 26] = 8;
              }),
              HasSubstr("requires entries of at most"));
}

TEST(Npz, RefusesNamesThatRepeatOrDoNotFit) {
  std::string bytes;
  llvm::raw_string_ostream os(bytes);
  Array array(ElementKind::U8, {1});
  llvm::cantFail(writeNpz({{"x", array}, {"y", array}}, os));
  for (size_t at = 0; (at = bytes.find("y.npy", at)) != std::string::npos;)
    bytes[at] = 'x';
  EXPECT_THAT(
      errorText(parseNpz(bytes, "a.npz")),
      HasSubstr("requires each name once, but \"a.npz\" has \"x.npy\" twice"));
  EXPECT_THAT(
      errorText(writeNpz({{std::string(70000, 'n'), array}}, os)),
      HasSubstr(
          "requires an archive below 4 GiB and 65,535 entries, but \"nnn"));
}

TEST(Npz, EveryCutAndFlipIsAnErrorOrAnArchive) {
  std::string good = smallArchive();
  for (size_t i = 0; i < good.size(); ++i) {
    EXPECT_NE(errorText(parseNpz(good.substr(0, i), "a")), "no error");
    for (int bit : {0, 3, 7}) {
      std::string bytes = good;
      bytes[i] ^= char(1 << bit);
      errorText(parseNpz(bytes, "a"));
    }
  }
}
