// Folders and arrays are recognized and read; damaged and hostile ones are
// refused with the numbers that disagree.
#include "penjing/Train/Dataset.h"

#include "penjing/Support/Npz.h"

#include "ErrorText.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace penjing;
using namespace penjing::test;
using testing::HasSubstr;

/// An IDX header and content; dimensions are big-endian.
static std::string idx(std::vector<uint32_t> dims, llvm::StringRef content,
                       char type = 8) {
  std::string bytes{0, 0, type, char(dims.size())};
  for (uint32_t dim : dims)
    for (int shift : {24, 16, 8, 0})
      bytes += char(dim >> shift);
  return bytes + content.str();
}

static llvm::Expected<Dataset> load(const TemporaryFolder &folder,
                                    DataSplit split = DataSplit::Training,
                                    const Limits &limits = {}) {
  return loadDataset({std::string(folder.path), {}}, split, limits);
}

TEST(Dataset, ReadsIdxFoldersBySplit) {
  TemporaryFolder folder;
  writeFile(folder / "train-images-idx3-ubyte", idx({2, 2, 2}, "abcdefgh"));
  writeFile(folder / "train-labels-idx1-ubyte", idx({2}, "\3\1"));
  writeFile(folder / "t10k-images-idx3-ubyte", idx({1, 2, 2}, "ijkl"));
  writeFile(folder / "t10k-labels-idx1-ubyte", idx({1}, "\7"));
  auto training = load(folder), test = load(folder, DataSplit::Test);
  ASSERT_TRUE(training && test);
  EXPECT_EQ(training->x.shape(), (llvm::ArrayRef<int64_t>{2, 1, 2, 2}));
  EXPECT_EQ(training->labels, (std::vector<int32_t>{3, 1}));
  EXPECT_EQ(training->classes(), 4);
  EXPECT_EQ(training->x.valueAt(7), 'h');
  EXPECT_EQ(test->size(), 1u);
  EXPECT_NE(training->hash(), test->hash());
}

TEST(Dataset, ReadsTheInstalledFashionMnist) {
  const char *path = "/usr/share/datasets/fashion-mnist";
  if (!llvm::sys::fs::is_directory(path))
    GTEST_SKIP() << "requires Debian's dataset-fashion-mnist";
  auto data = loadDataset({path, {}}, DataSplit::Test);
  ASSERT_TRUE(bool(data)) << llvm::toString(data.takeError());
  EXPECT_EQ(data->x.shape(), (llvm::ArrayRef<int64_t>{10000, 1, 28, 28}));
  EXPECT_EQ(data->classes(), 10);
  EXPECT_EQ(data->labels[0], 9) << "the first test image is an ankle boot";
}

TEST(Dataset, RefusesDamagedIdxFiles) {
  auto refusal = [](const std::string &images, const std::string &labels) {
    TemporaryFolder folder;
    writeFile(folder / "train-images-idx3-ubyte", images);
    writeFile(folder / "train-labels-idx1-ubyte", labels);
    return errorText(load(folder));
  };
  std::string images = idx({2, 2, 2}, "abcdefgh"), labels = idx({2}, "\3\1");
  EXPECT_THAT(
      refusal("", labels),
      HasSubstr(
          "requires an IDX file of unsigned bytes with 3 dimensions, but \""));
  EXPECT_THAT(refusal(idx({2, 2, 2}, "abcdefgh", 9), labels),
              HasSubstr("requires an IDX file"));
  EXPECT_THAT(refusal(images + "x", labels),
              HasSubstr("requires 2x2x2 bytes after the header, but"));
  EXPECT_THAT(refusal(idx({4000000000u, 4000000000u, 4000000000u}, ""), labels),
              HasSubstr("bytes after the header, but \""));
  EXPECT_THAT(refusal(idx({0, 2, 2}, ""), labels),
              HasSubstr("bytes after the header, but \""));
  EXPECT_THAT(refusal(images, idx({3}, "\3\1\1")),
              HasSubstr("requires a label per image, but \""));
}

TEST(Dataset, ReadsCifarRecords) {
  TemporaryFolder folder;
  std::string record(3073, '\1'), other(3073, '\2');
  record[0] = 5;
  record[3072] = 9;
  writeFile(folder / "data_batch_1.bin", record + other);
  writeFile(folder / "data_batch_2.bin", other);
  writeFile(folder / "test_batch.bin", record);
  auto training = load(folder), test = load(folder, DataSplit::Test);
  ASSERT_TRUE(training && test);
  EXPECT_EQ(training->x.shape(), (llvm::ArrayRef<int64_t>{3, 3, 32, 32}));
  EXPECT_EQ(training->labels, (std::vector<int32_t>{5, 2, 2}));
  EXPECT_EQ(training->x.valueAt(3071), 9);
  EXPECT_EQ(test->size(), 1u);
  Limits limits;
  limits.arrayBytes = 2 * 3072;
  EXPECT_THAT(errorText(load(folder, DataSplit::Training, limits)),
              HasSubstr("bytes of samples, but the records up to \""));
  writeFile(folder / "data_batch_3.bin", "short");
  EXPECT_THAT(errorText(load(folder)),
              HasSubstr("requires records of 3073 bytes, but \""));
}

TEST(Dataset, OtherFoldersAreRefused) {
  TemporaryFolder folder;
  EXPECT_THAT(
      errorText(load(folder, DataSplit::Test)),
      HasSubstr(
          "and t10k-labels-idx1-ubyte) or CIFAR-10 records (*.bin), but \"" +
          folder.path.str().str() + "\" has none for testing"));
  writeFile(folder / "a.npz", "PK");
  EXPECT_THAT(errorText(loadDataset({folder / "a.npz", {}}, DataSplit::Test)),
              HasSubstr("requires a complete zip archive"));
}

TEST(Dataset, TakesArrays) {
  NamedArray x{"x", Array(ElementKind::F64, {3, 4})};
  NamedArray y{"y", Array::from<int64_t>(ElementKind::I64, {3, 1}, {2, 0, 1})};
  auto data = datasetFromArrays({x, y}, "a.npz");
  ASSERT_TRUE(bool(data)) << llvm::toString(data.takeError());
  EXPECT_EQ(data->x.kind(), ElementKind::F32);
  EXPECT_EQ(data->classes(), 3);
  std::string bytes;
  llvm::raw_string_ostream os(bytes);
  llvm::cantFail(writeNpz({x, y}, os));
  TemporaryFolder folder;
  writeFile(folder / "a.npz", bytes);
  EXPECT_EQ(loadDataset({folder / "a.npz", {}}, DataSplit::Training)->hash(),
            data->hash());
}

TEST(Dataset, RefusesArraysThatAreNoSamples) {
  NamedArray x{"x", Array(ElementKind::U8, {3, 4})},
      y{"y", Array(ElementKind::U8, {3})};
  auto refusal = [](std::vector<NamedArray> arrays) {
    return errorText(datasetFromArrays(arrays, "a"));
  };
  EXPECT_EQ(refusal({x}),
            "requires arrays \"x\" and \"y\", but \"a\" has \"x\"");
  EXPECT_EQ(refusal({}), "requires arrays \"x\" and \"y\", but \"a\" has none");
  for (Array wrong :
       {Array(ElementKind::U8, {3}), Array(ElementKind::U8, {0, 4}),
        Array(ElementKind::U8, {1, 1, 1, 1, 1})})
    EXPECT_THAT(
        refusal({{"x", wrong}, y}),
        HasSubstr("requires samples \"x\" of rank 2 to 4, but \"a\" has"));
  for (Array wrong :
       {Array(ElementKind::F32, {3}), Array(ElementKind::U8, {4}),
        Array(ElementKind::U8, {3, 2}), Array(ElementKind::U8, {})})
    EXPECT_THAT(
        refusal({x, {"y", wrong}}),
        HasSubstr("requires labels \"y\" of 3 integers, but \"a\" has"));
  EXPECT_EQ(
      refusal(
          {x, {"y", Array::from<int32_t>(ElementKind::I32, {3}, {0, -1, 0})}}),
      "requires labels from 0 to 16777215, but \"a\" has -1 at 1");
  NamedArray many{"x", Array(ElementKind::U8, {int64_t(1) << 31, 1}, nullptr)};
  EXPECT_EQ(refusal({many, y}),
            "requires fewer than 2^31 samples, but \"a\" has 2147483648");
}
