// Generators of normalizations, softmax and losses, with their adjoints: most are
// not exact.
#include "Families.h"

using namespace mlir;
using namespace penjing;
using namespace penjing::test;

namespace {

bool batchNorm(Graph &g) {
  Grown a = g.pick(4);
  auto vector = g.type({typeOf(a.value).getDimSize(1)});
  std::vector<float> variance(vector.getNumElements());
  // variance + epsilon is 1 or 4, so the root is exact.
  for (float &v : variance)
    v = (g.draws().chance(0.5) ? 1.0f : 4.0f) - 0.0625f;
  Value scale = g.parameter(vector, Role::NormScale, 1, 2), shift = g.parameter(vector, Role::NormShift, -3, 3);
  Value mean = g.parameter(vector, Role::RunningMean, -3, 3);
  Value spread = g.parameter(vector, Role::RunningVariance, variance);
  auto op = BatchNormOp::create(g.builder(), g.loc(), a.value, scale, shift, mean, spread,
                                llvm::APFloat(0.0625), llvm::APFloat(0.9), 1);
  return grow(g, op, a.bound * 4 + 20, a.exact);
}

bool batchNormTraining(Graph &g) {
  Grown a = g.pick(4);
  auto vector = g.type({typeOf(a.value).getDimSize(1)});
  Value scale = g.parameter(vector, Role::NormScale, 1, 2), shift = g.parameter(vector, Role::NormShift, -3, 3);
  return grow(g, BatchNormTrainingOp::create(g.builder(), g.loc(), a.value, scale, shift, llvm::APFloat(1e-2), 1),
              a.bound, false);
}

bool batchNormGradient(Graph &g) {
  Grown a = g.pick(4, 16, true);
  Grown dy = g.like(typeOf(a.value));
  auto vector = g.type({typeOf(a.value).getDimSize(1)});
  Value scale = g.parameter(vector, Role::NormScale, 1, 2), mean = g.parameter(vector, Role::RunningMean, -1, 1);
  Value variance = g.parameter(vector, Role::RunningVariance, 2, 4);
  return grow(g, BatchNormGradientOp::create(g.builder(), g.loc(), dy.value, a.value, scale, mean, variance,
                                             llvm::APFloat(1e-2), 1),
              1 << 10, false);
}

bool softmax(Graph &g) {
  Grown a = g.pick(g.draws().in(2, 3), 64);
  return grow(g, SoftmaxOp::create(g.builder(), g.loc(), a.value, g.draws().in(0, typeOf(a.value).getRank() - 1)), 1, false);
}

bool softmaxGradient(Graph &g) {
  Grown y = g.pick(2, 64), dy = g.like(typeOf(y.value));
  return grow(g, SoftmaxGradientOp::create(g.builder(), g.loc(), dy.value, y.value, g.draws().in(0, 1)), 1 << 12, false);
}

struct Classes {
  Grown logits;
  Value labels;
};

Classes classes(Graph &g) {
  Grown logits = g.pick(2, 64);
  auto type = typeOf(logits.value);
  auto labels = RankedTensorType::get({type.getDimSize(0)}, g.builder().getI32Type());
  return {logits, g.parameter(labels, Role::Constant, 0, type.getDimSize(1) - 1)};
}

bool crossEntropy(Graph &g) {
  auto c = classes(g);
  return grow(g, CrossEntropyOp::create(g.builder(), g.loc(), c.logits.value, c.labels, llvm::APFloat(0.1)), 128, false);
}

bool crossEntropyGradient(Graph &g) {
  auto c = classes(g);
  Value dl = g.parameter(g.type({}), Role::Constant, 1, 3);
  return grow(g, CrossEntropyGradientOp::create(g.builder(), g.loc(), dl, c.logits.value, c.labels, llvm::APFloat(0.1)), 4, false);
}

bool distillationLoss(Graph &g) {
  Grown a = g.pick(2, 32), b = g.like(typeOf(a.value));
  if (b.bound > 32)
    return false;
  return grow(g, DistillationLossOp::create(g.builder(), g.loc(), a.value, b.value, llvm::APFloat(3.0)), 512, false);
}

bool distillationLossGradient(Graph &g) {
  Grown a = g.pick(2, 32), b = g.like(typeOf(a.value));
  if (b.bound > 32)
    return false;
  Value dl = g.parameter(g.type({}), Role::Constant, 1, 3);
  return grow(g, DistillationLossGradientOp::create(g.builder(), g.loc(), dl, a.value, b.value, llvm::APFloat(3.0)), 16, false);
}

} // namespace

void penjing::test::addNormalizationGenerators(GeneratorTable &table) {
  table.insert({{"pj.batch_norm", batchNorm}, {"pj.batch_norm_training", batchNormTraining},
                {"pj.batch_norm_gradient", batchNormGradient}, {"pj.softmax", softmax},
                {"pj.softmax_gradient", softmaxGradient}, {"pj.cross_entropy", crossEntropy},
                {"pj.cross_entropy_gradient", crossEntropyGradient},
                {"pj.distillation_loss", distillationLoss},
                {"pj.distillation_loss_gradient", distillationLossGradient}});
}
