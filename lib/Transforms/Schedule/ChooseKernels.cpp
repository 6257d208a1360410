// Chooses leaf, tiles and weight form of contractions from the target's facts.
#include "penjing/Transforms/Schedule/Passes.h"

#include "penjing/Analysis/Contractions.h"
#include "penjing/Analysis/ContractionViews.h"
#include "penjing/Analysis/TargetedFunction.h"
#include "penjing/Codegen/Packing.h"
#include "penjing/Codegen/Tiling.h"
#include "penjing/Dialect/Penjing/ParameterValues.h"
#include "penjing/Support/Locations.h"
#include "penjing/Support/Remark.h"

#define DEBUG_TYPE "pj-choose-kernels"

namespace penjing {
#define GEN_PASS_DEF_CHOOSEKERNELS
#include "penjing/Transforms/Schedule/Passes.h.inc"
} // namespace penjing

using namespace mlir;
using namespace penjing;
using kernel::ContractionAttr;

/// The bytes of a weight that is known while compiling.
static std::optional<ParameterBytes> knownBytes(Operation *op) {
  Value weight = operandB(op);
  if (isa<ConvWeightGradientOp>(op))
    return std::nullopt;
  Value root = viewOf(weight).root;
  if (!isKnownValue(root))
    return std::nullopt;
  if (auto constant = root.getDefiningOp<ConstantOp>())
    return ParameterBytes::of(constant.getValue());
  auto use = root.getDefiningOp<UseOp>();
  return ParameterBytes::of(SymbolTable::lookupNearestSymbolFrom<ParamOp>(use, use.getParamAttr()));
}

/// Whether the kernel can skip blocks: one weight for all points, vectors along
/// its outputs.
static bool mayBeSparse(ContractionAttr contraction) {
  if (contraction.getStorage() != kernel::Storage::Packed ||
      contraction.getVectorDim().getStrides()[ContractionAttr::A] != 0)
    return false;
  return llvm::all_of(contraction.getDims(), [](kernel::DimAttr dim) {
    return dim.getKind() != kernel::DimKind::Parallel || dim.getStrides()[ContractionAttr::B] == 0;
  });
}

namespace {
/// A block-sparse form of a contraction, and what it saves.
struct Candidate {
  ContractionAttr contraction;
  double zeros = -1; ///< percent of the blocks
  std::string block;
  bool anyZeros = false;
};
} // namespace

/// Blocks of one vector of outputs or two: the one that skips more products.
static Candidate bestBlocks(ContractionAttr contraction, ArrayRef<char> bytes, int64_t origin) {
  Candidate best;
  ContractionAttr sparse = withWeightForm(contraction, WeightForm::Block);
  for (int64_t vectors : {2, 1}) {
    if (vectors > contraction.getVectorCount())
      continue;
    SmallVector<kernel::DimAttr> dims(sparse.getDims());
    for (kernel::DimAttr &dim : dims)
      if (dim.getKind() == kernel::DimKind::Vector)
        dim = kernel::DimAttr::get(dim.getContext(), dim.getName(), dim.getKind(), dim.getSize(), vectors, dim.getStrides());
    ContractionAttr candidate = sparse.withDims(dims);
    auto packed = packWeight(candidate, bytes, origin);
    if (!packed) {
      llvm::consumeError(packed.takeError());
      continue;
    }
    double zeros = packed->total ? 100.0 * (packed->total - packed->stored) / packed->total : 0;
    best.anyZeros |= packed->stored < packed->total;
    // Wider blocks load less for the same products.
    if (zeros > best.zeros + (best.zeros < 0 ? 0 : 2)) {
      int64_t group = contraction.getAcc().isInteger(32) && contraction.getLeaf() == "vpdpbusd" ? 4 : 1;
      best.contraction = candidate;
      best.zeros = zeros;
      best.block = std::to_string(vectors * contraction.getLanes()) + "x" + std::to_string(group);
    }
  }
  return best;
}

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
    WeightForm form = WeightForm::Dense;
    std::string reason = "no constant weight";
    if (auto values = knownBytes(op); values && mayBeSparse(contraction)) {
      Candidate best = bestBlocks(contraction, values->bytes(), pieces->front().offsets[ContractionAttr::B]);
      double breakEven = 100 * (1 - description.sparse.block);
      reason = llvm::formatv("{0:f0} % zeros in blocks of {1}, break-even {2:f0} %", best.zeros, best.block, breakEven);
      std::string name = nodeName(op->getLoc());
      std::string layer = name.empty() ? op->getName().getStringRef().str() : name;
      if (best.zeros > breakEven) {
        form = WeightForm::Block;
        contraction = best.contraction;
        emitRemark(op, DEBUG_TYPE, RemarkKind::Passed, "runs '" + layer + "' sparse: " + reason);
      } else if (best.anyZeros) {
        emitRemark(op, DEBUG_TYPE, RemarkKind::Missed, "kept '" + layer + "' dense: " + reason);
      }
    }
    contraction = chooseTiles(contraction, description);
    SmallVector<int64_t> tiles;
    for (kernel::DimAttr dim : contraction.getDims())
      tiles.push_back(dim.getTile());
    op->setAttr(KernelAttr::kName,
                KernelAttr::get(op->getContext(), leaf, contraction.getLanes(), tiles,
                                form, reason));
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
