// From the plain graph to the bytes of an ONNX file: the one source of this
// room that sees the message classes of the schema.
#include "OnnxGraph.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <onnx/onnx_pb.h>

using namespace penjing;
using namespace penjing::onnx_out;

int32_t onnx_out::dataType(mlir::Type type) {
  if (type.isF32())
    return Float;
  if (type.isF64())
    return Double;
  if (type.isF16())
    return Float16;
  if (type.isBF16())
    return BFloat16;
  auto integer = mlir::dyn_cast<mlir::IntegerType>(type);
  if (!integer)
    return 0;
  bool isUnsigned = integer.isUnsigned();
  switch (integer.getWidth()) {
  case 1: return isUnsigned ? 0 : Bool;
  case 8: return isUnsigned ? UInt8 : Int8;
  case 16: return isUnsigned ? UInt16 : Int16;
  case 32: return isUnsigned ? UInt32 : Int32;
  case 64: return isUnsigned ? UInt64 : Int64;
  default: return 0;
  }
}

static void write(const Tensor &tensor, ::onnx::TensorProto &proto) {
  proto.set_name(tensor.name);
  proto.set_data_type(tensor.type);
  for (int64_t dim : tensor.dims)
    proto.add_dims(dim);
  if (tensor.type != Int4 && tensor.type != UInt4) {
    proto.set_raw_data(tensor.bytes);
    return;
  }
  std::string packed((tensor.bytes.size() + 1) / 2, '\0');
  for (size_t i = 0; i < tensor.bytes.size(); ++i)
    packed[i / 2] |= (tensor.bytes[i] & 15) << (i % 2 * 4);
  proto.set_raw_data(packed);
}

static void write(const Attribute &attribute, ::onnx::AttributeProto &proto) {
  proto.set_name(attribute.name);
  if (auto *integer = std::get_if<int64_t>(&attribute.value)) {
    proto.set_type(::onnx::AttributeProto::INT);
    proto.set_i(*integer);
  } else if (auto *number = std::get_if<float>(&attribute.value)) {
    proto.set_type(::onnx::AttributeProto::FLOAT);
    proto.set_f(*number);
  } else if (auto *text = std::get_if<std::string>(&attribute.value)) {
    proto.set_type(::onnx::AttributeProto::STRING);
    proto.set_s(*text);
  } else if (auto *integers = std::get_if<llvm::SmallVector<int64_t>>(&attribute.value)) {
    proto.set_type(::onnx::AttributeProto::INTS);
    for (int64_t integer : *integers)
      proto.add_ints(integer);
  } else {
    proto.set_type(::onnx::AttributeProto::TENSOR);
    write(std::get<Tensor>(attribute.value), *proto.mutable_t());
  }
}

static void write(const ValueInfo &value, ::onnx::ValueInfoProto &proto) {
  proto.set_name(value.name);
  auto *tensor = proto.mutable_type()->mutable_tensor_type();
  tensor->set_elem_type(value.type);
  auto *shape = tensor->mutable_shape();
  for (const auto &dim : value.dims) {
    if (auto *size = std::get_if<int64_t>(&dim))
      shape->add_dim()->set_dim_value(*size);
    else
      shape->add_dim()->set_dim_param(std::get<std::string>(dim));
  }
}

llvm::Expected<std::string> onnx_out::serialize(const Graph &graph) {
  ::onnx::ModelProto model;
  // The version of the format that came with the operator set.
  model.set_ir_version(graph.opset >= 21 ? 10 : 8);
  model.set_producer_name("penjing");
  auto *set = model.add_opset_import();
  set->set_domain("");
  set->set_version(graph.opset);
  auto *proto = model.mutable_graph();
  proto->set_name("main");
  for (const ValueInfo &value : graph.inputs)
    write(value, *proto->add_input());
  for (const ValueInfo &value : graph.outputs)
    write(value, *proto->add_output());
  for (const Tensor &tensor : graph.initializers)
    write(tensor, *proto->add_initializer());
  for (const Node &node : graph.nodes) {
    auto *out = proto->add_node();
    out->set_name(node.name);
    out->set_op_type(node.op);
    for (const std::string &input : node.inputs)
      out->add_input(input);
    for (const std::string &output : node.outputs)
      out->add_output(output);
    for (const Attribute &attribute : node.attributes)
      write(attribute, *out->add_attribute());
  }
  constexpr size_t kLimit = (size_t(1) << 31) - 1;
  if (size_t size = model.ByteSizeLong(); size > kLimit)
    return llvm::createStringError("requires a model below 2 GiB to write an ONNX file, but got %zu bytes", size);
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    model.SerializeToCodedStream(&coded);
  }
  return bytes;
}
