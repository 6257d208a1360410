// Arrays: element kinds, shapes, storage, and the conversion between kinds
// (one element at a time through double).
#include "penjing/Support/Array.h"

#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/AlignOf.h"

#include <cmath>
#include <cstring>
#include <limits>
#include <new>

using namespace penjing;

unsigned penjing::byteWidth(ElementKind kind) {
  switch (kind) {
  case ElementKind::Bool:
  case ElementKind::I8:
  case ElementKind::U8:
    return 1;
  case ElementKind::I16:
  case ElementKind::U16:
  case ElementKind::F16:
  case ElementKind::BF16:
    return 2;
  case ElementKind::I32:
  case ElementKind::U32:
  case ElementKind::F32:
    return 4;
  case ElementKind::I64:
  case ElementKind::U64:
  case ElementKind::F64:
    return 8;
  }
  llvm_unreachable("unknown element kind");
}

llvm::StringRef penjing::elementName(ElementKind kind) {
  static constexpr llvm::StringLiteral names[] = {
      "bool", "i8",  "i16", "i32",  "i64", "u8", "u16",
      "u32",  "u64", "f16", "bf16", "f32", "f64"};
  return names[static_cast<unsigned>(kind)];
}

bool penjing::isFloat(ElementKind kind) { return kind >= ElementKind::F16; }

std::optional<uint64_t> penjing::elementCount(llvm::ArrayRef<int64_t> shape) {
  // Any zero makes the product zero, but an absurd rest is refused all the
  // same.
  uint64_t count = 1;
  bool empty = false;
  for (int64_t dim : shape) {
    if (dim < 0)
      return std::nullopt;
    if (dim == 0) {
      empty = true;
      continue;
    }
    if (count > uint64_t(std::numeric_limits<int64_t>::max()) / uint64_t(dim))
      return std::nullopt;
    count *= uint64_t(dim);
  }
  return empty ? 0 : count;
}

std::string penjing::shapeText(llvm::ArrayRef<int64_t> shape) {
  if (shape.empty())
    return "scalar";
  return llvm::join(
      llvm::map_range(shape,
                      [](int64_t d) {
                        // What MLIR's types hold for a dimension that varies.
                        return d == std::numeric_limits<int64_t>::min()
                                   ? std::string("?")
                                   : std::to_string(d);
                      }),
      "x");
}

Array::Array(ElementKind kind, llvm::ArrayRef<int64_t> shape)
    : elements(kind), dims(shape.begin(), shape.end()) {
  std::optional<uint64_t> n = elementCount(shape);
  assert(n && "the shape's size was not checked");
  count = *n;
  constexpr std::align_val_t alignment{64};
  size_t bytes = count * byteWidth(kind);
  void *memory = ::operator new(bytes ? bytes : 1, alignment);
  std::memset(memory, 0, bytes);
  storage = std::shared_ptr<void>(
      memory, [](void *p) { ::operator delete(p, alignment); });
}

Array::Array(ElementKind kind, llvm::ArrayRef<int64_t> shape,
             std::shared_ptr<void> owner)
    : elements(kind), dims(shape.begin(), shape.end()),
      count(elementCount(shape).value()), storage(std::move(owner)) {}

static double halfToDouble(uint16_t bits, const llvm::fltSemantics &semantics) {
  return llvm::APFloat(semantics, llvm::APInt(16, bits)).convertToDouble();
}

static uint16_t doubleToHalf(double value,
                             const llvm::fltSemantics &semantics) {
  llvm::APFloat f(value);
  bool loses;
  f.convert(semantics, llvm::APFloat::rmNearestTiesToEven, &loses);
  return uint16_t(f.bitcastToAPInt().getZExtValue());
}

double Array::valueAt(uint64_t i) const {
  switch (elements) {
  case ElementKind::Bool:
    return data<uint8_t>()[i] != 0;
  case ElementKind::I8:
    return data<int8_t>()[i];
  case ElementKind::I16:
    return data<int16_t>()[i];
  case ElementKind::I32:
    return data<int32_t>()[i];
  case ElementKind::I64:
    return double(data<int64_t>()[i]);
  case ElementKind::U8:
    return data<uint8_t>()[i];
  case ElementKind::U16:
    return data<uint16_t>()[i];
  case ElementKind::U32:
    return data<uint32_t>()[i];
  case ElementKind::U64:
    return double(data<uint64_t>()[i]);
  case ElementKind::F16:
    return halfToDouble(data<uint16_t>()[i], llvm::APFloat::IEEEhalf());
  case ElementKind::BF16:
    return halfToDouble(data<uint16_t>()[i], llvm::APFloat::BFloat());
  case ElementKind::F32:
    return data<float>()[i];
  case ElementKind::F64:
    return data<double>()[i];
  }
  llvm_unreachable("unknown element kind");
}

/// Round to nearest even, then clamp; not a number becomes 0.
template <typename T> static T toInteger(double value) {
  double rounded = std::nearbyint(value);
  if (!(rounded == rounded))
    return 0;
  // The limits of 64-bit types are not doubles: compare with the power of two
  // beyond.
  double beyond = std::ldexp(1.0, std::numeric_limits<T>::digits);
  if (rounded >= beyond)
    return std::numeric_limits<T>::max();
  if (rounded < double(std::numeric_limits<T>::min()))
    return std::numeric_limits<T>::min();
  return T(rounded);
}

template <typename T> static void fillIntegers(const Array &from, Array &to) {
  T *out = to.data<T>();
  for (uint64_t i = 0; i < from.size(); ++i)
    out[i] = toInteger<T>(from.valueAt(i));
}

Array Array::convertedTo(ElementKind kind) const {
  Array result(kind, dims);
  if (kind == elements) {
    if (byteSize())
      std::memcpy(result.bytes(), bytes(), byteSize());
    return result;
  }
  switch (kind) {
  case ElementKind::Bool:
    for (uint64_t i = 0; i < count; ++i)
      result.data<uint8_t>()[i] = valueAt(i) != 0;
    break;
  case ElementKind::I8:
    fillIntegers<int8_t>(*this, result);
    break;
  case ElementKind::I16:
    fillIntegers<int16_t>(*this, result);
    break;
  case ElementKind::I32:
    fillIntegers<int32_t>(*this, result);
    break;
  case ElementKind::I64:
    fillIntegers<int64_t>(*this, result);
    break;
  case ElementKind::U8:
    fillIntegers<uint8_t>(*this, result);
    break;
  case ElementKind::U16:
    fillIntegers<uint16_t>(*this, result);
    break;
  case ElementKind::U32:
    fillIntegers<uint32_t>(*this, result);
    break;
  case ElementKind::U64:
    fillIntegers<uint64_t>(*this, result);
    break;
  case ElementKind::F16:
  case ElementKind::BF16: {
    const llvm::fltSemantics &semantics = kind == ElementKind::F16
                                              ? llvm::APFloat::IEEEhalf()
                                              : llvm::APFloat::BFloat();
    for (uint64_t i = 0; i < count; ++i)
      result.data<uint16_t>()[i] = doubleToHalf(valueAt(i), semantics);
    break;
  }
  case ElementKind::F32:
    for (uint64_t i = 0; i < count; ++i)
      result.data<float>()[i] = float(valueAt(i));
    break;
  case ElementKind::F64:
    for (uint64_t i = 0; i < count; ++i)
      result.data<double>()[i] = valueAt(i);
    break;
  }
  return result;
}

const Array *penjing::findArray(llvm::ArrayRef<NamedArray> arrays,
                                llvm::StringRef name) {
  for (const NamedArray &named : arrays)
    if (named.name == name)
      return &named.array;
  return nullptr;
}
