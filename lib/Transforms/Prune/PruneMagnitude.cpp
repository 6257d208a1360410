// Masks the weights of least magnitude, single or in blocks, by a threshold or
// by a share of zeros, layer by layer or over the whole network.
#include "penjing/Transforms/Prune/Passes.h"

#include "Masks.h"

#include "penjing/Analysis/WeightBlocks.h"
#include "penjing/Dialect/Penjing/Forms.h"
#include "penjing/Support/CheckedOptions.h"
#include "penjing/Support/NumericOption.h"
#include "penjing/Support/Remark.h"

#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/Support/FormatVariadic.h"

#define DEBUG_TYPE "pj-prune-magnitude"

namespace penjing {
#define GEN_PASS_DEF_PRUNEMAGNITUDE
#include "penjing/Transforms/Prune/Passes.h.inc"
} // namespace penjing

using namespace mlir;
using namespace penjing;

namespace {

/// A layer's blocks while it is decided which of them go.
struct Candidate {
  Layer layer;
  WeightBlocks blocks;
  std::vector<char> kept;
  std::vector<double> scores;
  double scale = 1; ///< what global ranking divides a score by

  double largest() const { return *std::max_element(scores.begin(), scores.end()); }
  int64_t zeros() const { return llvm::count(kept, 0); }
};

/// A block of a candidate, with the score it is ranked by.
struct RankedBlock {
  double score;
  size_t candidate;
  int64_t block;

  /// Equal scores: the earlier layer and block first.
  bool operator<(const RankedBlock &other) const {
    return std::tie(score, candidate, block) <
           std::tie(other.score, other.candidate, other.block);
  }
};

struct PruneMagnitude : public penjing::impl::PruneMagnitudeBase<PruneMagnitude>, CheckedOptions {
  using PruneMagnitudeBase::PruneMagnitudeBase;

  void runOnOperation() override {
    if (failed(requireForm(getOperation(), {Form::Float, Form::Decided})) ||
        failed(readOptions()) || failed(collectCandidates()))
      return signalPassFailure();
    if (byAlpha)
      pruneBelowThreshold();
    else
      pruneToShare();
    writeMasks();
  }

  llvm::Error checkOptions() override {
    if (alpha.empty() == sparsity.empty())
      return llvm::createStringError(Twine("requires one of the options \"alpha\" and \"sparsity\", but got ") +
                                     (alpha.empty() ? "none" : "both"));
    byAlpha = !alpha.empty();
    auto number = byAlpha ? parseNumericOption("alpha", alpha, {0, 1})
                          : parseNumericOption("sparsity", sparsity, {0, 1});
    if (!number)
      return number.takeError();
    share = *number;
    if (scope != "layer" && scope != "global")
      return llvm::createStringError("requires option \"scope\" to be layer or global, but got \"" + scope + "\"");
    isGlobal = scope == "global";
    auto shape = parseBlockShape("block", block);
    if (!shape)
      return shape.takeError();
    blockShape = *shape;
    return llvm::Error::success();
  }

private:
  LogicalResult readOptions() {
    if (llvm::Error error = checkOptions())
      return getOperation().emitError() << llvm::toString(std::move(error));
    return success();
  }

  LogicalResult collectCandidates() {
    NodeNames skipped(skip), named(only);
    llvm::SmallPtrSet<Operation *, 16> seen;
    for (const Layer &layer : getLayers(getOperation())) {
      if (!only.empty() && !named.contains(layer.op))
        continue;
      if (skipped.contains(layer.op)) {
        emitRemark(layer.op, getArgument(), RemarkKind::Missed,
                   "kept " + layerName(layer.op) + " dense, as asked");
        continue;
      }
      if (!seen.insert(layer.weight.param).second)
        continue;
      auto weights = maskedWeights(layer);
      auto kept = keptWeights(layer);
      if (!weights || !kept)
        return layer.op->emitError()
               << "requires float32 weights with values to prune, but got @"
               << layer.param().getSymName() << " of type " << ParamOp(layer.weight.param).getType();
      if (llvm::any_of(*weights, [](float w) { return !std::isfinite(w); }))
        return layer.op->emitError() << "requires finite weights to prune, but got others in @"
                                     << layer.param().getSymName();
      if (weights->empty())
        continue;
      Candidate candidate{layer, WeightBlocks(layer, blockShape), std::move(*kept), {}, 1};
      for (int64_t b = 0, e = candidate.blocks.count(); b < e; ++b)
        candidate.scores.push_back(candidate.blocks.score(b, *weights));
      if (isGlobal)
        candidate.scale = channelScale(layer, *weights);
      candidates.push_back(std::move(candidate));
    }
    if (failed(named.requireAllMet(getOperation(), "layers")))
      return failure();
    return skipped.requireAllMet(getOperation(), "skip");
  }

  /// Root mean square over output channels of a channel's L2 norm; 1 for zeros.
  static double channelScale(const Layer &layer, ArrayRef<float> weights) {
    double squares = 0;
    for (float w : weights)
      squares += double(w) * w;
    return squares > 0 ? std::sqrt(squares / double(layer.outputs)) : 1;
  }

  void drop(Candidate &candidate, int64_t block) {
    SmallVector<int64_t> positions;
    candidate.blocks.elements(block, positions);
    for (int64_t position : positions)
      candidate.kept[position] = 0;
  }

  void pruneBelowThreshold() {
    double largest = 0;
    for (const Candidate &candidate : candidates)
      largest = std::max(largest, candidate.largest() / candidate.scale);
    for (Candidate &candidate : candidates) {
      double own = candidate.largest();
      double threshold = isGlobal ? share * largest * candidate.scale : share * own;
      for (auto [block, score] : llvm::enumerate(candidate.scores))
        if (score < threshold && score < own)
          drop(candidate, block);
    }
  }

  /// Drops the lowest blocks of the candidates [first, last) until `share` of
  /// their weights are zero.
  void pruneToShare(size_t first, size_t last) {
    std::vector<RankedBlock> ranking;
    int64_t weights = 0, zeros = 0;
    for (size_t c = first; c < last; ++c) {
      Candidate &candidate = candidates[c];
      weights += candidate.layer.size();
      zeros += candidate.zeros();
      int64_t best = std::max_element(candidate.scores.begin(), candidate.scores.end()) -
                     candidate.scores.begin();
      for (auto [block, score] : llvm::enumerate(candidate.scores))
        if (int64_t(block) != best)
          ranking.push_back({score / candidate.scale, c, int64_t(block)});
    }
    llvm::sort(ranking);
    SmallVector<int64_t> positions;
    for (const RankedBlock &ranked : ranking) {
      if (double(zeros) >= share * double(weights))
        break;
      Candidate &candidate = candidates[ranked.candidate];
      candidate.blocks.elements(ranked.block, positions);
      for (int64_t position : positions)
        zeros += candidate.kept[position];
      drop(candidate, ranked.block);
    }
  }

  void pruneToShare() {
    if (isGlobal)
      return pruneToShare(0, candidates.size());
    for (size_t c = 0; c < candidates.size(); ++c)
      pruneToShare(c, c + 1);
  }

  void writeMasks() {
    for (const Candidate &candidate : candidates) {
      Operation *op = candidate.layer.op;
      int64_t zeros = candidate.zeros(), size = candidate.layer.size();
      if (zeros == 0) {
        emitRemark(op, getArgument(), RemarkKind::Missed,
                   llvm::formatv("kept {0} dense: no block of {1} is below the threshold",
                                 layerName(op), blockShape.str())
                       .str());
        continue;
      }
      ++layers;
      this->zeros += zeros;
      writeMask(candidate.layer, candidate.kept);
      emitRemark(op, getArgument(), RemarkKind::Passed,
                 llvm::formatv("pruned {0:f1} % of {1}", 100.0 * double(zeros) / double(size),
                               layerName(op))
                     .str(),
                 {{"zeros", zeros}, {"weights", size}, {"block", blockShape.str()}});
      setForm(getOperation(), Form::Decided);
    }
  }

  bool byAlpha = false, isGlobal = false;
  double share = 0;
  BlockShape blockShape;
  std::vector<Candidate> candidates;
};

} // namespace
