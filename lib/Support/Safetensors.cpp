// safetensors: the JSON header is checked in depth, size and type before any
// tensor is allocated; tensors must fill the data without holes or overlaps.
#include "penjing/Support/Safetensors.h"

#include "Zip.h"
#include "penjing/Support/InputFile.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/JSON.h"

#include <cstring>

using namespace penjing;
using llvm::createStringError;
using llvm::StringRef;
namespace json = llvm::json;

namespace {
constexpr struct {
  llvm::StringLiteral name;
  ElementKind kind;
} typeTable[] = {{"BOOL", ElementKind::Bool}, {"I8", ElementKind::I8},
                 {"I16", ElementKind::I16},   {"I32", ElementKind::I32},
                 {"I64", ElementKind::I64},   {"U8", ElementKind::U8},
                 {"U16", ElementKind::U16},   {"U32", ElementKind::U32},
                 {"U64", ElementKind::U64},   {"F16", ElementKind::F16},
                 {"BF16", ElementKind::BF16}, {"F32", ElementKind::F32},
                 {"F64", ElementKind::F64}};

/// The format's own limit for the header.
constexpr uint64_t maxHeaderBytes = 100'000'000;

struct TensorEntry {
  std::string name;
  ElementKind kind;
  std::vector<int64_t> shape;
  uint64_t begin, end;
};
} // namespace

/// The parser of JSON recurses: refuse depths the format has no use for.
static bool tooDeep(StringRef text) {
  unsigned depth = 0;
  bool quoted = false;
  for (size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (quoted) {
      if (c == '\\')
        ++i;
      else if (c == '"')
        quoted = false;
    } else if (c == '"') {
      quoted = true;
    } else if (c == '{' || c == '[') {
      if (++depth > 4)
        return true;
    } else if ((c == '}' || c == ']') && depth) {
      --depth;
    }
  }
  return false;
}

static llvm::Error badTensor(StringRef tensor, StringRef file,
                             const std::string &what) {
  return createStringError(
      "requires a tensor with dtype, shape and data_offsets, but \"%s\" in "
      "\"%s\" has %s",
      printableName(tensor).c_str(), file.str().c_str(), what.c_str());
}

static llvm::Expected<TensorEntry>
parseEntry(StringRef name, const json::Value &value, StringRef file,
           uint64_t dataBytes, const Limits &limits) {
  const json::Object *object = value.getAsObject();
  if (!object)
    return badTensor(name, file, "no object");
  TensorEntry entry;
  entry.name = name.str();
  StringRef type = object->getString("dtype").value_or("");
  const auto *row =
      llvm::find_if(typeTable, [&](const auto &r) { return r.name == type; });
  if (row == std::end(typeTable))
    return badTensor(name, file, "the dtype \"" + printableName(type) + "\"");
  entry.kind = row->kind;
  const json::Array *shape = object->getArray("shape");
  const json::Array *offsets = object->getArray("data_offsets");
  if (!shape || shape->size() > 64)
    return badTensor(name, file, "no shape of at most 64 dimensions");
  for (const json::Value &dim : *shape) {
    std::optional<int64_t> number = dim.getAsInteger();
    if (!number || *number < 0)
      return badTensor(name, file, "a dimension that is no number of elements");
    entry.shape.push_back(*number);
  }
  std::optional<uint64_t> begin, end;
  if (offsets && offsets->size() == 2) {
    begin = (*offsets)[0].getAsUINT64();
    end = (*offsets)[1].getAsUINT64();
  }
  if (!begin || !end || *begin > *end || *end > dataBytes)
    return badTensor(name, file, "offsets outside the data");
  entry.begin = *begin;
  entry.end = *end;
  std::optional<uint64_t> count = elementCount(entry.shape);
  if (!count || *count > limits.arrayBytes / byteWidth(entry.kind) ||
      *count * byteWidth(entry.kind) != *end - *begin)
    return badTensor(name, file,
                     "the shape " + shapeText(entry.shape) + " of " +
                         elementName(entry.kind).str() + " on " +
                         std::to_string(*end - *begin) + " bytes");
  return entry;
}

llvm::Expected<Safetensors> penjing::parseSafetensors(StringRef bytes,
                                                      StringRef name,
                                                      const Limits &limits) {
  std::string file = name.str();
  uint64_t length =
      bytes.size() >= 8 ? llvm::support::endian::read64le(bytes.data()) : 0;
  if (bytes.size() < 8 || length > bytes.size() - 8 || length > maxHeaderBytes)
    return createStringError(
        "requires a safetensors header inside the file, but \"%s\" claims "
        "%llu bytes of %zu",
        file.c_str(), (unsigned long long)length, bytes.size());
  StringRef text = bytes.substr(8, length), data = bytes.drop_front(8 + length);
  if (tooDeep(text))
    return createStringError(
        "requires a header at most 4 levels deep, but \"%s\" is deeper",
        file.c_str());
  llvm::Expected<json::Value> header = json::parse(text);
  if (!header)
    return createStringError("requires a header in JSON, but \"%s\" has: %s",
                             file.c_str(),
                             llvm::toString(header.takeError()).c_str());
  const json::Object *object = header->getAsObject();
  if (!object || object->size() > limits.entries)
    return createStringError(
        "requires a header that is an object of at most %llu entries, but "
        "\"%s\" has another",
        (unsigned long long)limits.entries, file.c_str());
  Safetensors result;
  std::vector<TensorEntry> entries;
  for (const auto &member : *object) {
    StringRef key = member.first;
    if (key != "__metadata__") {
      llvm::Expected<TensorEntry> entry =
          parseEntry(key, member.second, name, data.size(), limits);
      if (!entry)
        return entry.takeError();
      entries.push_back(std::move(*entry));
      continue;
    }
    const json::Object *metadata = member.second.getAsObject();
    if (!metadata)
      return createStringError(
          "requires __metadata__ to be an object, but \"%s\" has another",
          file.c_str());
    for (const auto &item : *metadata) {
      std::optional<StringRef> value = item.second.getAsString();
      if (!value)
        return createStringError(
            "requires __metadata__ to hold strings, but \"%s\" has another "
            "under \"%s\"",
            file.c_str(), printableName(item.first.str()).c_str());
      result.metadata[item.first.str()] = value->str();
    }
  }
  llvm::sort(entries, [](const TensorEntry &a, const TensorEntry &b) {
    return std::tie(a.begin, a.end, a.name) < std::tie(b.begin, b.end, b.name);
  });
  uint64_t at = 0;
  for (const TensorEntry &entry : entries) {
    if (entry.begin != at)
      return createStringError(
          "requires tensors side by side, but \"%s\" in \"%s\" begins at %llu "
          "instead of %llu",
          printableName(entry.name).c_str(), file.c_str(),
          (unsigned long long)entry.begin, (unsigned long long)at);
    at = entry.end;
  }
  if (at != data.size())
    return createStringError(
        "requires tensors that fill the file, but \"%s\" has %zu bytes for "
        "%llu",
        file.c_str(), data.size(), (unsigned long long)at);
  for (const TensorEntry &entry : entries) {
    Array array(entry.kind, entry.shape);
    if (array.byteSize())
      std::memcpy(array.bytes(), data.data() + entry.begin, array.byteSize());
    result.tensors.push_back({entry.name, std::move(array)});
  }
  return result;
}

llvm::Expected<Safetensors> penjing::readSafetensors(StringRef path,
                                                     const Limits &limits) {
  auto buffer = readInputFile(path, limits);
  if (!buffer)
    return buffer.takeError();
  return parseSafetensors((*buffer)->getBuffer(), path, limits);
}

llvm::Error penjing::writeSafetensors(const Safetensors &content,
                                      llvm::raw_ostream &os) {
  llvm::StringSet<> names;
  for (const NamedArray &tensor : content.tensors)
    if (tensor.name == "__metadata__" || !names.insert(tensor.name).second)
      return createStringError(
          "requires each tensor to have a name of its own, but got \"%s\" "
          "twice or reserved",
          printableName(tensor.name).c_str());
  std::string header;
  llvm::raw_string_ostream text(header);
  json::OStream writer(text);
  writer.object([&] {
    if (!content.metadata.empty())
      writer.attributeObject("__metadata__", [&] {
        for (const auto &item : content.metadata)
          writer.attribute(item.first, item.second);
      });
    uint64_t at = 0;
    for (const NamedArray &tensor : content.tensors) {
      const Array &array = tensor.array;
      writer.attributeObject(tensor.name, [&] {
        const auto *row = llvm::find_if(
            typeTable, [&](const auto &r) { return r.kind == array.kind(); });
        writer.attribute("dtype", row->name);
        writer.attributeArray("shape", [&] {
          for (int64_t dim : array.shape())
            writer.value(dim);
        });
        writer.attributeArray("data_offsets", [&] {
          writer.value(int64_t(at));
          writer.value(int64_t(at + array.byteSize()));
        });
      });
      at += array.byteSize();
    }
  });
  header.append((8 - header.size() % 8) % 8, ' ');
  char length[8];
  llvm::support::endian::write64le(length, header.size());
  os << StringRef(length, 8) << header;
  for (const NamedArray &tensor : content.tensors)
    os << StringRef(tensor.array.bytes(), tensor.array.byteSize());
  return llvm::Error::success();
}
