// Chooses leaf, tiles and weight form of contractions from the target's facts.
#include "penjing/Transforms/Schedule/Passes.h"

#include "penjing/Analysis/Contractions.h"
#include "penjing/Analysis/ContractionViews.h"
#include "penjing/Codegen/Tiling.h"
#include "penjing/Dialect/Penjing/Forms.h"

#define DEBUG_TYPE "pj-choose-kernels"

namespace penjing {
#define GEN_PASS_DEF_CHOOSEKERNELS
#include "penjing/Transforms/Schedule/Passes.h.inc"
} // namespace penjing

using namespace mlir;
using namespace penjing;
using kernel::ContractionAttr;

namespace {
struct ChooseKernels : penjing::impl::ChooseKernelsBase<ChooseKernels> {
  using ChooseKernelsBase::ChooseKernelsBase;

  LogicalResult choose(Operation *op, const Target &description) {
    auto pieces = describeContraction(op, contractionViews(op, description));
    if (failed(pieces))
      return failure();
    // Phases of an adjoint differ in size by one: the largest decides for all.
    ContractionAttr contraction;
    for (const ContractionPiece &piece : *pieces)
      if (!piece.isZero && (!contraction || piece.contraction.getMultiplyAdds() >
                                                contraction.getMultiplyAdds()))
        contraction = piece.contraction;
    if (!contraction)
      contraction = pieces->front().contraction;
    StringRef leaf = chooseLeaf(description, contraction.getA(), contraction.getB(),
                                contraction.getAcc());
    // Vectors along A as well (depthwise) have no groups of inputs to multiply.
    if (contraction.getVectorDim().getStrides()[ContractionAttr::A] != 0 &&
        contraction.getAcc().isInteger(32))
      leaf = "portable";
    if (leaf.empty())
      return op->emitError() << "requires element types that target '" << description.name
                             << "' multiplies, but got " << contraction.getA() << " and "
                             << contraction.getB();
    contraction = ContractionAttr::get(
        op->getContext(), contraction.getDims(), contraction.getA(), contraction.getB(),
        contraction.getAcc(), leaf, contraction.getLanes(), contraction.getStorage(),
        contraction.getSparsity(), contraction.getExactTail());
    contraction = chooseTiles(contraction, description);
    SmallVector<int64_t> tiles;
    for (kernel::DimAttr dim : contraction.getDims())
      tiles.push_back(dim.getTile());
    op->setAttr(KernelAttr::kName,
                KernelAttr::get(op->getContext(), leaf, contraction.getLanes(), tiles,
                                WeightForm::Dense, "no zeros to skip"));
    return success();
  }

  void runOnOperation() override {
    if (failed(requireForm(getOperation(), {Form::Scheduled}, "run pj-fuse first")))
      return signalPassFailure();
    auto function = getEntryFunction(getOperation());
    llvm::Expected<Target> description = findTarget(target);
    if (!description) {
      getOperation().emitError(llvm::toString(description.takeError()));
      return signalPassFailure();
    }
    if (failed(function))
      return signalPassFailure();
    auto result = function->walk([&](Operation *op) -> WalkResult {
      return isContraction(op) ? WalkResult(choose(op, *description)) : WalkResult::advance();
    });
    if (result.wasInterrupted())
      signalPassFailure();
  }
};
} // namespace
