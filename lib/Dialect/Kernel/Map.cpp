// The verifier of pjk.map: dimensions, the body's
// signature and what it may hold.
#include "Verification.h"

using namespace mlir;
using namespace penjing::kernel;

LogicalResult MapOp::verify() {
  for (DimAttr dim : getDims().getAsRange<DimAttr>()) {
    // map_c1
    if (failed(verifyDim(*this, dim, getNumOperands())))
      return failure();
    if (dim.getKind() != DimKind::Parallel || dim.getTile() != 1)
      return emitOpError("requires parallel dimensions with tile 1, but '")
             << dim.getName() << "' is " << stringifyDimKind(dim.getKind())
             << " with tile " << dim.getTile();
    // map_c2
    if (dim.getSize() > 1 && dim.getStrides().back() == 0)
      return emitOpError("requires the output to depend on every dimension, "
                         "but its stride is 0 along '")
             << dim.getName() << "'";
  }
  // map_c5
  return verifyAlignments(*this, getAlignments(), getNumOperands());
}

LogicalResult MapOp::verifyRegions() {
  // map_c3
  SmallVector<Type> arguments(getInputs().size());
  if (failed(verifySignature(*this, getBody(), "body", arguments)))
    return failure();
  // map_c4
  return verifyBody(*this, getBody());
}
