// Element types of ONNX and the values of its tensors.
#include "OnnxModel.h"

#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/APFloat.h"

#include <cstring>

using namespace mlir;
using namespace penjing;
using namespace penjing::onnx_ir;

namespace {

struct TypeRow {
  int32_t type;
  StringLiteral name;
  unsigned bytes; ///< 0 where the type is not supported
};

constexpr TypeRow kTypes[] = {
    {Undefined, "undefined", 0}, {Float, "float", 4},         {UInt8, "uint8", 1},
    {Int8, "int8", 1},           {UInt16, "uint16", 2},       {Int16, "int16", 2},
    {Int32, "int32", 4},         {Int64, "int64", 8},         {DataType::String, "string", 0},
    {Bool, "bool", 1},           {Float16, "float16", 2},     {Double, "double", 8},
    {UInt32, "uint32", 4},       {UInt64, "uint64", 8},       {Complex64, "complex64", 0},
    {Complex128, "complex128", 0}, {BFloat16, "bfloat16", 2}, {17, "float8e4m3fn", 0},
    {18, "float8e4m3fnuz", 0},   {19, "float8e5m2", 0},       {20, "float8e5m2fnuz", 0},
    {UInt4, "uint4", 1},         {Int4, "int4", 1},           {23, "float4e2m1", 0}};

const TypeRow *rowOf(int32_t type) {
  const auto *row = llvm::find_if(kTypes, [&](const TypeRow &r) { return r.type == type; });
  return row == std::end(kTypes) ? nullptr : row;
}

template <typename T> T load(const std::string &bytes, uint64_t index) {
  T value;
  std::memcpy(&value, bytes.data() + index * sizeof(T), sizeof(T));
  return value;
}

double loadFloat(const llvm::fltSemantics &semantics, const std::string &bytes, uint64_t index) {
  APFloat value(semantics, APInt(16, load<uint16_t>(bytes, index)));
  bool inexact;
  value.convert(APFloat::IEEEdouble(), APFloat::rmNearestTiesToEven, &inexact);
  return value.convertToDouble();
}

} // namespace

std::string onnx_ir::dataTypeName(int32_t type) {
  const TypeRow *row = rowOf(type);
  return row ? row->name.str() : "data type " + std::to_string(type);
}

unsigned onnx_ir::elementBytes(int32_t type) {
  const TypeRow *row = rowOf(type);
  return row ? row->bytes : 0;
}

Type onnx_ir::elementType(MLIRContext *context, int32_t type) {
  auto unsignedType = [&](unsigned bits) {
    return IntegerType::get(context, bits, IntegerType::Unsigned);
  };
  switch (type) {
  case Float: return Float32Type::get(context);
  case Float16: return Float16Type::get(context);
  case BFloat16: return BFloat16Type::get(context);
  case Double: return Float64Type::get(context);
  case Bool: return IntegerType::get(context, 1);
  case Int8: return IntegerType::get(context, 8);
  case Int16: return IntegerType::get(context, 16);
  case Int32: return IntegerType::get(context, 32);
  case Int64: return IntegerType::get(context, 64);
  case UInt8: return unsignedType(8);
  case UInt16: return unsignedType(16);
  case UInt32: return unsignedType(32);
  case UInt64: return unsignedType(64);
  default: return Type();
  }
}

bool Tensor::isInteger() const {
  switch (type) {
  case Int4: case Int8: case Int16: case Int32: case Int64:
  case UInt4: case UInt8: case UInt16: case UInt32: case UInt64:
    return true;
  default:
    return false;
  }
}

int64_t Tensor::integerAt(uint64_t index) const {
  index = splat ? 0 : index;
  switch (type) {
  case Bool: case UInt4: case UInt8: return load<uint8_t>(bytes, index);
  case Int4: case Int8: return load<int8_t>(bytes, index);
  case UInt16: return load<uint16_t>(bytes, index);
  case Int16: return load<int16_t>(bytes, index);
  case UInt32: return load<uint32_t>(bytes, index);
  case Int32: return load<int32_t>(bytes, index);
  case UInt64: case Int64: return load<int64_t>(bytes, index);
  default: return int64_t(valueAt(index));
  }
}

double Tensor::valueAt(uint64_t index) const {
  index = splat ? 0 : index;
  switch (type) {
  case Float: return load<float>(bytes, index);
  case Double: return load<double>(bytes, index);
  case Float16: return loadFloat(APFloat::IEEEhalf(), bytes, index);
  case BFloat16: return loadFloat(APFloat::BFloat(), bytes, index);
  default: return double(integerAt(index));
  }
}
