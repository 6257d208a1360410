// What channels are worth and what they cost.
#ifndef PENJING_LIB_TRANSFORMS_PRUNE_CHANNELSCORES_H
#define PENJING_LIB_TRANSFORMS_PRUNE_CHANNELSCORES_H

#include "penjing/Analysis/Channels.h"

namespace penjing {

/// The squared L2 norm of each group: over the weights, masked ones as zero, of
/// all convolutions and matrix products that hold one of its channels, as
/// outputs or as inputs (Fang et al. 2023, DepGraph, section 3.3).
std::vector<double> channelScores(mlir::ModuleOp module, const ChannelAnalysis &analysis);

/// Multiply-adds of the network's contractions as a function of the groups gone.
class MultiplyAdds {
public:
  MultiplyAdds(mlir::func::FuncOp function, ChannelAnalysis &analysis);

  /// The count without the groups marked in `gone` (none where it is empty); a
  /// dynamic dimension counts as one.
  int64_t count(const std::vector<char> &gone) const;

private:
  struct Contraction {
    std::vector<unsigned> outputs, inputs;
    int64_t outputSize = 0, inputSize = 0; ///< where the groups are unknown
    int64_t perPair = 1; ///< multiply-adds per output and input channel
  };
  std::vector<Contraction> contractions;
};

/// Elements of the network's learned parameters (weights, biases, norms; masked
/// ones too) as a function of the groups gone.
class ParameterCount {
public:
  ParameterCount(mlir::ModuleOp module, const ChannelAnalysis &analysis);

  /// The count without the groups marked in `gone`.
  int64_t count(const std::vector<char> &gone) const;

private:
  struct Dimension {
    int64_t size = 0;
    std::vector<unsigned> groups; ///< of the indices that have one
  };
  std::vector<llvm::SmallVector<Dimension>> parameters;
};

} // namespace penjing

#endif // PENJING_LIB_TRANSFORMS_PRUNE_CHANNELSCORES_H
