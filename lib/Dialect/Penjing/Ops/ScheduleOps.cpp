// Ops and attributes of the scheduled form: verifiers, and the arithmetic of
// placements.
#include "penjing/Dialect/Penjing/Penjing.h"

using namespace mlir;
using namespace penjing;

// relayout_c1 is checked by the trait SameOperandsAndResultType.

int64_t PlacementAttr::getOrigin() const {
  int64_t origin = 0;
  for (auto [low, stride] : llvm::zip(getLow(), getStrides()))
    origin += low * stride;
  return origin;
}

int64_t PlacementAttr::getExtent(ArrayRef<int64_t> shape) const {
  int64_t last = 0;
  for (auto [dim, size] : llvm::enumerate(shape)) {
    int64_t halo = hasHalo() ? getLow()[dim] + getHigh()[dim] : 0;
    last += (size + halo - 1) * getStrides()[dim];
  }
  return last + 1;
}

PlacementAttr PlacementAttr::withOffset(int64_t offset) const {
  return get(getContext(), getSpace(), offset, getStrides(), getLow(), getHigh(), getFill());
}

LogicalResult FusedOp::verify() {
  Block &block = getBody().front();
  auto yield = dyn_cast<YieldOp>(block.getTerminator());
  // fused_c3
  if (!yield || yield.getValue().getType() != getType())
    return emitOpError() << "requires a yielded value of type " << getType();
  for (auto [index, op] : llvm::enumerate(block.without_terminator())) {
    // fused_c1
    if (isa<ConvOp, MatmulOp>(op) && index != 0)
      return emitOpError() << "requires a contraction to be first, but got '" << op.getName()
                           << "' at place " << index;
    // fused_c2
    auto type = op.getNumResults() == 1 ? dyn_cast<RankedTensorType>(op.getResult(0).getType())
                                        : RankedTensorType();
    if (!type || type.getShape() != getType().getShape())
      return emitOpError() << "requires results of shape [" << getType().getShape()
                           << "] inside the region, but '" << op.getName() << "' has another";
  }
  return success();
}

LogicalResult penjing::verifyPlacements(Operation *op, Attribute attribute) {
  auto placements = dyn_cast<ArrayAttr>(attribute);
  if (!placements || placements.size() != op->getNumResults())
    return op->emitError() << "requires '" << PlacementAttr::kName << "' to hold "
                           << op->getNumResults() << " placements, but got " << attribute;
  for (auto [entry, result] : llvm::zip(placements, op->getResults())) {
    auto placement = dyn_cast<PlacementAttr>(entry);
    auto type = dyn_cast<RankedTensorType>(result.getType());
    if (!placement || !type)
      return op->emitError() << "requires placements of tensors, but got " << entry;
    if (placement.getSpace() == Space::Alias)
      continue;
    size_t rank = type.getRank();
    if (placement.getStrides().size() != rank)
      return op->emitError() << "requires a stride per dimension of " << type << ", but got ["
                             << placement.getStrides() << "]";
    bool halo = placement.hasHalo();
    if (halo && (placement.getLow().size() != rank || placement.getHigh().size() != rank))
      return op->emitError() << "requires a halo per dimension of " << type << ", but got ["
                             << placement.getLow() << "] and [" << placement.getHigh() << "]";
    if (halo && placement.getSpace() == Space::Result)
      return op->emitError() << "requires a halo to lie in the arena, but got " << placement;
  }
  return success();
}
