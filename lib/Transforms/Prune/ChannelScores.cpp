// What channels are worth (norms) and what they cost (multiply-adds, parameters).
#include "ChannelScores.h"

#include "penjing/Analysis/Layers.h"
#include "penjing/Dialect/Penjing/ParameterValues.h"

using namespace mlir;
using namespace penjing;

std::vector<double> penjing::channelScores(ModuleOp module, const ChannelAnalysis &analysis) {
  // Squared norm of every slice: parameter -> dimension -> index.
  llvm::DenseMap<Operation *, SmallVector<std::vector<double>>> slices;
  for (const Layer &layer : getLayers(module)) {
    ParamOp param = layer.param();
    auto weights = maskedWeights(layer);
    auto [it, added] = slices.try_emplace(param);
    if (!weights || !added)
      continue;
    auto shape = param.getTensorType().getShape();
    for (int64_t size : shape)
      it->second.emplace_back(size);
    int64_t inner = weights->size();
    for (auto [dim, size] : llvm::enumerate(shape)) {
      inner /= std::max<int64_t>(size, 1);
      for (size_t i = 0; i < weights->size(); ++i)
        it->second[dim][i / inner % size] += double((*weights)[i]) * (*weights)[i];
    }
  }
  std::vector<double> scores;
  for (const ChannelGroup &group : analysis.groups()) {
    double score = 0;
    for (const ChannelMember &member : group.members)
      if (auto it = slices.find(member.param); it != slices.end() && !it->second.empty())
        score += it->second[member.dim][member.index];
    scores.push_back(score);
  }
  return scores;
}

MultiplyAdds::MultiplyAdds(func::FuncOp function, ChannelAnalysis &analysis) {
  auto fixed = [](int64_t size) { return ShapedType::isDynamic(size) ? 1 : size; };
  function.walk([&](Operation *op) {
    if (!isa<ConvOp, MatmulOp>(op))
      return;
    Contraction contraction;
    contraction.outputs = analysis.outputGroups(op);
    auto result = cast<RankedTensorType>(op->getResult(0).getType());
    for (auto [dim, size] : llvm::enumerate(result.getShape()))
      if (dim != outputChannelDim(op))
        contraction.perPair *= fixed(size);
    contraction.outputSize = fixed(result.getDimSize(outputChannelDim(op)));
    auto conv = dyn_cast<ConvOp>(op);
    auto weight = cast<RankedTensorType>(op->getOperand(1).getType());
    if (conv)
      contraction.perPair *= weight.getDimSize(2) * weight.getDimSize(3);
    if (conv && conv.getGroups() > 1) {
      contraction.inputSize = weight.getDimSize(1);
    } else {
      contraction.inputs = analysis.inputGroups(op);
      auto matmul = dyn_cast<MatmulOp>(op);
      contraction.inputSize =
          conv ? weight.getDimSize(1)
               : fixed(weight.getDimSize(weight.getRank() - (matmul.getTransposeB() ? 1 : 2)));
    }
    contractions.push_back(std::move(contraction));
  });
}

int64_t MultiplyAdds::count(const std::vector<char> &gone) const {
  auto staying = [&](const std::vector<unsigned> &groups, int64_t size) -> int64_t {
    if (groups.empty())
      return size;
    return llvm::count_if(groups, [&](unsigned group) { return group >= gone.size() || !gone[group]; });
  };
  int64_t total = 0;
  for (const Contraction &c : contractions)
    total += c.perPair * staying(c.outputs, c.outputSize) * staying(c.inputs, c.inputSize);
  return total;
}

ParameterCount::ParameterCount(ModuleOp module, const ChannelAnalysis &analysis) {
  llvm::DenseMap<Operation *, size_t> positions;
  for (auto param : module.getOps<ParamOp>()) {
    if (!llvm::is_contained({Role::Weight, Role::Bias, Role::NormScale, Role::NormShift}, param.getRole()))
      continue;
    positions[param] = parameters.size();
    parameters.emplace_back();
    for (int64_t size : param.getTensorType().getShape())
      parameters.back().push_back({size, {}});
  }
  for (auto [id, group] : llvm::enumerate(analysis.groups()))
    for (const ChannelMember &member : group.members)
      if (auto it = positions.find(member.param); it != positions.end())
        parameters[it->second][member.dim].groups.push_back(id);
}

int64_t ParameterCount::count(const std::vector<char> &gone) const {
  int64_t total = 0;
  for (ArrayRef<Dimension> dimensions : parameters) {
    int64_t elements = 1;
    for (const Dimension &dimension : dimensions)
      elements *= dimension.size - llvm::count_if(dimension.groups, [&](unsigned group) {
                    return group < gone.size() && gone[group];
                  });
    total += elements;
  }
  return total;
}
