// Chooses leaf and tiles of contractions from the target's facts.
#include "penjing/Transforms/Schedule/Passes.h"

#include "penjing/Analysis/Contractions.h"
#include "penjing/Analysis/ContractionViews.h"
#include "penjing/Analysis/Layers.h"
#include "penjing/Analysis/TargetedFunction.h"
#include "penjing/Analysis/UnstructuredContractions.h"
#include "penjing/Codegen/Tiling.h"

#define DEBUG_TYPE "pj-choose-kernels"

namespace penjing {
#define GEN_PASS_DEF_CHOOSEKERNELS
#include "penjing/Transforms/Schedule/Passes.h.inc"
} // namespace penjing

using namespace mlir;
using namespace penjing;
using kernel::ContractionAttr;

/// The contraction with another vector tile: the width of a block.
static ContractionAttr withVectorTile(ContractionAttr contraction, int64_t vectors) {
  SmallVector<kernel::DimAttr> dims(contraction.getDims());
  for (kernel::DimAttr &dim : dims)
    if (dim.getKind() == kernel::DimKind::Vector)
      dim = kernel::DimAttr::get(dim.getContext(), dim.getName(), dim.getKind(), dim.getSize(), vectors, dim.getStrides());
  return contraction.withDims(dims);
}

/// The target with vectors no longer than a run of so many points asks for.
static Target withShortVectors(Target target, int64_t points) {
  target.vectorBits = 32 * std::min<int64_t>(target.lanes(), llvm::PowerOf2Ceil(points));
  return target;
}

namespace {
struct ChooseKernels : penjing::impl::ChooseKernelsBase<ChooseKernels> {
  using ChooseKernelsBase::ChooseKernelsBase;

  /// The largest contraction of the op: phases of an adjoint differ in size by one.
  FailureOr<ContractionAttr> largest(Operation *op, const ContractionViews &views) {
    auto pieces = describeContraction(op, views);
    if (failed(pieces))
      return failure();
    ContractionAttr contraction;
    for (const ContractionPiece &piece : *pieces)
      if (!piece.isZero && (!contraction || piece.contraction.getMultiplyAdds() > contraction.getMultiplyAdds()))
        contraction = piece.contraction;
    return contraction ? contraction : pieces->front().contraction;
  }

  LogicalResult choose(Operation *op, const Target &description) {
    ContractionViews views = contractionViews(op, description);
    auto asked = op->getAttrOfType<KernelAttr>(KernelAttr::kName);
    WeightForm form = weightFormOf(op);
    ContractionAttr contraction;
    Target vectors = description;
    if (form == WeightForm::Unstructured) {
      auto piece = describeUnstructured(op, views);
      if (!piece)
        return op->emitError("requires a layout with consecutive points last for an unstructured weight; "
                             "run pj-assign-layouts behind pj-choose-weight-forms");
      contraction = piece->contraction;
      vectors = withShortVectors(description, contraction.getVectorDim().getSize());
    } else {
      auto found = largest(op, views);
      if (failed(found))
        return failure();
      contraction = *found;
    }
    StringRef leaf = chooseLeaf(description, contraction);
    if (leaf.empty())
      return op->emitError() << "requires element types that target '" << description.name
                             << "' multiplies, but got " << contraction.getA() << " and "
                             << contraction.getB();
    if (requireInt8 && views.packed && contraction.getAcc().isF32())
      return op->emitError() << "requires every layer on integers, but '" << layerName(op) << "' is computed in float";
    contraction = ContractionAttr::get(
        op->getContext(), contraction.getDims(), contraction.getA(), contraction.getB(),
        contraction.getAcc(), leaf, contraction.getLanes(), contraction.getStorage(),
        contraction.getSparsity(), contraction.getExactTail());
    if (form == WeightForm::Block) {
      int64_t width = asked.getLanes() * (asked.getTiles().empty() ? 1 : asked.getTiles().front());
      contraction = withVectorTile(withWeightForm(contraction, form), std::max<int64_t>(width / contraction.getLanes(), 1));
    }
    contraction = chooseTiles(contraction, vectors);
    SmallVector<int64_t> tiles;
    for (kernel::DimAttr dim : contraction.getDims())
      tiles.push_back(dim.getTile());
    StringRef reason = asked ? asked.getReason() : views.packed ? "no zeros to skip" : "no constant weight";
    op->setAttr(KernelAttr::kName,
                KernelAttr::get(op->getContext(), leaf, contraction.getLanes(), tiles, form, reason));
    return success();
  }

  void runOnOperation() override {
    auto entry = getScheduledFunction(getOperation(), target);
    if (failed(entry))
      return signalPassFailure();
    auto result = entry->function.walk([&](Operation *op) -> WalkResult {
      return isContraction(op) ? WalkResult(choose(op, entry->target)) : WalkResult::advance();
    });
    if (result.wasInterrupted())
      signalPassFailure();
  }
};
} // namespace
