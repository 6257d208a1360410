// Reading and writing the values of parameters under the law of blobs.
//
// Values live in resource blobs that belong to the MLIRContext, not to the
// module. A published blob is never written: `setParameterBytes` replaces it,
// and the memory of the old one is freed at once. Each key belongs to one
// parameter, so a module cloned for another life is re-keyed first.
#ifndef PENJING_DIALECT_PENJING_PARAMETERVALUES_H
#define PENJING_DIALECT_PENJING_PARAMETERVALUES_H

#include "penjing/Dialect/Penjing/Penjing.h"

#include <vector>

namespace penjing {

/// Bytes an element takes in a blob: integers and booleans whole bytes, a
/// quantized element as many as its storage type.
unsigned getStorageBytes(mlir::Type elementType);

/// Bytes of a static tensor in a blob; nothing where the product overflows.
std::optional<uint64_t> getStorageBytes(mlir::RankedTensorType type);

/// The type with a quantized element type replaced by its storage type.
mlir::RankedTensorType getStorageType(mlir::RankedTensorType type);

/// The elements of a value, row-major. Refers to the blob where it can; an
/// inline splat or boolean value is expanded into memory of its own.
class ParameterBytes {
public:
  /// Nothing where the value is a resource that is not there.
  static std::optional<ParameterBytes> of(mlir::ElementsAttr value);
  /// Nothing where the parameter has no value.
  static std::optional<ParameterBytes> of(ParamOp param);

  llvm::ArrayRef<char> bytes() const { return owned.empty() ? view : llvm::ArrayRef<char>(owned); }

  /// The elements as T, which must have the element's size.
  template <typename T> llvm::ArrayRef<T> as() const {
    auto b = bytes();
    assert(reinterpret_cast<uintptr_t>(b.data()) % alignof(T) == 0 && b.size() % sizeof(T) == 0);
    return llvm::ArrayRef<T>(reinterpret_cast<const T *>(b.data()), b.size() / sizeof(T));
  }

private:
  llvm::ArrayRef<char> view;
  std::vector<char> owned;
};

/// Replaces the parameter's value by a copy of `bytes` (as many as the type
/// takes), frees the old blob and drops an initializer.
void setParameterBytes(ParamOp param, llvm::ArrayRef<char> bytes);

/// Gives every value of the module a blob of its own, so that changing it does
/// not reach the module it was cloned from.
void rekeyParameters(mlir::ModuleOp module);

/// Frees the parameter's blob and removes its value: it is about to be erased.
void releaseParameter(ParamOp param);

/// Frees the blobs of all parameters and removes their values. The module is
/// about to be erased.
void releaseParameters(mlir::ModuleOp module);

/// Names each blob after its parameter, for writing. Fails never; a name that
/// another module of the context holds gets a suffix.
void nameBlobsAfterParameters(mlir::ModuleOp module);

} // namespace penjing

#endif // PENJING_DIALECT_PENJING_PARAMETERVALUES_H
