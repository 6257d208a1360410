// Reading and writing the values of parameters under the law of blobs.
#include "penjing/Dialect/Penjing/ParameterValues.h"

#include "mlir/IR/BuiltinDialect.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "llvm/Support/CheckedArithmetic.h"

using namespace mlir;
using namespace penjing;

unsigned penjing::getStorageBytes(Type elementType) {
  if (auto quantized = dyn_cast<quant::QuantizedType>(elementType))
    elementType = quantized.getStorageType();
  if (elementType.isIndex())
    return 8;
  return (elementType.getIntOrFloatBitWidth() + 7) / 8;
}

std::optional<uint64_t> penjing::getStorageBytes(RankedTensorType type) {
  std::optional<uint64_t> bytes = getStorageBytes(type.getElementType());
  for (int64_t extent : type.getShape()) {
    bytes = llvm::checkedMulUnsigned<uint64_t>(*bytes, extent);
    if (!bytes)
      return std::nullopt;
  }
  return bytes;
}

RankedTensorType penjing::getStorageType(RankedTensorType type) {
  if (auto quantized = dyn_cast<quant::QuantizedType>(type.getElementType()))
    return type.clone(quantized.getStorageType());
  return type;
}

std::optional<ParameterBytes> ParameterBytes::of(ElementsAttr value) {
  ParameterBytes result;
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(value)) {
    AsmResourceBlob *blob = resource.getRawHandle().getBlob();
    if (!blob)
      return std::nullopt;
    result.view = blob->getData();
    return result;
  }
  auto dense = dyn_cast<DenseElementsAttr>(value);
  if (!dense)
    return std::nullopt;
  auto type = cast<RankedTensorType>(dense.getType());
  if (type.getElementType().isInteger(1)) {
    for (bool element : dense.getValues<bool>())
      result.owned.push_back(element);
    return result;
  }
  if (!dense.isSplat()) {
    result.view = dense.getRawData();
    return result;
  }
  auto element = dense.getRawData();
  result.owned.reserve(element.size() * type.getNumElements());
  for (int64_t i = 0, e = type.getNumElements(); i < e; ++i)
    llvm::append_range(result.owned, element);
  return result;
}

std::optional<ParameterBytes> ParameterBytes::of(ParamOp param) {
  auto value = param.getValueAttr();
  return value ? of(value) : std::nullopt;
}

/// Blobs are aligned for any vector load.
static constexpr size_t kBlobAlignment = 64;

static DialectResourceBlobManager &getManager(MLIRContext *context) {
  return DenseResourceElementsHandle::getManagerInterface(context).getBlobManager();
}

static AsmResourceBlob copyToBlob(ArrayRef<char> bytes) {
  return HeapAsmResourceBlob::allocateAndCopyWithAlign(bytes, kBlobAlignment,
                                                       /*dataIsMutable=*/false);
}

/// Frees the memory of the value's blob. Its key stays, with an empty blob: the
/// mark of a key that `insertBlob` may give to another value.
static void freeBlob(ElementsAttr value) {
  if (auto resource = dyn_cast_or_null<DenseResourceElementsAttr>(value))
    getManager(value.getContext()).update(resource.getRawHandle().getKey(), AsmResourceBlob());
}

/// A handle to a new blob called `name`, or `name_1`, `name_2`, … where that is
/// taken. Keys that were freed are used again: the manager never forgets one.
static DenseResourceElementsHandle insertBlob(MLIRContext *context, StringRef name,
                                              ArrayRef<char> bytes) {
  auto &interface = DenseResourceElementsHandle::getManagerInterface(context);
  DialectResourceBlobManager &manager = interface.getBlobManager();
  std::string key = name.str();
  for (unsigned suffix = 1;; ++suffix) {
    auto *entry = manager.lookup(key);
    if (!entry)
      return interface.insert(key, copyToBlob(bytes));
    if (entry->getBlob() && entry->getBlob()->getData().empty()) {
      manager.update(key, copyToBlob(bytes));
      return DenseResourceElementsHandle(entry, cast<BuiltinDialect>(interface.getDialect()));
    }
    key = (name + "_" + Twine(suffix)).str();
  }
}

static void insertBlob(ParamOp param, ArrayRef<char> bytes) {
  auto handle = insertBlob(param.getContext(), param.getSymName(), bytes);
  param.setValueAttr(DenseResourceElementsAttr::get(getStorageType(param.getTensorType()), handle));
}

void penjing::setParameterBytes(ParamOp param, ArrayRef<char> bytes) {
  assert(getStorageBytes(param.getTensorType()) == bytes.size() && "value of another size");
  param.removeInitAttr();
  auto resource = dyn_cast_or_null<DenseResourceElementsAttr>(param.getValueAttr());
  if (resource && resource.getType() == getStorageType(param.getTensorType())) {
    // The key is this parameter's own: a new blob under it leaves nothing behind.
    getManager(param.getContext())
        .update(resource.getRawHandle().getKey(), copyToBlob(bytes));
    return;
  }
  freeBlob(param.getValueAttr());
  insertBlob(param, bytes);
}

void penjing::rekeyParameters(ModuleOp module) {
  for (auto param : module.getOps<ParamOp>())
    if (isa_and_nonnull<DenseResourceElementsAttr>(param.getValueAttr()))
      if (auto value = ParameterBytes::of(param))
        insertBlob(param, value->bytes());
}

void penjing::releaseParameter(ParamOp param) {
  freeBlob(param.getValueAttr());
  param.removeValueAttr();
}

void penjing::releaseParameters(ModuleOp module) {
  for (auto param : module.getOps<ParamOp>())
    releaseParameter(param);
}

void penjing::nameBlobsAfterParameters(ModuleOp module) {
  for (auto param : module.getOps<ParamOp>()) {
    auto resource = dyn_cast_or_null<DenseResourceElementsAttr>(param.getValueAttr());
    if (!resource || resource.getRawHandle().getKey() == param.getSymName())
      continue;
    auto value = ParameterBytes::of(param);
    if (!value)
      continue;
    insertBlob(param, value->bytes());
    freeBlob(resource);
  }
}
