// Channel analysis: which channels of a network live and die together, through
// residual adds, concatenations, depthwise convolutions and flattening.
#ifndef PENJING_ANALYSIS_CHANNELS_H
#define PENJING_ANALYSIS_CHANNELS_H

#include "penjing/Dialect/Penjing/Penjing.h"

#include "llvm/ADT/DenseMap.h"

#include <string>
#include <vector>

namespace mlir {
class DialectRegistry;
} // namespace mlir

namespace penjing {

/// A relation over single indices of dimensions: (value or parameter, dimension,
/// index). What is tied goes together; what is pinned stays. Dynamic dimensions
/// take no part.
class ChannelTies {
public:
  /// Something with dimensions: a value or a parameter.
  using Tensor = llvm::PointerUnion<mlir::Value, mlir::Operation *>;

  /// Ties index i of one dimension to index i of another of the same size.
  void tie(Tensor a, unsigned dimA, Tensor b, unsigned dimB);
  void tie(Tensor a, unsigned dimA, int64_t indexA, Tensor b, unsigned dimB, int64_t indexB);
  /// Ties every dimension of two tensors of one shape.
  void tieAll(Tensor a, Tensor b);
  /// Pins a dimension, or all of them; the first reason is kept.
  void pin(Tensor tensor, unsigned dim, llvm::StringRef reason);
  void pin(Tensor tensor, llvm::StringRef reason);
  void pin(Tensor tensor, unsigned dim, int64_t index, llvm::StringRef reason);

  static mlir::RankedTensorType typeOf(Tensor tensor);

private:
  friend class ChannelAnalysis;
  int64_t node(Tensor tensor, unsigned dim, int64_t index);
  int64_t find(int64_t node);

  llvm::DenseMap<std::pair<void *, unsigned>, int64_t> bases;
  std::vector<int64_t> parents;
  llvm::DenseMap<int64_t, std::string> pins; ///< by representative
};

/// One index of one dimension of a parameter.
struct ChannelMember {
  ParamOp param;
  unsigned dim = 0;
  int64_t index = 0;
};

/// Channels that live and die together; removing one shrinks every member.
struct ChannelGroup {
  std::vector<ChannelMember> members;
  std::string pinned; ///< why it must stay; empty where it may go
};

/// The layers whose output channels share groups, and those groups in order: what
/// a designer calls one width of the network.
struct ChannelWidth {
  std::vector<mlir::Operation *> producers; ///< convolutions and matrix products
  std::vector<unsigned> groups;
};

/// The channels of a function. The function must not change while it is in use,
/// but for `remove`.
class ChannelAnalysis {
public:
  explicit ChannelAnalysis(mlir::func::FuncOp function);

  llvm::ArrayRef<ChannelGroup> groups() const { return channelGroups; }
  llvm::ArrayRef<ChannelWidth> widths() const { return channelWidths; }

  /// The group of an index of a value's dimension; nothing where the dimension is
  /// dynamic or the value unknown.
  std::optional<unsigned> groupOf(mlir::Value value, unsigned dim, int64_t index);

  /// Output channels of a convolution or matrix product, in order.
  std::vector<unsigned> outputGroups(mlir::Operation *producer);
  /// The same for its input channels (of all groups of a convolution).
  std::vector<unsigned> inputGroups(mlir::Operation *consumer);

  /// Removes groups for real: parameters, types and attributes shrink. Every
  /// dimension must keep an index. Ends the analysis.
  void remove(const std::vector<char> &gone);

private:
  mlir::func::FuncOp function;
  ChannelTies ties;
  std::vector<ChannelGroup> channelGroups;
  std::vector<ChannelWidth> channelWidths;
  llvm::DenseMap<int64_t, unsigned> groupIds; ///< representative -> group
};

/// The dimension of the result of a convolution or matrix product that holds the
/// output channels.
unsigned outputChannelDim(mlir::Operation *producer);

/// Attaches the channel rules to the ops of `pj`.
void registerChannelRules(mlir::DialectRegistry &registry);

} // namespace penjing

#include "penjing/Analysis/ChannelOpInterface.h.inc"

#endif // PENJING_ANALYSIS_CHANNELS_H
