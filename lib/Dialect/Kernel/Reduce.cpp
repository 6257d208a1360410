// The verifier of pjk.reduce: dimensions, combiner and the
// signatures of its two regions.
#include "Verification.h"

using namespace mlir;
using namespace penjing::kernel;

static bool combines(arith::AtomicRMWKind kind, Type type) {
  switch (kind) {
  case arith::AtomicRMWKind::addf:
  case arith::AtomicRMWKind::mulf:
  case arith::AtomicRMWKind::maximumf:
  case arith::AtomicRMWKind::minimumf:
    return isa<FloatType>(type);
  case arith::AtomicRMWKind::addi:
  case arith::AtomicRMWKind::muli:
  case arith::AtomicRMWKind::maxs:
  case arith::AtomicRMWKind::maxu:
  case arith::AtomicRMWKind::mins:
  case arith::AtomicRMWKind::minu:
    return isa<IntegerType>(type);
  default:
    return false;
  }
}

LogicalResult ReduceOp::verify() {
  // reduce_c7
  if (getInputs().empty())
    return emitOpError("requires at least one input");
  for (DimAttr dim : getDims().getAsRange<DimAttr>()) {
    // reduce_c1
    if (failed(verifyDim(*this, dim, getNumOperands())))
      return failure();
    if (dim.getKind() == DimKind::Vector || dim.getTile() != 1)
      return emitOpError(
                 "requires parallel and reduction dimensions with tile 1, but '")
             << dim.getName() << "' is " << stringifyDimKind(dim.getKind())
             << " with tile " << dim.getTile();
    // reduce_c2
    bool reduction = dim.getKind() == DimKind::Reduction;
    bool used = dim.getStrides().back() != 0;
    if ((reduction && used) || (!reduction && !used && dim.getSize() > 1))
      return emitOpError("requires the output to depend on the parallel "
                         "dimensions alone, but its stride along ")
             << stringifyDimKind(dim.getKind()) << " '" << dim.getName()
             << "' is " << dim.getStrides().back();
  }
  // reduce_c6
  return verifyAlignments(*this, getAlignments(), getNumOperands());
}

LogicalResult ReduceOp::verifyRegions() {
  // reduce_c3
  SmallVector<Type> arguments(getInputs().size());
  if (failed(verifySignature(*this, getElement(), "element", arguments)))
    return failure();
  Type element = getYieldedType(getElement());
  if (failed(verifySignature(*this, getFinal(), "final", element)))
    return failure();
  // reduce_c5
  if (!combines(getCombiner(), element))
    return emitOpError("requires a combiner of ")
           << element << " elements, but got "
           << arith::stringifyAtomicRMWKind(getCombiner());
  // reduce_c4
  if (failed(verifyBody(*this, getElement())))
    return failure();
  return verifyBody(*this, getFinal());
}
