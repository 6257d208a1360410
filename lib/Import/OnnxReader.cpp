// From the bytes of an ONNX file to plain structures: the one source of this
// room that sees the message classes of the schema.
#include "OnnxModel.h"

#include "penjing/Support/InputFile.h"

#include "llvm/Support/CheckedArithmetic.h"
#include "llvm/Support/Path.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <onnx/onnx_pb.h>

#include <climits>

using namespace mlir;
using namespace penjing;
using namespace penjing::onnx_ir;

namespace {

/// Number of elements; nothing where a dimension is negative or the product
/// overflows.
std::optional<uint64_t> elementCount(ArrayRef<int64_t> dims) {
  std::optional<uint64_t> count = 1;
  for (int64_t dim : dims) {
    count = dim < 0 ? std::nullopt : llvm::checkedMulUnsigned<uint64_t>(*count, dim);
    if (!count)
      return std::nullopt;
  }
  return count;
}

class Reader {
public:
  Reader(StringRef path, const Limits &limits, FileErrors &errors)
      : folder(llvm::sys::path::parent_path(path)), limits(limits), errors(errors) {
    if (folder.empty())
      folder = ".";
  }

  std::optional<Model> read(::onnx::ModelProto &proto);

private:
  std::optional<Tensor> readTensor(::onnx::TensorProto &proto, Location location);
  LogicalResult readTypedData(const ::onnx::TensorProto &proto, Tensor &tensor, Location location);
  LogicalResult readExternalData(const ::onnx::TensorProto &proto, uint64_t size, Tensor &tensor,
                                 Location location);
  std::optional<NodeAttribute> readAttribute(::onnx::AttributeProto &proto, Location location);
  ValueInfo readValue(const ::onnx::ValueInfoProto &proto);
  void readNode(::onnx::NodeProto &proto, unsigned ordinal, Model &model);

  std::string folder;
  const Limits &limits;
  FileErrors &errors;
  uint64_t total = 0; ///< bytes of all tensors so far
};

/// Copies a repeated field of wider numbers into elements of type T; false
/// where a number does not fit.
template <typename T, typename Field> bool narrow(const Field &field, std::string &bytes) {
  bytes.reserve(field.size() * sizeof(T));
  for (auto number : field) {
    T element = T(number);
    if (std::is_integral_v<T> && !std::is_same_v<T, uint16_t> && decltype(number)(element) != number)
      return false;
    bytes.append(reinterpret_cast<const char *>(&element), sizeof(T));
  }
  return true;
}

} // namespace

LogicalResult Reader::readTypedData(const ::onnx::TensorProto &proto, Tensor &tensor,
                                    Location location) {
  bool fits = true;
  std::string &bytes = tensor.bytes;
  switch (tensor.type) {
  case Float: fits = narrow<float>(proto.float_data(), bytes); break;
  case Double: fits = narrow<double>(proto.double_data(), bytes); break;
  case Int64: fits = narrow<int64_t>(proto.int64_data(), bytes); break;
  case UInt64: fits = narrow<uint64_t>(proto.uint64_data(), bytes); break;
  case UInt32: fits = narrow<uint32_t>(proto.uint64_data(), bytes); break;
  case Int32: fits = narrow<int32_t>(proto.int32_data(), bytes); break;
  case Int16: fits = narrow<int16_t>(proto.int32_data(), bytes); break;
  case Int8: fits = narrow<int8_t>(proto.int32_data(), bytes); break;
  case UInt8: fits = narrow<uint8_t>(proto.int32_data(), bytes); break;
  case UInt16: case Float16: case BFloat16: // bit patterns in the low half
    for (int32_t number : proto.int32_data())
      fits &= number >= 0 && number <= UINT16_MAX;
    narrow<uint16_t>(proto.int32_data(), bytes);
    break;
  case Bool:
    for (int32_t number : proto.int32_data())
      bytes.push_back(number != 0);
    break;
  case Int4: case UInt4: fits = narrow<uint8_t>(proto.int32_data(), bytes); break;
  default: break;
  }
  if (!fits)
    return errors.emitError(location) << "requires elements in the range of " << dataTypeName(tensor.type)
                                      << ", but got one outside";
  return success();
}

LogicalResult Reader::readExternalData(const ::onnx::TensorProto &proto, uint64_t size,
                                       Tensor &tensor, Location location) {
  StringRef file;
  uint64_t offset = 0, length = size;
  for (const auto &entry : proto.external_data()) {
    StringRef key = entry.key(), value = entry.value();
    if (key == "location")
      file = value;
    else if ((key == "offset" && value.getAsInteger(10, offset)) ||
             (key == "length" && value.getAsInteger(10, length)))
      return errors.emitError(location) << "requires a number as '" << key
                                        << "' of the external data, but got '" << value << "'";
  }
  if (length != size)
    return errors.emitError(location) << "requires " << size << " bytes of external data, but got " << length;
  if (llvm::sys::path::is_absolute(file) || file.empty())
    return errors.emitError(location) << "requires external data in a file beside the model, but got '" << file << "'";
  auto path = resolveInside(folder, file);
  if (!path)
    return errors.emitError(location) << "cannot read external data: " << llvm::toString(path.takeError());
  auto buffer = readInputFile(*path, limits);
  if (!buffer)
    return errors.emitError(location) << "cannot read external data: " << llvm::toString(buffer.takeError());
  uint64_t have = (*buffer)->getBufferSize();
  if (offset > have || size > have - offset)
    return errors.emitError(location) << "requires external data of " << size << " bytes from byte " << offset
                                      << " on, but '" << file << "' has " << have;
  tensor.bytes = (*buffer)->getBuffer().substr(offset, size).str();
  return success();
}

std::optional<Tensor> Reader::readTensor(::onnx::TensorProto &proto, Location location) {
  Tensor tensor;
  tensor.name = proto.name();
  tensor.type = proto.data_type();
  tensor.dims.assign(proto.dims().begin(), proto.dims().end());
  unsigned width = elementBytes(tensor.type);
  if (!width) {
    errors.emitError(location) << "requires a float, integer or boolean tensor, but got "
                               << dataTypeName(tensor.type);
    return std::nullopt;
  }
  auto count = elementCount(tensor.dims);
  if (!count || tensor.dims.size() > 16 || *count > limits.arrayBytes / width ||
      *count * width > limits.arrayBytes - total) {
    auto diagnostic = errors.emitError(location)
                      << "requires tensors of at most " << limits.arrayBytes << " bytes together, but got dimensions [";
    llvm::interleaveComma(tensor.dims, diagnostic);
    diagnostic << "]";
    return std::nullopt;
  }
  tensor.count = *count;
  bool nibbles = tensor.type == Int4 || tensor.type == UInt4;
  uint64_t size = nibbles ? (*count + 1) / 2 : *count * width;
  if (proto.has_segment()) {
    errors.emitError(location) << "requires a tensor in one piece, but got a segment";
    return std::nullopt;
  }
  LogicalResult read = success();
  if (proto.data_location() == ::onnx::TensorProto::EXTERNAL)
    read = readExternalData(proto, size, tensor, location);
  else if (proto.has_raw_data())
    tensor.bytes = std::move(*proto.mutable_raw_data());
  else
    read = readTypedData(proto, tensor, location);
  if (failed(read))
    return std::nullopt;
  if (tensor.bytes.size() != size) {
    errors.emitError(location) << "requires " << size << " bytes of data for its dimensions, but got "
                               << tensor.bytes.size();
    return std::nullopt;
  }
  if (nibbles) {
    std::string unpacked(*count, '\0');
    for (uint64_t i = 0; i < *count; ++i) {
      uint8_t nibble = uint8_t(tensor.bytes[i / 2]) >> (i % 2 * 4) & 15;
      unpacked[i] = tensor.type == Int4 && nibble > 7 ? nibble - 16 : nibble;
    }
    tensor.bytes = std::move(unpacked);
  }
  if (tensor.type == Bool)
    for (char &byte : tensor.bytes)
      byte = byte != 0;
  total += tensor.bytes.size();
  return tensor;
}

std::optional<NodeAttribute> Reader::readAttribute(::onnx::AttributeProto &proto, Location location) {
  NodeAttribute attribute;
  attribute.name = proto.name();
  switch (proto.type()) {
  case ::onnx::AttributeProto::FLOAT:
    attribute.kind = NodeAttribute::Float;
    attribute.f = proto.f();
    break;
  case ::onnx::AttributeProto::INT:
    attribute.kind = NodeAttribute::Int;
    attribute.i = proto.i();
    break;
  case ::onnx::AttributeProto::STRING:
    attribute.kind = NodeAttribute::String;
    attribute.s = proto.s();
    break;
  case ::onnx::AttributeProto::FLOATS:
    attribute.kind = NodeAttribute::Floats;
    attribute.floats.assign(proto.floats().begin(), proto.floats().end());
    break;
  case ::onnx::AttributeProto::INTS:
    attribute.kind = NodeAttribute::Ints;
    attribute.ints.assign(proto.ints().begin(), proto.ints().end());
    break;
  case ::onnx::AttributeProto::STRINGS:
    attribute.kind = NodeAttribute::Strings;
    attribute.strings.assign(proto.strings().begin(), proto.strings().end());
    break;
  case ::onnx::AttributeProto::TENSOR:
    attribute.kind = NodeAttribute::Tensor;
    attribute.tensor = readTensor(*proto.mutable_t(), location);
    if (!attribute.tensor)
      return std::nullopt;
    break;
  default:
    break;
  }
  return attribute;
}

ValueInfo Reader::readValue(const ::onnx::ValueInfoProto &proto) {
  ValueInfo value;
  value.name = proto.name();
  value.isTensor = proto.type().has_tensor_type();
  if (!value.isTensor)
    return value;
  const auto &tensor = proto.type().tensor_type();
  value.type = tensor.elem_type();
  if (!tensor.has_shape())
    return value;
  value.shape.emplace();
  for (const auto &dim : tensor.shape().dim()) {
    Dimension &dimension = value.shape->emplace_back();
    if (dim.has_dim_value())
      dimension.size = dim.dim_value();
    else if (dim.has_dim_param())
      dimension.name = dim.dim_param();
  }
  return value;
}

void Reader::readNode(::onnx::NodeProto &proto, unsigned ordinal, Model &model) {
  Node &node = model.nodes.emplace_back();
  node.name = proto.name();
  node.op = proto.op_type();
  node.domain = proto.domain();
  node.ordinal = ordinal;
  node.inputs.assign(proto.input().begin(), proto.input().end());
  node.outputs.assign(proto.output().begin(), proto.output().end());
  Location location = errors.locate(node.name, node.op, ordinal);
  for (auto &attribute : *proto.mutable_attribute())
    if (auto read = readAttribute(attribute, location))
      node.attributes.push_back(std::move(*read));
}

std::optional<Model> Reader::read(::onnx::ModelProto &proto) {
  Model model;
  if (!proto.has_graph()) {
    errors.emitFileError() << "requires a graph, but got none";
    return std::nullopt;
  }
  if (proto.ir_version() < 3) {
    errors.emitFileError() << "requires an IR version of at least 3, but got " << proto.ir_version();
    return std::nullopt;
  }
  for (const auto &set : proto.opset_import())
    if (set.domain().empty() || set.domain() == "ai.onnx")
      model.opset = set.version();
  if (model.opset < 7 || model.opset > 22) {
    errors.emitFileError() << "requires an operator set from 7 to 22, but got " << model.opset;
    return std::nullopt;
  }
  auto &graph = *proto.mutable_graph();
  for (const auto &sparse : graph.sparse_initializer())
    errors.emitError(errors.locate(sparse.values().name(), "initializer"))
        << "requires a dense initializer, but got a sparse one";
  for (auto &initializer : *graph.mutable_initializer())
    if (auto tensor = readTensor(initializer, errors.locate(initializer.name(), "initializer")))
      model.initializers.push_back(std::move(*tensor));
  for (const auto &input : graph.input())
    model.inputs.push_back(readValue(input));
  for (const auto &output : graph.output())
    model.outputs.push_back(readValue(output));
  model.nodes.reserve(graph.node_size());
  unsigned ordinal = 0;
  for (auto &node : *graph.mutable_node())
    readNode(node, ordinal++, model);
  return model;
}

std::optional<Model> onnx_ir::readModel(StringRef path, const Limits &limits, FileErrors &errors) {
  auto buffer = readInputFile(path, limits);
  if (!buffer) {
    errors.emitFileError() << llvm::toString(buffer.takeError());
    return std::nullopt;
  }
  StringRef bytes = (*buffer)->getBuffer();
  if (bytes.empty()) {
    errors.emitFileError() << "requires a complete ONNX file, but got an empty one";
    return std::nullopt;
  }
  if (llvm::Error error = checkWireFormat(bytes)) {
    errors.emitFileError() << llvm::toString(std::move(error));
    return std::nullopt;
  }
  ::onnx::ModelProto proto;
  google::protobuf::io::ArrayInputStream array(bytes.data(), int(bytes.size()));
  google::protobuf::io::CodedInputStream coded(&array);
  coded.SetTotalBytesLimit(INT_MAX);
  coded.SetRecursionLimit(64);
  if (!proto.ParseFromCodedStream(&coded) || !coded.ConsumedEntireMessage()) {
    errors.emitFileError() << "requires messages of the ONNX schema, but got others";
    return std::nullopt;
  }
  buffer->reset();
  return Reader(path, limits, errors).read(proto);
}
