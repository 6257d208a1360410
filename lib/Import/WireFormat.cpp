// A first look at the bytes of an ONNX file: the fields are walked without
// building messages, so that neither depth nor the number of tiny messages in a
// hostile file can cost more memory than the file is worth.
#include "OnnxModel.h"

using namespace penjing;
using llvm::createStringError;

namespace {

/// The messages of the schema as far as their number matters.
enum class Message { Model, Function, Training, Graph, Node, Attribute, Tensor, ValueInfo, Type, Leaf };

/// The message that field `number` of `parent` holds, or nothing for a scalar.
std::optional<Message> nested(Message parent, uint64_t number) {
  switch (parent) {
  case Message::Model:
    if (number == 7)
      return Message::Graph;
    if (number == 8 || number == 14)
      return Message::Leaf;
    if (number == 20)
      return Message::Training;
    if (number == 25)
      return Message::Function;
    return std::nullopt;
  case Message::Function:
    if (number == 7)
      return Message::Node;
    if (number == 11)
      return Message::Attribute;
    return std::nullopt;
  case Message::Training:
    if (number == 1 || number == 2)
      return Message::Graph;
    return std::nullopt;
  case Message::Graph:
    if (number == 1)
      return Message::Node;
    if (number == 5)
      return Message::Tensor;
    if (number == 11 || number == 12 || number == 13)
      return Message::ValueInfo;
    if (number == 14 || number == 15)
      return Message::Leaf;
    return std::nullopt;
  case Message::Node:
    if (number == 5)
      return Message::Attribute;
    return std::nullopt;
  case Message::Attribute:
    if (number == 5 || number == 10)
      return Message::Tensor;
    if (number == 6 || number == 11)
      return Message::Graph;
    if (number == 14 || number == 15 || number == 22 || number == 23)
      return Message::Type;
    return std::nullopt;
  case Message::Tensor:
    if (number == 13)
      return Message::Leaf;
    return std::nullopt;
  case Message::ValueInfo:
    if (number == 2)
      return Message::Type;
    return std::nullopt;
  case Message::Type: // every message inside a type, of whatever kind
    return Message::Type;
  case Message::Leaf:
    return std::nullopt;
  }
  return std::nullopt;
}

/// Bytes a message object takes beside its strings, on the generous side.
constexpr uint64_t kMessageBytes = 256, kStringBytes = 48;
constexpr unsigned kMaxDepth = 48;

class Walker {
public:
  explicit Walker(uint64_t budget) : budget(budget) {}

  llvm::Error walk(llvm::StringRef bytes, Message message, unsigned depth) {
    if (depth > kMaxDepth)
      return createStringError("requires messages nested at most %u deep", kMaxDepth);
    spend(kMessageBytes);
    const char *at = bytes.begin(), *end = bytes.end();
    while (at != end) {
      if (budget < 0)
        return createStringError("requires messages in proportion to the file's size, but got too "
                                 "many small ones");
      std::optional<uint64_t> tag = varint(at, end);
      if (!tag || (*tag >> 3) == 0)
        return damaged();
      std::optional<uint64_t> length;
      switch (*tag & 7) {
      case 0:
        if (!varint(at, end))
          return damaged();
        spend(8);
        continue;
      case 1: length = 8; break;
      case 5: length = 4; break;
      case 2: length = varint(at, end); break;
      default: return damaged();
      }
      if (!length || *length > uint64_t(end - at))
        return damaged();
      llvm::StringRef field(at, *length);
      at += *length;
      if ((*tag & 7) != 2)
        continue;
      if (auto inner = nested(message, *tag >> 3)) {
        // What a type holds is a message or a name; a name is no message.
        if (*inner == Message::Type && message == Message::Type && !looksLikeMessage(field)) {
          spend(kStringBytes);
          continue;
        }
        if (llvm::Error error = walk(field, *inner, depth + 1))
          return error;
        continue;
      }
      // Strings, or packed numbers of which each may grow to eight bytes.
      bool packed = message == Message::Tensor || message == Message::Attribute;
      spend((message == Message::Leaf ? kMessageBytes : kStringBytes) + (packed && *tag >> 3 != 9 ? 8 * *length : 0));
    }
    return llvm::Error::success();
  }

private:
  void spend(uint64_t bytes) { budget -= int64_t(bytes); }

  static llvm::Error damaged() {
    return createStringError("requires a complete ONNX file, but got one that is cut off or damaged");
  }

  static std::optional<uint64_t> varint(const char *&at, const char *end) {
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 70 && at != end; shift += 7) {
      uint8_t byte = *at++;
      value |= shift < 64 ? uint64_t(byte & 0x7f) << shift : 0;
      if (!(byte & 0x80))
        return value;
    }
    return std::nullopt;
  }

  /// Whether the bytes split into fields to the end.
  static bool looksLikeMessage(llvm::StringRef bytes) {
    const char *at = bytes.begin(), *end = bytes.end();
    while (at != end) {
      auto tag = varint(at, end);
      if (!tag || (*tag >> 3) == 0)
        return false;
      std::optional<uint64_t> length;
      switch (*tag & 7) {
      case 0:
        if (!varint(at, end))
          return false;
        length = 0;
        break;
      case 1: length = 8; break;
      case 5: length = 4; break;
      case 2: length = varint(at, end); break;
      }
      if (!length || *length > uint64_t(end - at))
        return false;
      at += *length;
    }
    return true;
  }

  int64_t budget;
};

} // namespace

llvm::Error onnx_ir::checkWireFormat(llvm::StringRef bytes) {
  // Real models spend their bytes on weights: the classes around them fit in
  // this many times over.
  uint64_t budget = (uint64_t(96) << 20) + 8 * uint64_t(bytes.size());
  return Walker(budget).walk(bytes, Message::Model, 0);
}
