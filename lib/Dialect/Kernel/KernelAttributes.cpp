// Attributes of the kernel dialect: generated code, registration and the
// questions a contraction answers about itself.
#include "penjing/Dialect/Kernel/Kernel.h"

#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace penjing::kernel;

#define GET_ATTRDEF_CLASSES
#include "penjing/Dialect/Kernel/KernelAttributes.cpp.inc"

void KernelDialect::registerAttributes() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "penjing/Dialect/Kernel/KernelAttributes.cpp.inc"
      >();
}

DimAttr ContractionAttr::getVectorDim() const {
  return *llvm::find_if(getDims(), [](DimAttr dim) {
    return dim.getKind() == DimKind::Vector;
  });
}

int64_t ContractionAttr::getVectorCount() const {
  return llvm::divideCeil(getVectorDim().getSize(), getLanes());
}

int64_t ContractionAttr::getReductionSize() const {
  int64_t size = 1;
  for (DimAttr dim : getDims())
    if (dim.getKind() == DimKind::Reduction)
      size *= dim.getSize();
  return size;
}

int64_t ContractionAttr::getMultiplyAdds() const {
  int64_t count = 1;
  for (DimAttr dim : getDims())
    count *= dim.getSize();
  return count;
}

ContractionAttr ContractionAttr::withDims(ArrayRef<DimAttr> dims) const {
  return get(getContext(), dims, getA(), getB(), getAcc(), getLeaf(),
             getLanes(), getStorage(), getSparsity(), getExactTail());
}
