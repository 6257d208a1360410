// NumPy's formats .npy (see numpy.lib.format for its header) and .npz, read
// without trust and written.
#include "penjing/Support/Npz.h"

#include "Zip.h"
#include "penjing/Support/InputFile.h"

#include "llvm/ADT/StringSet.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/Path.h"

#include <cstring>

using namespace penjing;
using llvm::createStringError;
using llvm::StringRef;

namespace {

struct NpyHeader {
  std::string descr;
  bool fortran = false;
  std::vector<int64_t> shape;
};

/// Reads the Python dictionary of literals in the header. NumPy writes exactly
/// three keys; what is not such a dictionary is refused.
class NpyHeaderParser {
public:
  explicit NpyHeaderParser(StringRef text) : rest(text) {}

  /// False if the text is no such dictionary.
  bool parse(NpyHeader &header) {
    bool seen[3] = {};
    if (!take("{"))
      return false;
    while (!take("}")) {
      std::string key;
      if (!parseText(key) || !take(":"))
        return false;
      bool known =
          key == "descr" ? !std::exchange(seen[0], true) && parseDescr(header)
          : key == "fortran_order"
              ? !std::exchange(seen[1], true) && parseFlag(header)
          : key == "shape" ? !std::exchange(seen[2], true) && parseShape(header)
                           : false;
      if (!known)
        return false;
      if (!take(",") && !rest.ltrim().starts_with("}"))
        return false;
    }
    return seen[0] && seen[1] && seen[2] && rest.trim().empty();
  }

private:
  bool take(StringRef token) {
    rest = rest.ltrim();
    return rest.consume_front(token);
  }

  bool parseText(std::string &text) {
    rest = rest.ltrim();
    if (rest.empty() || (rest[0] != '\'' && rest[0] != '"'))
      return false;
    size_t end = rest.find(rest[0], 1);
    if (end == StringRef::npos)
      return false;
    text = rest.slice(1, end).str();
    rest = rest.drop_front(end + 1);
    return true;
  }

  bool parseDescr(NpyHeader &header) {
    // A structure's descr is a list; skip to its end so that it is named as
    // such.
    if (rest.ltrim().starts_with("[")) {
      header.descr = "a structure";
      size_t end = rest.rfind(']');
      if (end == StringRef::npos)
        return false;
      rest = rest.drop_front(end + 1);
      return true;
    }
    return parseText(header.descr);
  }

  bool parseFlag(NpyHeader &header) {
    header.fortran = take("True");
    return header.fortran || take("False");
  }

  bool parseShape(NpyHeader &header) {
    if (!take("("))
      return false;
    while (!take(")")) {
      rest = rest.ltrim();
      int64_t dim;
      if (header.shape.size() == 64 || rest.consumeInteger(10, dim))
        return false;
      rest.consume_front("L"); // Python 2 wrote long integers so
      header.shape.push_back(dim);
      if (!take(",") && !rest.ltrim().starts_with(")"))
        return false;
    }
    return true;
  }

  StringRef rest;
};

constexpr struct {
  llvm::StringLiteral descr;
  ElementKind kind;
} descrTable[] = {{"b1", ElementKind::Bool}, {"i1", ElementKind::I8},
                  {"i2", ElementKind::I16},  {"i4", ElementKind::I32},
                  {"i8", ElementKind::I64},  {"u1", ElementKind::U8},
                  {"u2", ElementKind::U16},  {"u4", ElementKind::U32},
                  {"u8", ElementKind::U64},  {"f2", ElementKind::F16},
                  {"f4", ElementKind::F32},  {"f8", ElementKind::F64}};

} // namespace

/// `<f4` -> f32; nothing for big-endian, objects, strings, complex, structures.
static std::optional<ElementKind> kindOfDescr(StringRef descr) {
  bool bytes = descr.ends_with("1");
  if (!descr.consume_front("<") && !descr.consume_front("=") &&
      !descr.consume_front("|") && !(bytes && descr.consume_front(">")))
    return std::nullopt;
  for (const auto &row : descrTable)
    if (row.descr == descr)
      return row.kind;
  return std::nullopt;
}

llvm::Expected<Array> penjing::parseNpy(StringRef bytes, StringRef name,
                                        const Limits &limits) {
  std::string shown = name.str();
  if (!bytes.starts_with("\x93NUMPY") || bytes.size() < 10)
    return createStringError(
        "requires a NumPy array, but \"%s\" does not begin like one",
        shown.c_str());
  unsigned version = uint8_t(bytes[6]);
  uint64_t begin = version == 1 ? 10 : 12;
  if (version < 1 || version > 3)
    return createStringError(
        "requires NumPy format 1, 2 or 3, but \"%s\" has %u", shown.c_str(),
        version);
  uint64_t length = 0;
  if (bytes.size() >= begin)
    length = version == 1 ? llvm::support::endian::read16le(bytes.data() + 8)
                          : llvm::support::endian::read32le(bytes.data() + 8);
  if (bytes.size() < begin || bytes.size() - begin < length)
    return createStringError(
        "requires a complete NumPy header, but \"%s\" is cut off",
        shown.c_str());
  NpyHeader header;
  if (!NpyHeaderParser(bytes.substr(begin, length)).parse(header))
    return createStringError(
        "requires a NumPy header with descr, fortran_order and shape, but "
        "\"%s\" has \"%s\"",
        shown.c_str(),
        printableName(bytes.substr(begin, length).trim()).c_str());
  std::optional<ElementKind> kind = kindOfDescr(header.descr);
  if (!kind)
    return createStringError(
        "requires little-endian bool, integer or float elements, but \"%s\" "
        "has \"%s\"",
        shown.c_str(), printableName(header.descr).c_str());
  if (header.fortran)
    return createStringError(
        "requires C order, but \"%s\" is in Fortran order; save "
        "numpy.ascontiguousarray of it",
        shown.c_str());
  StringRef data = bytes.drop_front(begin + length);
  std::optional<uint64_t> count = elementCount(header.shape);
  if (!count || *count > limits.arrayBytes / byteWidth(*kind))
    return createStringError(
        "requires an array of at most %llu bytes, but \"%s\" claims the "
        "shape %s of %s",
        (unsigned long long)limits.arrayBytes, shown.c_str(),
        shapeText(header.shape).c_str(), elementName(*kind).str().c_str());
  if (data.size() != *count * byteWidth(*kind))
    return createStringError(
        "requires %llu bytes for the shape %s of %s, but \"%s\" has %zu",
        (unsigned long long)(*count * byteWidth(*kind)),
        shapeText(header.shape).c_str(), elementName(*kind).str().c_str(),
        shown.c_str(), data.size());
  Array array(*kind, header.shape);
  std::memcpy(array.bytes(), data.data(), data.size());
  return array;
}

llvm::Expected<std::vector<NamedArray>>
penjing::parseNpz(StringRef bytes, StringRef name, const Limits &limits) {
  llvm::Expected<std::vector<ZipEntry>> entries = listZip(bytes, name, limits);
  if (!entries)
    return entries.takeError();
  std::vector<NamedArray> arrays;
  llvm::StringSet<> names;
  for (const ZipEntry &entry : *entries) {
    StringRef stem = entry.name;
    if (!stem.consume_back(".npy"))
      return createStringError(
          "requires entries named *.npy, but \"%s\" has \"%s\"",
          name.str().c_str(), printableName(entry.name).c_str());
    if (!names.insert(stem).second)
      return createStringError(
          "requires each name once, but \"%s\" has \"%s\" twice",
          name.str().c_str(), printableName(entry.name).c_str());
    llvm::Expected<std::string> content = extractZip(entry, name);
    if (!content)
      return content.takeError();
    llvm::Expected<Array> array = parseNpy(
        *content, (name + ":" + printableName(entry.name)).str(), limits);
    if (!array)
      return array.takeError();
    arrays.push_back({stem.str(), std::move(*array)});
  }
  return arrays;
}

llvm::Expected<std::vector<NamedArray>> penjing::readNpz(StringRef path,
                                                         const Limits &limits) {
  auto buffer = readInputFile(path, limits);
  if (!buffer)
    return buffer.takeError();
  StringRef bytes = (*buffer)->getBuffer();
  if (!bytes.starts_with("\x93NUMPY"))
    return parseNpz(bytes, path, limits);
  llvm::Expected<Array> array = parseNpy(bytes, path, limits);
  if (!array)
    return array.takeError();
  return std::vector<NamedArray>{
      {llvm::sys::path::stem(path).str(), std::move(*array)}};
}

void penjing::writeNpy(const Array &given, llvm::raw_ostream &os) {
  Array array = given.kind() == ElementKind::BF16
                    ? given.convertedTo(ElementKind::F32)
                    : given;
  StringRef descr;
  for (const auto &row : descrTable)
    if (row.kind == array.kind())
      descr = row.descr;
  std::string header = "{'descr': '";
  header += byteWidth(array.kind()) == 1 ? '|' : '<';
  header += (descr + "', 'fortran_order': False, 'shape': (").str();
  for (int64_t dim : array.shape())
    header += std::to_string(dim) + ", ";
  if (array.rank() == 1)
    header.pop_back(); // (3,)
  else if (array.rank() > 1)
    header.resize(header.size() - 2);
  header += "), }";
  // The data starts at a multiple of 64.
  header.append((64 - (10 + header.size() + 1) % 64) % 64, ' ');
  header += '\n';
  os << StringRef("\x93NUMPY\x01\x00", 8) << char(header.size() & 0xFF)
     << char(header.size() >> 8) << header
     << StringRef(array.bytes(), array.byteSize());
}

llvm::Error penjing::writeNpz(llvm::ArrayRef<NamedArray> arrays,
                              llvm::raw_ostream &os) {
  ZipWriter writer(os);
  llvm::StringSet<> names;
  for (const NamedArray &named : arrays) {
    if (named.name.empty() || !names.insert(named.name).second)
      return createStringError(
          "requires each array to have a name of its own, but got \"%s\" "
          "twice or empty",
          printableName(named.name).c_str());
    std::string content;
    llvm::raw_string_ostream stream(content);
    writeNpy(named.array, stream);
    if (llvm::Error error = writer.add(named.name + ".npy", content))
      return error;
  }
  writer.finish();
  return llvm::Error::success();
}
