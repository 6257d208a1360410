// The interpreter's values: dense tensors in memory, row-major, any element type
// of the dialect.
#ifndef PENJING_REFERENCE_TENSOR_H
#define PENJING_REFERENCE_TENSOR_H

#include "penjing/Support/Array.h"

#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/SmallVector.h"

#include <memory>

namespace penjing {

/// A value of the interpreter. Copies share the bytes, as NumPy's arrays do.
/// Integers below a byte and booleans take a byte each; a quantized element is
/// held as its storage type.
class Tensor {
public:
  Tensor() = default;
  /// A tensor of zeros. The caller has checked the size.
  Tensor(mlir::Type elementType, llvm::ArrayRef<int64_t> shape);
  /// Refers to bytes that the caller keeps alive and nobody writes.
  static Tensor viewing(mlir::Type elementType, llvm::ArrayRef<int64_t> shape,
                        llvm::ArrayRef<char> bytes);
  /// A copy of `values`, whose type has the element's size.
  template <typename T>
  static Tensor from(mlir::Type elementType, llvm::ArrayRef<int64_t> shape,
                     llvm::ArrayRef<T> values) {
    Tensor result(elementType, shape);
    assert(int64_t(values.size()) == result.size() && "size and shape differ");
    std::copy(values.begin(), values.end(), result.data<T>());
    return result;
  }

  mlir::Type elementType() const { return element; }
  llvm::ArrayRef<int64_t> shape() const { return dims; }
  int64_t rank() const { return dims.size(); }
  int64_t dim(unsigned index) const { return dims[index]; }
  /// Number of elements.
  int64_t size() const { return count; }
  uint64_t byteSize() const { return uint64_t(count) * width; }
  /// Bytes of an element.
  unsigned elementBytes() const { return width; }
  mlir::RankedTensorType type() const { return mlir::RankedTensorType::get(dims, element); }
  explicit operator bool() const { return bool(element); }

  char *bytes() { return storage.get(); }
  const char *bytes() const { return storage.get(); }
  template <typename T> T *data() {
    assert(sizeof(T) == width && "wrong element type");
    return reinterpret_cast<T *>(storage.get());
  }
  template <typename T> const T *data() const {
    assert(sizeof(T) == width && "wrong element type");
    return reinterpret_cast<const T *>(storage.get());
  }

  /// Element `index` (row-major) as a number: the integer of a quantized one.
  double valueAt(int64_t index) const;
  /// Sets element `index` from a number, rounded to the element type.
  void setValue(int64_t index, double value);

  /// The same bytes under another shape of as many elements.
  Tensor reshaped(llvm::ArrayRef<int64_t> shape) const;
  /// The same bytes read as another element type of the same width.
  Tensor reinterpreted(mlir::Type elementType) const;
  /// The values converted to another float or integer type, rounded to nearest
  /// even; itself where the type is the same.
  Tensor converted(mlir::Type elementType) const;
  /// A deep copy.
  Tensor copy() const;

private:
  mlir::Type element;
  llvm::SmallVector<int64_t, 4> dims;
  int64_t count = 0;
  unsigned width = 0;
  std::shared_ptr<char> storage;
};

/// The kind of array that holds such elements (a quantized one as its integers);
/// nothing for widths that arrays do not know.
std::optional<ElementKind> getArrayKind(mlir::Type elementType);

/// The array as a tensor whose elements have `elementType`; an error where the
/// array's kind is another one. Shares nothing with the array.
llvm::Expected<Tensor> tensorFromArray(const Array &array, mlir::Type elementType);

/// The tensor as an array: what NPZ files hold.
Array arrayFromTensor(const Tensor &tensor);

} // namespace penjing

#endif // PENJING_REFERENCE_TENSOR_H
