// safetensors files: round trips with metadata, and what is refused: headers
// that are hostile in depth, size, type or offsets.
#include "penjing/Support/Safetensors.h"

#include "ErrorText.h"

#include "llvm/Support/Endian.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace penjing;
using namespace penjing::test;
using testing::HasSubstr;

static std::string file(llvm::StringRef header, llvm::StringRef data) {
  char length[8];
  llvm::support::endian::write64le(length, header.size());
  return std::string(length, 8) + header.str() + data.str();
}

TEST(Safetensors, GoesRound) {
  Safetensors content;
  content.metadata = {{"format", "pt"}, {"note", "a \"quoted\" text"}};
  content.tensors = {
      {"w", Array::from<float>(ElementKind::F32, {2}, {1, -2})},
      {"h", Array::from<uint16_t>(ElementKind::BF16, {1, 1}, {0x3F80})},
      {"none", Array(ElementKind::I8, {0})},
      {"s", Array::from<int64_t>(ElementKind::I64, {}, {7})}};
  std::string bytes;
  llvm::raw_string_ostream os(bytes);
  ASSERT_EQ(errorText(writeSafetensors(content, os)), "no error");
  EXPECT_EQ(llvm::support::endian::read64le(bytes.data()) % 8, 0u);
  auto read = parseSafetensors(bytes, "w.safetensors");
  ASSERT_TRUE(bool(read)) << llvm::toString(read.takeError());
  EXPECT_EQ(read->metadata, content.metadata);
  ASSERT_EQ(read->tensors.size(), 4u);
  for (const NamedArray &tensor : content.tensors) {
    const Array *array = read->find(tensor.name);
    ASSERT_TRUE(array);
    EXPECT_EQ(array->kind(), tensor.array.kind());
    EXPECT_EQ(array->shape(), tensor.array.shape());
    for (uint64_t i = 0; i < array->size(); ++i)
      EXPECT_EQ(array->valueAt(i), tensor.array.valueAt(i));
  }
  content.tensors.push_back(content.tensors[0]);
  EXPECT_THAT(errorText(writeSafetensors(content, os)),
              HasSubstr("requires each tensor to have a name of its own, but "
                        "got \"w\" twice"));
}

TEST(Safetensors, RefusesHostileHeaders) {
  auto refusal = [](llvm::StringRef header, llvm::StringRef data = "12345678") {
    return errorText(parseSafetensors(file(header, data), "a"));
  };
  EXPECT_EQ(errorText(parseSafetensors("1234", "a")),
            "requires a safetensors header inside the file, but \"a\" claims 0 "
            "bytes of 4");
  EXPECT_THAT(errorText(parseSafetensors(std::string(8, '\x7f') + "{}", "a")),
              HasSubstr("requires a safetensors header inside the file"));
  EXPECT_THAT(
      refusal(std::string(100000, '[')),
      HasSubstr(
          "requires a header at most 4 levels deep, but \"a\" is deeper"));
  EXPECT_THAT(refusal("{"),
              HasSubstr("requires a header in JSON, but \"a\" has:"));
  EXPECT_THAT(refusal("[]"),
              HasSubstr("requires a header that is an object of at most 65536 "
                        "entries, but \"a\" has another"));
  EXPECT_THAT(
      refusal("{\"__metadata__\":1}"),
      HasSubstr(
          "requires __metadata__ to be an object, but \"a\" has another"));
  EXPECT_THAT(refusal("{\"__metadata__\":{\"a\":1}}"),
              HasSubstr("requires __metadata__ to hold strings, but \"a\" has "
                        "another under \"a\""));
  EXPECT_THAT(refusal("{\"w\":1}"),
              HasSubstr("requires a tensor with dtype, shape and data_offsets, "
                        "but \"w\" in \"a\" has no object"));
  EXPECT_THAT(
      refusal(R"({"w":{"dtype":"F4","shape":[2],"data_offsets":[0,8]}})"),
      HasSubstr("has the dtype \"F4\""));
  EXPECT_THAT(refusal(R"({"w":{"dtype":"F32","data_offsets":[0,8]}})"),
              HasSubstr("has no shape"));
  EXPECT_THAT(
      refusal(R"({"w":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}})"),
      HasSubstr("has a dimension that is no"));
  for (llvm::StringRef offsets : {"[0,9]", "[8,0]", "[0]", "[-1,8]", "[0.5,8]",
                                  "[0,18446744073709551616]"})
    EXPECT_THAT(
        refusal(("{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":" +
                 offsets + "}}")
                    .str()),
        HasSubstr("has offsets outside the data"));
  EXPECT_THAT(
      refusal(R"({"w":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}})"),
      HasSubstr("has the shape 3 of f32 on 8 bytes"));
  EXPECT_THAT(
      refusal(
          R"({"w":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,8]}})"),
      HasSubstr("has the shape"));
  EXPECT_THAT(
      refusal(R"({"w":{"dtype":"U8","shape":[4],"data_offsets":[4,8]}})"),
      HasSubstr("requires tensors side by side, but \"w\" in \"a\" begins at"));
  EXPECT_THAT(
      refusal(R"({"w":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}})"),
      HasSubstr(
          "requires tensors that fill the file, but \"a\" has 8 bytes for 4"));
  EXPECT_THAT(
      refusal(
          R"({"v":{"dtype":"U8","shape":[8],"data_offsets":[0,8]},"w":{"dtype":"U8","shape":[4],"data_offsets":[4,8]}})"),
      HasSubstr("requires tensors side by side, but \"w\" in \"a\" begins at"));
}
