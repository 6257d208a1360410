// Which packed weights have zeros that storage can leave out: blocks that the
// kernels skip whole, or single weights.
#include "SparseStorage.h"

#include "penjing/Dialect/Penjing/ParameterValues.h"

using namespace mlir;
using namespace penjing;

/// Shares from which on leaving zeros out saves bytes on any target: a block's
/// index is small beside the block, a single weight's is as large as the weight.
static constexpr double kLeastBlocks = 0.25, kLeastWeights = 0.6;

/// The stored numbers; only whether they are zero matters.
static std::optional<std::vector<float>> storedNumbers(ParamOp param) {
  if (auto values = floatValues(param))
    return values;
  auto bytes = ParameterBytes::of(param);
  if (!bytes || getStorageBytes(param.getTensorType().getElementType()) != 1)
    return std::nullopt;
  return std::vector<float>(bytes->bytes().begin(), bytes->bytes().end());
}

StringRef penjing::markSparsity(const Layer &layer) {
  auto numbers = storedNumbers(layer.param());
  if (!numbers || layer.isDepthwise())
    return "";
  bool integers = isQuantized(layer.param().getTensorType());
  ZeroShare share = countZeros(layer, {16, integers ? 4 : 1}, *numbers);
  StringRef pattern = share.blocks >= kLeastBlocks ? (integers ? "block16x4" : "block16x1")
                      : share.weights >= kLeastWeights ? "unstructured"
                                                       : "";
  if (pattern.empty())
    return pattern;
  Builder builder(layer.op->getContext());
  layer.op->setAttr("pj.sparsity", builder.getStringAttr(pattern));
  layer.op->setAttr("pj.sparsity_blocks", builder.getF64FloatAttr(share.blocks));
  layer.op->setAttr("pj.sparsity_weights", builder.getF64FloatAttr(share.weights));
  return pattern;
}
