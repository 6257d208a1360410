// Channel analysis: groups of channels from the rules of the ops, and their
// removal.
#include "penjing/Analysis/Channels.h"

#include "penjing/Dialect/Penjing/NamedDimensions.h"
#include "penjing/Dialect/Penjing/ParameterValues.h"

using namespace mlir;
using namespace penjing;

#include "penjing/Analysis/ChannelOpInterface.cpp.inc"

//===----------------------------------------------------------------------===//
// Ties
//===----------------------------------------------------------------------===//

RankedTensorType ChannelTies::typeOf(Tensor tensor) {
  if (auto value = dyn_cast<Value>(tensor))
    return cast<RankedTensorType>(value.getType());
  return cast<ParamOp>(cast<Operation *>(tensor)).getTensorType();
}

int64_t ChannelTies::node(Tensor tensor, unsigned dim, int64_t index) {
  auto [it, added] = bases.try_emplace({tensor.getOpaqueValue(), dim}, parents.size());
  if (added)
    for (int64_t i = 0, size = typeOf(tensor).getDimSize(dim); i < size; ++i)
      parents.push_back(parents.size());
  return it->second + index;
}

int64_t ChannelTies::find(int64_t node) {
  while (parents[node] != node)
    node = parents[node] = parents[parents[node]];
  return node;
}

void ChannelTies::tie(Tensor a, unsigned dimA, int64_t indexA, Tensor b, unsigned dimB, int64_t indexB) {
  int64_t x = find(node(a, dimA, indexA)), y = find(node(b, dimB, indexB));
  if (x == y)
    return;
  // The earlier node represents: group numbers follow the program's order.
  if (y < x)
    std::swap(x, y);
  parents[y] = x;
  if (auto it = pins.find(y); it != pins.end()) {
    std::string reason = std::move(it->second);
    pins.erase(it);
    pins.try_emplace(x, std::move(reason));
  }
}

void ChannelTies::tie(Tensor a, unsigned dimA, Tensor b, unsigned dimB) {
  int64_t size = typeOf(a).getDimSize(dimA);
  if (ShapedType::isDynamic(size) || ShapedType::isDynamic(typeOf(b).getDimSize(dimB)))
    return;
  assert(size == typeOf(b).getDimSize(dimB) && "tied dimensions have one size");
  for (int64_t i = 0; i < size; ++i)
    tie(a, dimA, i, b, dimB, i);
}

void ChannelTies::tieAll(Tensor a, Tensor b) {
  for (unsigned dim = 0; dim < typeOf(a).getRank(); ++dim)
    tie(a, dim, b, dim);
}

void ChannelTies::pin(Tensor tensor, unsigned dim, int64_t index, StringRef reason) {
  pins.try_emplace(find(node(tensor, dim, index)), reason.str());
}

void ChannelTies::pin(Tensor tensor, unsigned dim, StringRef reason) {
  int64_t size = typeOf(tensor).getDimSize(dim);
  for (int64_t i = 0; !ShapedType::isDynamic(size) && i < size; ++i)
    pin(tensor, dim, i, reason);
}

void ChannelTies::pin(Tensor tensor, StringRef reason) {
  for (unsigned dim = 0; dim < typeOf(tensor).getRank(); ++dim)
    pin(tensor, dim, reason);
}

//===----------------------------------------------------------------------===//
// Analysis
//===----------------------------------------------------------------------===//

unsigned penjing::outputChannelDim(Operation *producer) {
  if (auto conv = dyn_cast<ConvOp>(producer))
    return conv.getLayout() == Layout::NCHW ? 1 : 3;
  return cast<RankedTensorType>(producer->getResult(0).getType()).getRank() - 1;
}

static bool isTensor(Value value) { return isa<RankedTensorType>(value.getType()); }

ChannelAnalysis::ChannelAnalysis(func::FuncOp function) : function(function) {
  for (BlockArgument argument : function.getArguments())
    if (isTensor(argument))
      ties.pin(argument, "it is an input");
  function.walk([&](Operation *op) {
    if (auto rule = dyn_cast<ChannelOpInterface>(op))
      return rule.tieChannels(ties);
    StringRef reason = isa<func::ReturnOp>(op) ? "it is an output" : "its op has no channel rule";
    for (Value value : op->getOperands())
      if (isTensor(value))
        ties.pin(value, reason);
    for (Value value : op->getResults())
      if (isTensor(value))
        ties.pin(value, reason);
  });
  // A parameter that another function reads must keep its shape.
  for (auto other : function->getParentOfType<ModuleOp>().getOps<func::FuncOp>())
    if (other != function)
      other.walk([&](UseOp use) {
        ties.pin(SymbolTable::lookupNearestSymbolFrom(use, use.getParamAttr()), "another function reads it");
      });

  auto groupFor = [&](int64_t node) {
    int64_t representative = ties.find(node);
    auto [it, added] = groupIds.try_emplace(representative, channelGroups.size());
    if (added) {
      auto pinned = ties.pins.find(representative);
      channelGroups.push_back({{}, pinned == ties.pins.end() ? "" : pinned->second});
    }
    return it->second;
  };
  for (auto param : function->getParentOfType<ModuleOp>().getOps<ParamOp>())
    for (unsigned dim = 0; dim < param.getTensorType().getRank(); ++dim) {
      if (!ties.bases.count({ChannelTies::Tensor(param.getOperation()).getOpaqueValue(), dim}))
        continue;
      for (int64_t i = 0; i < param.getTensorType().getDimSize(dim); ++i)
        channelGroups[groupFor(ties.node(param.getOperation(), dim, i))].members.push_back({param, dim, i});
    }

  // Producers that share a group have one width.
  llvm::DenseMap<unsigned, unsigned> widthOfGroup;
  function.walk([&](Operation *op) {
    if (!isa<ConvOp, MatmulOp>(op))
      return;
    std::vector<unsigned> outputs = outputGroups(op);
    std::optional<unsigned> width;
    for (unsigned group : outputs)
      if (auto it = widthOfGroup.find(group); it != widthOfGroup.end())
        width = it->second;
    if (!width) {
      width = channelWidths.size();
      channelWidths.emplace_back();
    }
    channelWidths[*width].producers.push_back(op);
    for (unsigned group : outputs)
      if (widthOfGroup.try_emplace(group, *width).second)
        channelWidths[*width].groups.push_back(group);
  });
}

std::optional<unsigned> ChannelAnalysis::groupOf(Value value, unsigned dim, int64_t index) {
  if (!ties.bases.count({ChannelTies::Tensor(value).getOpaqueValue(), dim}))
    return std::nullopt;
  auto [it, added] = groupIds.try_emplace(ties.find(ties.node(value, dim, index)), channelGroups.size());
  // Channels without parameters: nothing to shrink, but they have a group.
  if (added) {
    auto pinned = ties.pins.find(it->first);
    channelGroups.push_back({{}, pinned == ties.pins.end() ? "" : pinned->second});
  }
  return it->second;
}

std::vector<unsigned> ChannelAnalysis::outputGroups(Operation *producer) {
  Value result = producer->getResult(0);
  unsigned dim = outputChannelDim(producer);
  std::vector<unsigned> groups;
  int64_t size = cast<RankedTensorType>(result.getType()).getDimSize(dim);
  for (int64_t i = 0; !ShapedType::isDynamic(size) && i < size; ++i)
    groups.push_back(*groupOf(result, dim, i));
  return groups;
}

std::vector<unsigned> ChannelAnalysis::inputGroups(Operation *consumer) {
  Value input = consumer->getOperand(0);
  auto type = cast<RankedTensorType>(input.getType());
  unsigned dim = type.getRank() - 1;
  if (auto conv = dyn_cast<ConvOp>(consumer))
    dim = conv.getLayout() == Layout::NCHW ? 1 : 3;
  else if (cast<MatmulOp>(consumer).getTransposeA())
    --dim;
  std::vector<unsigned> groups;
  for (int64_t i = 0; !type.isDynamicDim(dim) && i < type.getDimSize(dim); ++i)
    if (auto group = groupOf(input, dim, i))
      groups.push_back(*group);
  return groups;
}

//===----------------------------------------------------------------------===//
// Removal
//===----------------------------------------------------------------------===//

/// The indices of each dimension that stay.
using KeptIndices = SmallVector<std::vector<int64_t>>;

static std::vector<char> gather(ArrayRef<char> bytes, RankedTensorType type, const KeptIndices &kept) {
  unsigned width = getStorageBytes(type.getElementType());
  std::vector<char> result;
  int64_t rank = type.getRank();
  SmallVector<int64_t> strides(rank, width);
  for (int64_t dim = rank - 2; dim >= 0; --dim)
    strides[dim] = strides[dim + 1] * type.getDimSize(dim + 1);
  std::function<void(int64_t, int64_t)> copy = [&](int64_t dim, int64_t offset) {
    if (dim == rank) {
      result.insert(result.end(), bytes.begin() + offset, bytes.begin() + offset + width);
      return;
    }
    for (int64_t index : kept[dim])
      copy(dim + 1, offset + index * strides[dim]);
  };
  copy(0, 0);
  return result;
}

void ChannelAnalysis::remove(const std::vector<char> &gone) {
  auto isGone = [&](unsigned group) { return group < gone.size() && gone[group]; };
  // First the values, while their groups can still be asked for.
  SmallVector<std::pair<Value, RankedTensorType>> types;
  auto shrink = [&](Value value) {
    auto type = dyn_cast<RankedTensorType>(value.getType());
    if (!type)
      return;
    SmallVector<int64_t> shape(type.getShape());
    for (auto [dim, size] : llvm::enumerate(shape)) {
      if (ShapedType::isDynamic(size))
        continue;
      int64_t stay = 0;
      for (int64_t i = 0; i < size; ++i) {
        auto group = groupOf(value, dim, i);
        stay += !(group && isGone(*group));
      }
      assert((stay > 0 || size == 0) && "a dimension keeps an index");
      size = stay;
    }
    if (ArrayRef<int64_t>(shape) != type.getShape())
      types.emplace_back(value, type.clone(shape));
  };
  function.walk([&](Operation *op) { llvm::for_each(op->getResults(), shrink); });

  llvm::MapVector<Operation *, KeptIndices> params;
  for (auto [id, group] : llvm::enumerate(channelGroups))
    if (isGone(id))
      for (ChannelMember &member : group.members)
        params.try_emplace(member.param);
  for (auto &[op, kept] : params) {
    auto param = cast<ParamOp>(op);
    RankedTensorType type = param.getTensorType();
    SmallVector<int64_t> shape;
    for (unsigned dim = 0; dim < type.getRank(); ++dim) {
      auto &indices = kept.emplace_back();
      for (int64_t i = 0; i < type.getDimSize(dim); ++i)
        if (auto it = groupIds.find(ties.find(ties.node(op, dim, i))); it == groupIds.end() || !isGone(it->second))
          indices.push_back(i);
      shape.push_back(indices.size());
    }
    auto value = ParameterBytes::of(param);
    auto small = RankedTensorType::get(shape, type.getElementType());
    std::vector<char> bytes;
    if (value)
      bytes = gather(value->bytes(), type, kept);
    param.setType(small);
    if (value)
      setParameterBytes(param, bytes);
  }
  for (auto [value, type] : types)
    value.setType(type);
  function.walk([](ChannelOpInterface op) { op.updateSizes(); });
}
