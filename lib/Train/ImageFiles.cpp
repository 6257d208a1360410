// Reads IDX files and CIFAR-10 records; counts are checked against the bytes
// that are there before anything is allocated.
#include "ImageFiles.h"

#include "penjing/Support/InputFile.h"

#include "llvm/Support/Endian.h"
#include "llvm/Support/FormatVariadic.h"

#include <cstring>

using namespace penjing;
using llvm::createStringError;
using llvm::formatv;
using llvm::StringRef;

/// The file's bytes, inflated if its name ends in .gz.
static llvm::Expected<std::string> readMaybeCompressed(StringRef path,
                                                       const Limits &limits) {
  auto buffer = readInputFile(path, limits);
  if (!buffer)
    return buffer.takeError();
  StringRef bytes = (*buffer)->getBuffer();
  if (!path.ends_with(".gz"))
    return bytes.str();
  return inflateBytes(bytes, DeflateFormat::Gzip, limits.arrayBytes, path);
}

/// The dimensions of an IDX file of unsigned bytes with `rank` dimensions whose
/// content fills the file exactly.
static llvm::Expected<std::vector<int64_t>>
readIdxHeader(StringRef bytes, unsigned rank, StringRef path) {
  size_t header = 4 + 4 * rank;
  if (bytes.size() < header || bytes[0] || bytes[1] || bytes[2] != 8 ||
      uint8_t(bytes[3]) != rank)
    return createStringError(
        formatv("requires an IDX file of unsigned bytes with {0} dimensions, "
                "but \"{1}\" is none",
                rank, path));
  std::vector<int64_t> shape;
  for (unsigned i = 0; i < rank; ++i)
    shape.push_back(llvm::support::endian::read32be(bytes.data() + 4 + 4 * i));
  std::optional<uint64_t> count = elementCount(shape);
  if (!count || *count == 0 || bytes.size() - header != *count)
    return createStringError(
        formatv("requires {0} bytes after the header, but \"{1}\" has {2}",
                shapeText(shape), path, bytes.size() - header));
  return shape;
}

llvm::Expected<Dataset> penjing::readIdxPair(StringRef imagePath,
                                             StringRef labelPath,
                                             const Limits &limits) {
  llvm::Expected<std::string> images = readMaybeCompressed(imagePath, limits);
  if (!images)
    return images.takeError();
  llvm::Expected<std::vector<int64_t>> shape =
      readIdxHeader(*images, 3, imagePath);
  if (!shape)
    return shape.takeError();
  llvm::Expected<std::string> labels = readMaybeCompressed(labelPath, limits);
  if (!labels)
    return labels.takeError();
  llvm::Expected<std::vector<int64_t>> labelShape =
      readIdxHeader(*labels, 1, labelPath);
  if (!labelShape)
    return labelShape.takeError();
  if ((*labelShape)[0] != (*shape)[0])
    return createStringError(
        formatv("requires a label per image, but \"{0}\" has {1} for the {2} "
                "of \"{3}\"",
                labelPath, (*labelShape)[0], (*shape)[0], imagePath));
  Dataset data;
  data.layout = SampleLayout::ChannelsFirst;
  data.x = Array(ElementKind::U8, {(*shape)[0], 1, (*shape)[1], (*shape)[2]});
  std::memcpy(data.x.bytes(), images->data() + 16, data.x.byteSize());
  data.labels.resize((*shape)[0]);
  for (size_t i = 0; i < data.labels.size(); ++i)
    data.labels[i] = uint8_t((*labels)[8 + i]);
  return data;
}

llvm::Expected<Dataset>
penjing::readCifarRecords(llvm::ArrayRef<std::string> files,
                          const Limits &limits) {
  constexpr uint64_t pixels = 3 * 32 * 32, record = 1 + pixels;
  std::vector<std::unique_ptr<llvm::MemoryBuffer>> buffers;
  uint64_t count = 0;
  for (const std::string &file : files) {
    auto buffer = readInputFile(file, limits);
    if (!buffer)
      return buffer.takeError();
    uint64_t bytes = (*buffer)->getBufferSize();
    if (bytes == 0 || bytes % record != 0)
      return createStringError(
          formatv("requires records of {0} bytes, but \"{1}\" has {2} bytes",
                  record, file, bytes));
    count += bytes / record;
    if (count > limits.arrayBytes / pixels)
      return createStringError(
          formatv("requires at most {0} bytes of samples, but the records up "
                  "to \"{1}\" have {2}",
                  limits.arrayBytes, file, count * pixels));
    buffers.push_back(std::move(*buffer));
  }
  Dataset data;
  data.layout = SampleLayout::ChannelsFirst;
  data.x = Array(ElementKind::U8, {int64_t(count), 3, 32, 32});
  char *out = data.x.bytes();
  for (const auto &buffer : buffers) {
    StringRef bytes = buffer->getBuffer();
    for (; !bytes.empty(); bytes = bytes.drop_front(record), out += pixels) {
      data.labels.push_back(uint8_t(bytes[0]));
      std::memcpy(out, bytes.data() + 1, pixels);
    }
  }
  return data;
}
