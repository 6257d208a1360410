// The interpreter's values: storage, conversion, and the way to arrays and back.
#include "Elements.h"

#include "penjing/Dialect/Penjing/ParameterValues.h"

#include "llvm/ADT/APFloat.h"
#include "llvm/Support/MathExtras.h"

#include <cstdlib>
#include <cstring>

using namespace mlir;
using namespace penjing;
using namespace penjing::reference;

bool reference::isUnsigned(Type elementType) {
  if (auto quantized = dyn_cast<quant::QuantizedType>(elementType))
    return !quantized.isSigned();
  return elementType.isInteger(1) || elementType.isUnsignedInteger();
}

Strides reference::rowMajor(ArrayRef<int64_t> shape) {
  Strides strides(shape.size(), 1);
  for (size_t i = shape.size(); i-- > 1;)
    strides[i - 1] = strides[i] * shape[i];
  return strides;
}

Strides reference::broadcastStrides(ArrayRef<int64_t> from, ArrayRef<int64_t> to) {
  Strides dense = rowMajor(from), strides(to.size(), 0);
  for (size_t i = 0, lead = to.size() - from.size(); i < from.size(); ++i)
    if (from[i] != 1)
      strides[lead + i] = dense[i];
  return strides;
}

Tensor::Tensor(Type elementType, ArrayRef<int64_t> shape) : element(elementType), dims(shape) {
  count = 1;
  for (int64_t extent : shape)
    count *= extent;
  width = getStorageBytes(elementType);
  // A scalar read of an empty tensor must not be past the end of the memory.
  size_t size = std::max<uint64_t>(byteSize(), width);
  auto *memory = static_cast<char *>(std::aligned_alloc(64, llvm::alignTo(size, 64)));
  if (!memory)
    llvm::report_bad_alloc_error("tensor of the interpreter");
  std::memset(memory, 0, size);
  storage = std::shared_ptr<char>(memory, std::free);
}

Tensor Tensor::viewing(Type elementType, ArrayRef<int64_t> shape, ArrayRef<char> bytes) {
  Tensor result;
  result.element = elementType;
  result.dims.assign(shape.begin(), shape.end());
  result.count = 1;
  for (int64_t extent : shape)
    result.count *= extent;
  result.width = getStorageBytes(elementType);
  assert(result.byteSize() == bytes.size() && "size and shape differ");
  result.storage = std::shared_ptr<char>(const_cast<char *>(bytes.data()), [](char *) {});
  return result;
}

static const llvm::fltSemantics &getSemantics(Type elementType) {
  return cast<FloatType>(elementType).getFloatSemantics();
}

double Tensor::valueAt(int64_t index) const {
  if (isa<FloatType>(element) && width == 2) {
    llvm::APFloat value(getSemantics(element), llvm::APInt(16, data<uint16_t>()[index]));
    return value.convertToDouble();
  }
  double value = 0;
  withElement(*this, [&](auto type) { value = double(data<decltype(type)>()[index]); });
  return value;
}

void Tensor::setValue(int64_t index, double value) {
  if (isa<FloatType>(element) && width == 2) {
    llvm::APFloat narrow(value);
    bool inexact;
    narrow.convert(getSemantics(element), llvm::APFloat::rmNearestTiesToEven, &inexact);
    data<uint16_t>()[index] = narrow.bitcastToAPInt().getZExtValue();
    return;
  }
  withElement(*this, [&](auto type) { data<decltype(type)>()[index] = decltype(type)(value); });
}

Tensor Tensor::reshaped(ArrayRef<int64_t> shape) const {
  Tensor result = *this;
  result.dims.assign(shape.begin(), shape.end());
  return result;
}

Tensor Tensor::reinterpreted(Type elementType) const {
  assert(getStorageBytes(elementType) == width && "element of another width");
  Tensor result = *this;
  result.element = elementType;
  return result;
}

Tensor Tensor::converted(Type elementType) const {
  if (elementType == element)
    return *this;
  Tensor result(elementType, dims);
  for (int64_t i = 0; i < count; ++i)
    result.setValue(i, valueAt(i));
  return result;
}

Tensor Tensor::copy() const {
  Tensor result(element, dims);
  std::memcpy(result.bytes(), bytes(), byteSize());
  return result;
}

std::optional<ElementKind> penjing::getArrayKind(Type type) {
  if (type.isInteger(1))
    return ElementKind::Bool;
  if (type.isF16())
    return ElementKind::F16;
  if (type.isBF16())
    return ElementKind::BF16;
  if (type.isF32())
    return ElementKind::F32;
  if (type.isF64())
    return ElementKind::F64;
  if (!isa<IntegerType, quant::QuantizedType>(type))
    return std::nullopt;
  bool plain = isUnsigned(type);
  switch (getStorageBytes(type)) {
  case 1: return plain ? ElementKind::U8 : ElementKind::I8;
  case 2: return plain ? ElementKind::U16 : ElementKind::I16;
  case 4: return plain ? ElementKind::U32 : ElementKind::I32;
  case 8: return plain ? ElementKind::U64 : ElementKind::I64;
  default: return std::nullopt;
  }
}

llvm::Expected<Tensor> penjing::tensorFromArray(const Array &array, Type elementType) {
  auto kind = getArrayKind(elementType);
  if (!kind || *kind != array.kind())
    return llvm::createStringError(std::errc::invalid_argument,
                                   "requires elements of %s, but got %s",
                                   kind ? elementName(*kind).str().c_str() : "a known type",
                                   elementName(array.kind()).str().c_str());
  Tensor result(elementType, array.shape());
  std::memcpy(result.bytes(), array.bytes(), array.byteSize());
  return result;
}

Array penjing::arrayFromTensor(const Tensor &tensor) {
  Array array(*getArrayKind(tensor.elementType()), tensor.shape());
  std::memcpy(array.bytes(), tensor.bytes(), tensor.byteSize());
  return array;
}
