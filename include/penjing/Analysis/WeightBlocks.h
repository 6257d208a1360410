// Blocks of a weight: a consecutive output channels x b consecutive input
// channels at one tap, aligned at multiples of a and b.
#ifndef PENJING_ANALYSIS_WEIGHTBLOCKS_H
#define PENJING_ANALYSIS_WEIGHTBLOCKS_H

#include "penjing/Analysis/Layers.h"

#include "llvm/Support/Error.h"

namespace penjing {

struct BlockShape {
  int64_t outputs = 1, inputs = 1;
  std::string str() const;
};

/// The shape from a text such as `16x4`; both sides between 1 and 256.
llvm::Expected<BlockShape> parseBlockShape(llvm::StringRef option, llvm::StringRef text);

/// The blocks of one layer's weight. A last partial block is smaller: the zeros
/// that pad it in storage count in no statistic.
class WeightBlocks {
public:
  WeightBlocks(const Layer &layer, BlockShape shape);

  int64_t count() const { return outputBlocks * inputBlocks * layer.taps; }
  /// Positions in the parameter's bytes of the weights that block `index` has.
  void elements(int64_t index, llvm::SmallVectorImpl<int64_t> &positions) const;
  /// Root mean square of the block's weights.
  double score(int64_t index, llvm::ArrayRef<float> weights) const;

private:
  Layer layer;
  BlockShape shape;
  int64_t outputBlocks, inputBlocks;
};

/// Shares of a weight that are zero, from 0 to 1.
struct ZeroShare {
  double weights = 0, blocks = 0;
};
ZeroShare countZeros(const Layer &layer, BlockShape shape, llvm::ArrayRef<float> weights);

} // namespace penjing

#endif // PENJING_ANALYSIS_WEIGHTBLOCKS_H
