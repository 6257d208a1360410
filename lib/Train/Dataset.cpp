// Data sets: recognizes what a source holds and reads it; the facts that all
// formats share (labels, hash).
#include "penjing/Train/Dataset.h"

#include "ImageFiles.h"
#include "penjing/Support/InputFile.h"
#include "penjing/Support/Npz.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/SHA256.h"

#include <algorithm>

using namespace penjing;
using llvm::createStringError;
using llvm::formatv;
using llvm::StringRef;

int32_t Dataset::classes() const {
  return labels.empty() ? 0
                        : *std::max_element(labels.begin(), labels.end()) + 1;
}

std::string Dataset::hash() const {
  llvm::SHA256 hash;
  hash.update((elementName(x.kind()) + ":" + shapeText(x.shape())).str());
  hash.update(StringRef(x.bytes(), x.byteSize()));
  hash.update(StringRef(reinterpret_cast<const char *>(labels.data()),
                        labels.size() * 4));
  return llvm::toHex(hash.final(), /*LowerCase=*/true);
}

/// Integer labels, one per sample; a trailing dimension of 1 is tolerated.
static llvm::Expected<std::vector<int32_t>>
readLabels(const Array &y, int64_t samples, StringRef name) {
  bool vector = y.rank() == 1 || (y.rank() == 2 && y.shape()[1] == 1);
  if (isFloat(y.kind()) || !vector || y.shape()[0] != samples)
    return createStringError(
        formatv("requires labels \"y\" of {0} integers, but \"{1}\" has "
                "{2} of {3}",
                samples, name, shapeText(y.shape()), elementName(y.kind())));
  std::vector<int32_t> labels(samples);
  for (int64_t i = 0; i < samples; ++i) {
    double label = y.valueAt(i);
    if (label < 0 || label >= 1 << 24)
      return createStringError(
          formatv("requires labels from 0 to {0}, but \"{1}\" has {2} at {3}",
                  (1 << 24) - 1, name, int64_t(label), i));
    labels[i] = int32_t(label);
  }
  return labels;
}

llvm::Expected<Dataset>
penjing::datasetFromArrays(llvm::ArrayRef<NamedArray> arrays, StringRef name) {
  const Array *x = findArray(arrays, "x"), *y = findArray(arrays, "y");
  if (!x || !y) {
    auto names = llvm::map_range(
        arrays, [](const NamedArray &a) { return "\"" + a.name + "\""; });
    return createStringError(
        formatv("requires arrays \"x\" and \"y\", but \"{0}\" has {1}", name,
                arrays.empty() ? "none" : llvm::join(names, ", ")));
  }
  if (x->rank() < 2 || x->rank() > 4 || x->size() == 0)
    return createStringError(
        formatv("requires samples \"x\" of rank 2 to 4, but \"{0}\" has {1}",
                name, shapeText(x->shape())));
  if (x->shape()[0] > (int64_t(1) << 31) - 1)
    return createStringError(
        formatv("requires fewer than 2^31 samples, but \"{0}\" has {1}", name,
                x->shape()[0]));
  llvm::Expected<std::vector<int32_t>> labels =
      readLabels(*y, x->shape()[0], name);
  if (!labels)
    return labels.takeError();
  Dataset data;
  bool kept = x->kind() == ElementKind::U8 || x->kind() == ElementKind::F32;
  data.x = kept ? *x : x->convertedTo(ElementKind::F32);
  data.labels = std::move(*labels);
  return data;
}

/// The folder's regular files by name, ascending.
static llvm::Expected<std::vector<std::string>> listFiles(StringRef folder) {
  std::vector<std::string> files;
  std::error_code code;
  for (llvm::sys::fs::directory_iterator it(folder, code), end;
       !code && it != end; it.increment(code))
    if (llvm::sys::fs::is_regular_file(it->path()))
      files.push_back(llvm::sys::path::filename(it->path()).str());
  if (code)
    return llvm::createFileError(folder, code);
  llvm::sort(files);
  return files;
}

static bool belongsTo(StringRef file, DataSplit split) {
  bool test = file.contains("t10k") || file.contains("test");
  return test == (split == DataSplit::Test);
}

static llvm::Expected<Dataset> loadFolder(StringRef folder, DataSplit split,
                                          const Limits &limits) {
  llvm::Expected<std::vector<std::string>> files = listFiles(folder);
  if (!files)
    return files.takeError();
  std::vector<std::string> records;
  std::string images, labels;
  for (const std::string &file : *files) {
    StringRef name = file;
    if (!belongsTo(name, split))
      continue;
    llvm::SmallString<128> path(folder);
    llvm::sys::path::append(path, name);
    if (name.ends_with(".bin"))
      records.push_back(std::string(path));
    else if (name.contains("images") && name.contains("idx3"))
      images = std::string(path);
    else if (name.contains("labels") && name.contains("idx1"))
      labels = std::string(path);
  }
  if (!images.empty() && !labels.empty())
    return readIdxPair(images, labels, limits);
  if (!records.empty())
    return readCifarRecords(records, limits);
  return createStringError(
      formatv("requires a folder with IDX files (such as {1}-images-idx3-ubyte "
              "and {1}-labels-idx1-ubyte) or CIFAR-10 records (*.bin), but "
              "\"{0}\" has none for {2}",
              folder, split == DataSplit::Training ? "train" : "t10k",
              split == DataSplit::Training ? "training" : "testing"));
}

llvm::Expected<Dataset> penjing::loadDataset(const DataSource &source,
                                             DataSplit split,
                                             const Limits &limits) {
  if (source.path.empty())
    return datasetFromArrays(source.arrays, "the registered data");
  if (llvm::sys::fs::is_directory(source.path))
    return loadFolder(source.path, split, limits);
  llvm::Expected<std::vector<NamedArray>> arrays = readNpz(source.path, limits);
  if (!arrays)
    return arrays.takeError();
  return datasetFromArrays(*arrays, source.path);
}
