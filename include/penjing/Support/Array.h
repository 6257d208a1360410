// A dense array in memory, row-major: what NPZ and safetensors files hold and
// what data sets and Python hand over.
#ifndef PENJING_SUPPORT_ARRAY_H
#define PENJING_SUPPORT_ARRAY_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <cassert>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace penjing {

enum class ElementKind : uint8_t {
  Bool,
  I8,
  I16,
  I32,
  I64,
  U8,
  U16,
  U32,
  U64,
  F16,
  BF16,
  F32,
  F64
};

/// Bytes of one element.
unsigned byteWidth(ElementKind kind);
/// The field's short name: `f32`, `u8`, `bool`.
llvm::StringRef elementName(ElementKind kind);
bool isFloat(ElementKind kind);

/// Number of elements of `shape`; nothing if a dimension is negative or the
/// product overflows 63 bits.
std::optional<uint64_t> elementCount(llvm::ArrayRef<int64_t> shape);

/// `shape` written as `2x3x4`; a scalar is `scalar`.
std::string shapeText(llvm::ArrayRef<int64_t> shape);

/// Bytes aligned to 64, zero at first. Copies share them, as NumPy's arrays do.
class Array {
public:
  Array() = default;
  /// A zero array. The caller has checked the size (`elementCount`, limits).
  Array(ElementKind kind, llvm::ArrayRef<int64_t> shape);
  /// A view of bytes somebody else keeps alive through `owner`.
  Array(ElementKind kind, llvm::ArrayRef<int64_t> shape,
        std::shared_ptr<void> owner);

  ElementKind kind() const { return elements; }
  llvm::ArrayRef<int64_t> shape() const { return dims; }
  int64_t rank() const { return dims.size(); }
  uint64_t size() const { return count; }
  uint64_t byteSize() const { return count * byteWidth(elements); }

  char *bytes() { return static_cast<char *>(storage.get()); }
  const char *bytes() const { return static_cast<const char *>(storage.get()); }
  template <typename T> T *data() {
    assert(sizeof(T) == byteWidth(elements) && "wrong element type");
    return static_cast<T *>(storage.get());
  }
  template <typename T> const T *data() const {
    assert(sizeof(T) == byteWidth(elements) && "wrong element type");
    return static_cast<const T *>(storage.get());
  }

  /// Element `index` (row-major) as a double, whatever the kind.
  double valueAt(uint64_t index) const;
  /// A deep copy, converted to `kind`: to nearest even between floats, clamped
  /// and rounded to nearest even into integers.
  Array convertedTo(ElementKind kind) const;

  template <typename T>
  static Array from(ElementKind kind, llvm::ArrayRef<int64_t> shape,
                    llvm::ArrayRef<T> values) {
    Array result(kind, shape);
    assert(values.size() == result.size() && "size and shape differ");
    std::copy(values.begin(), values.end(), result.data<T>());
    return result;
  }

private:
  ElementKind elements = ElementKind::F32;
  std::vector<int64_t> dims;
  uint64_t count = 0;
  std::shared_ptr<void> storage;
};

struct NamedArray {
  std::string name;
  Array array;
};

/// The array of that name, or null.
const Array *findArray(llvm::ArrayRef<NamedArray> arrays, llvm::StringRef name);

} // namespace penjing

#endif // PENJING_SUPPORT_ARRAY_H
