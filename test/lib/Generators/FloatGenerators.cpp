// Generators of the ops on floats and booleans, and of decisions simulated in
// float.
#include "Graph.h"

using namespace mlir;
using namespace penjing;
using namespace penjing::test;

namespace {

constexpr double kExactBound = 1 << 23;

RankedTensorType typeOf(Value value) { return cast<RankedTensorType>(value.getType()); }

/// Adds the op's first result; drops the op where its values grow too large.
bool grow(Graph &g, Operation *op, double bound, bool exact) {
  if (bound > kExactBound && exact) {
    op->erase();
    return false;
  }
  for (Value result : op->getResults())
    g.add({result, bound, exact});
  return true;
}

struct RandomWindow {
  SmallVector<int64_t> kernel, strides, dilations, pads;
};

/// A window that fits into the image of an NCHW tensor; nothing where none does.
std::optional<RandomWindow> window(Graph &g, RankedTensorType image, bool powers, bool padded = true) {
  RandomWindow w;
  for (unsigned axis : {2u, 3u}) {
    w.kernel.push_back(powers ? 1 << g.draws().in(0, 1) : g.draws().in(1, 3));
    w.strides.push_back(g.draws().in(1, 2));
    w.dilations.push_back(g.draws().in(1, 2));
    if (w.dilations.back() * (w.kernel.back() - 1) + 1 > image.getDimSize(axis))
      return std::nullopt;
  }
  for (unsigned i = 0; i < 4; ++i) {
    int64_t reach = w.dilations[i % 2] * (w.kernel[i % 2] - 1);
    w.pads.push_back(padded && g.draws().chance(0.6) ? g.draws().in(0, std::min<int64_t>(reach, 2)) : 0);
  }
  return w;
}

struct RandomConv {
  Grown x;
  Value weight;
  RandomWindow window;
  int64_t groups, products;
};

std::optional<RandomConv> convolution(Graph &g) {
  Grown x = g.pick(4);
  auto image = typeOf(x.value);
  auto w = window(g, image, false);
  if (!w)
    return std::nullopt;
  int64_t channels = image.getDimSize(1), groups = 1, outputs = g.draws().in(1, 18);
  if (g.draws().chance(0.25))
    groups = channels, outputs = channels * g.draws().in(1, 2);
  else if (channels % 2 == 0 && g.draws().chance(0.3))
    groups = 2, outputs = 2 * g.draws().in(1, 9);
  auto type = g.type({outputs, channels / groups, w->kernel[0], w->kernel[1]});
  Value weight = g.parameter(type, Role::Weight, -2, 2);
  return RandomConv{x, weight, *w, groups, channels / groups * w->kernel[0] * w->kernel[1]};
}

bool conv(Graph &g) {
  auto c = convolution(g);
  if (!c)
    return false;
  Value bias;
  if (g.draws().chance(0.6))
    bias = g.parameter(g.type({typeOf(c->weight).getDimSize(0)}), Role::Bias, -5, 5);
  auto op = ConvOp::create(g.builder(), g.loc(), c->x.value, c->weight, bias, c->window.strides,
                           c->window.dilations, c->window.pads, c->groups, Layout::NCHW);
  return grow(g, op, c->x.bound * 2 * c->products + 5, c->x.exact);
}

bool convInputGradient(Graph &g) {
  auto c = convolution(g);
  if (!c)
    return false;
  auto forward = ConvOp::create(g.builder(), g.loc(), c->x.value, c->weight, Value(), c->window.strides,
                                c->window.dilations, c->window.pads, c->groups, Layout::NCHW);
  Grown dy = g.input(typeOf(forward.getResult()));
  auto op = ConvInputGradientOp::create(g.builder(), g.loc(), dy.value, c->weight, c->x.value, c->window.strides,
                                        c->window.dilations, c->window.pads, c->groups, Layout::NCHW);
  forward.erase();
  return grow(g, op, dy.bound * 2 * typeOf(c->weight).getNumElements(), true);
}

bool convWeightGradient(Graph &g) {
  auto c = convolution(g);
  if (!c || c->x.bound > 512)
    return false;
  auto forward = ConvOp::create(g.builder(), g.loc(), c->x.value, c->weight, Value(), c->window.strides,
                                c->window.dilations, c->window.pads, c->groups, Layout::NCHW);
  Grown dy = g.input(typeOf(forward.getResult()));
  auto op = ConvWeightGradientOp::create(g.builder(), g.loc(), dy.value, c->x.value, c->window.kernel,
                                         c->window.strides, c->window.dilations, c->window.pads, c->groups,
                                         Layout::NCHW);
  int64_t places = typeOf(dy.value).getNumElements();
  forward.erase();
  return grow(g, op, dy.bound * c->x.bound * places, c->x.exact);
}

bool matmul(Graph &g) {
  Grown a = g.pick(g.draws().chance(0.2) ? 3 : 2);
  auto type = typeOf(a.value);
  int64_t inner = type.getDimSize(type.getRank() - 1), columns = g.draws().in(1, 40);
  bool transpose = g.draws().chance(0.5);
  SmallVector<int64_t> shape = {inner, columns};
  if (transpose)
    std::swap(shape[0], shape[1]);
  Value b = g.parameter(g.type(shape), Role::Weight, -2, 2), bias;
  if (g.draws().chance(0.5))
    bias = g.parameter(g.type({columns}), Role::Bias, -5, 5);
  auto op = MatmulOp::create(g.builder(), g.loc(), a.value, b, bias, false, transpose);
  return grow(g, op, a.bound * 2 * inner + 5, a.exact);
}

/// An operand that broadcasts against `like`: equal, a row, or a channel vector.
Grown broadcastable(Graph &g, Value like) {
  auto type = typeOf(like);
  SmallVector<int64_t> shape(type.getShape());
  switch (g.draws().in(0, 3)) {
  case 0:
    for (int64_t &size : shape)
      if (g.draws().chance(0.5))
        size = 1;
    break;
  case 1:
    shape.erase(shape.begin(), shape.begin() + g.draws().in(0, shape.size()));
    break;
  default:
    return g.like(type);
  }
  return {g.parameter(g.type(shape), Role::Constant, -3, 3), 3, true};
}

template <typename Op> bool binary(Graph &g) {
  Grown a = g.pick(g.draws().in(2, 4)), b = broadcastable(g, a.value);
  bool swap = g.draws().chance(0.3);
  auto op = Op::create(g.builder(), g.loc(), swap ? b.value : a.value, swap ? a.value : b.value);
  bool product = std::is_same_v<Op, MulOp>;
  return grow(g, op, product ? a.bound * b.bound : a.bound + b.bound, a.exact && b.exact);
}

bool div(Graph &g) {
  Grown a = g.pick(g.draws().in(2, 4));
  Value b = g.parameter(typeOf(a.value), Role::Constant, 1, 2);
  // Halves and wholes of bounded numerators: exact, but with a fraction.
  return grow(g, DivOp::create(g.builder(), g.loc(), a.value, b), a.bound, false);
}

template <typename Op> bool unary(Graph &g) {
  Grown a = g.pick(g.draws().in(2, 4));
  return grow(g, Op::create(g.builder(), g.loc(), a.value), a.bound, a.exact);
}

/// exp, log and sqrt of values brought into a harmless range.
template <typename Op> bool transcendental(Graph &g) {
  Grown a = g.pick(g.draws().in(2, 3));
  bool positive = !std::is_same_v<Op, ExpOp>;
  auto clip = ClipOp::create(g.builder(), g.loc(), a.value, g.builder().getF64FloatAttr(positive ? 0.5 : -5),
                             g.builder().getF64FloatAttr(positive ? 9 : 5));
  return grow(g, Op::create(g.builder(), g.loc(), clip.getResult()), 150, false);
}

bool clip(Graph &g) {
  Grown a = g.pick(g.draws().in(2, 4));
  FloatAttr low, high;
  if (g.draws().chance(0.7))
    low = g.builder().getF64FloatAttr(g.draws().in(-9, 0));
  if (g.draws().chance(0.7))
    high = g.builder().getF64FloatAttr(g.draws().in(0, 9));
  return grow(g, ClipOp::create(g.builder(), g.loc(), a.value, low, high), a.bound, a.exact);
}

bool compare(Graph &g) {
  Grown a = g.pick(g.draws().in(2, 3), 1 << 12, true), b = g.like(typeOf(a.value));
  if (!b.exact)
    return false;
  auto predicate = ComparePredicate(g.draws().in(0, 5));
  return grow(g, CompareOp::create(g.builder(), g.loc(), a.value, b.value, predicate), 1, true);
}

bool select(Graph &g) {
  Grown a = g.pick(g.draws().in(2, 4)), b = g.like(typeOf(a.value));
  Value mask = g.parameter(typeOf(a.value).clone(g.builder().getI1Type()), Role::Mask, 0, 1);
  return grow(g, SelectOp::create(g.builder(), g.loc(), mask, a.value, b.value), std::max(a.bound, b.bound),
              a.exact && b.exact);
}

bool cast_(Graph &g) {
  Grown a = g.pick(g.draws().in(2, 3), 100, true);
  Type to = g.draws().chance(0.5) ? Type(g.builder().getI32Type()) : Type(g.builder().getI1Type());
  auto there = CastOp::create(g.builder(), g.loc(), a.value, to);
  return grow(g, CastOp::create(g.builder(), g.loc(), there.getResult(), g.builder().getF32Type()), a.bound, true);
}

bool maxPool(Graph &g) {
  Grown a = g.pick(4);
  auto w = window(g, typeOf(a.value), false);
  if (!w)
    return false;
  auto op = MaxPoolOp::create(g.builder(), g.loc(), a.value, w->kernel, w->strides, w->dilations, w->pads,
                              g.draws().chance(0.3), Layout::NCHW);
  return grow(g, op, a.bound, a.exact);
}

bool averagePool(Graph &g) {
  Grown a = g.pick(4, 1 << 10);
  bool count = g.draws().chance(0.5);
  // Padding that is not counted leaves windows of three taps: not exact.
  auto w = window(g, typeOf(a.value), true, count);
  if (!w)
    return false;
  auto op = AveragePoolOp::create(g.builder(), g.loc(), a.value, w->kernel, w->strides, w->dilations, w->pads,
                                  false, Layout::NCHW, count);
  return grow(g, op, a.bound * 4, a.exact);
}

bool globalAveragePool(Graph &g) {
  SmallVector<int64_t> shape = {g.draws().in(1, 2), g.draws().in(1, 19), 1 << g.draws().in(0, 3), 1 << g.draws().in(0, 2)};
  Grown a = g.like(g.type(shape));
  return grow(g, GlobalAveragePoolOp::create(g.builder(), g.loc(), a.value, Layout::NCHW), a.bound * 32, a.exact);
}

bool maxPoolGradient(Graph &g) {
  Grown a = g.pick(4, 1 << 12, true);
  auto w = window(g, typeOf(a.value), false);
  if (!w)
    return false;
  auto forward = MaxPoolOp::create(g.builder(), g.loc(), a.value, w->kernel, w->strides, w->dilations, w->pads,
                                   false, Layout::NCHW);
  Grown dy = g.input(typeOf(forward.getResult()));
  forward.erase();
  auto op = MaxPoolGradientOp::create(g.builder(), g.loc(), dy.value, a.value, w->kernel, w->strides, w->dilations,
                                      w->pads, false, Layout::NCHW);
  return grow(g, op, dy.bound * 9, true);
}

bool averagePoolGradient(Graph &g) {
  Grown a = g.pick(4);
  auto w = window(g, typeOf(a.value), true, false);
  if (!w)
    return false;
  auto forward = AveragePoolOp::create(g.builder(), g.loc(), a.value, w->kernel, w->strides, w->dilations, w->pads,
                                       false, Layout::NCHW, false);
  Grown dy = g.input(typeOf(forward.getResult()));
  forward.erase();
  auto op = AveragePoolGradientOp::create(g.builder(), g.loc(), dy.value, a.value, w->kernel, w->strides,
                                          w->dilations, w->pads, false, Layout::NCHW, false);
  return grow(g, op, dy.bound * 4, true);
}

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

bool reduceSum(Graph &g) {
  Grown a = g.pick(g.draws().in(2, 4));
  SmallVector<int64_t> axes;
  int64_t count = 1;
  for (int64_t dim = 0; dim < typeOf(a.value).getRank(); ++dim)
    if (g.draws().chance(0.5)) {
      axes.push_back(dim);
      count *= typeOf(a.value).getDimSize(dim);
    }
  return grow(g, ReduceSumOp::create(g.builder(), g.loc(), a.value, axes, g.draws().chance(0.5)), a.bound * count, a.exact);
}

bool masked(Graph &g) {
  Grown a = g.pick(2);
  Value weight = g.parameter(g.type({typeOf(a.value).getDimSize(1), g.draws().in(1, 20)}), Role::Weight, -2, 2);
  Value mask = g.parameter(typeOf(weight).clone(g.builder().getI1Type()), Role::Mask, 0, 1);
  auto kept = MaskedOp::create(g.builder(), g.loc(), weight, mask);
  auto op = MatmulOp::create(g.builder(), g.loc(), a.value, kept.getResult(), Value(), false, false);
  return grow(g, op, a.bound * 2 * typeOf(a.value).getDimSize(1), a.exact);
}

template <typename Op> bool fakeQuantize(Graph &g) {
  Grown a = g.pick(g.draws().in(2, 4), 1 << 10, true);
  auto i32 = g.builder().getI32Type();
  std::optional<int32_t> axis;
  SmallVector<int64_t> shape;
  if (g.draws().chance(0.5)) {
    axis = g.draws().in(0, typeOf(a.value).getRank() - 1);
    shape.push_back(typeOf(a.value).getDimSize(*axis));
  }
  int64_t count = shape.empty() ? 1 : shape[0];
  std::vector<float> scales(count);
  for (float &scale : scales)
    scale = g.draws().chance(0.5) ? 0.5f : 2.0f;
  bool isSigned = g.draws().chance(0.5);
  Value scale = g.parameter(g.type(shape), Role::QuantScale, scales);
  Value zero = g.parameter(RankedTensorType::get(shape, i32), Role::ZeroPoint, isSigned ? -9 : 0, 9);
  IntegerAttr axisAttr = axis ? g.builder().getI32IntegerAttr(*axis) : IntegerAttr();
  auto rounding = g.draws().chance(0.5) ? RoundingRule::Nearest : RoundingRule::Floor;
  if constexpr (std::is_same_v<Op, FakeQuantizeOp>) {
    return grow(g, Op::create(g.builder(), g.loc(), a.value, scale, zero, 5, isSigned, isSigned && g.draws().chance(0.5),
                              axisAttr, rounding, ClipRule::MinMax),
                128, true);
  } else {
    Grown dy = g.input(typeOf(a.value));
    return grow(g, Op::create(g.builder(), g.loc(), dy.value, a.value, scale, zero, 5, isSigned, false, axisAttr, rounding),
                dy.bound, true);
  }
}

bool reshape(Graph &g) {
  Grown a = g.pick(g.draws().in(2, 4));
  auto type = typeOf(a.value);
  SmallVector<int64_t> shape = {type.getDimSize(0), -1};
  if (g.draws().chance(0.3))
    shape = {-1, type.getDimSize(1)};
  return grow(g, ReshapeOp::create(g.builder(), g.loc(), a.value, shape, false), a.bound, a.exact);
}

bool transpose(Graph &g) {
  Grown a = g.pick(g.draws().in(2, 4));
  auto order = llvm::to_vector(llvm::seq<int64_t>(0, typeOf(a.value).getRank()));
  for (size_t i = order.size() - 1; i > 0; --i)
    std::swap(order[i], order[g.draws().in(0, i)]);
  return grow(g, TransposeOp::create(g.builder(), g.loc(), a.value, order), a.bound, a.exact);
}

bool pad(Graph &g) {
  Grown a = g.pick(g.draws().in(2, 4));
  SmallVector<int64_t> low, high;
  for (int64_t size : typeOf(a.value).getShape()) {
    low.push_back(g.draws().in(size > 2 ? -1 : 0, 2));
    high.push_back(g.draws().in(0, 2));
  }
  double value = g.draws().in(-3, 3);
  return grow(g, PadOp::create(g.builder(), g.loc(), a.value, low, high, llvm::APFloat(value)), std::max(a.bound, 3.0), a.exact);
}

bool concat(Graph &g) {
  Grown a = g.pick(g.draws().in(2, 4)), b = g.draws().chance(0.3) ? a : g.like(typeOf(a.value));
  int64_t axis = g.draws().in(0, typeOf(a.value).getRank() - 1);
  return grow(g, ConcatOp::create(g.builder(), g.loc(), ValueRange{a.value, b.value}, axis), std::max(a.bound, b.bound),
              a.exact && b.exact);
}

bool slice(Graph &g) {
  Grown a = g.pick(g.draws().in(2, 4));
  SmallVector<int64_t> offsets, sizes, strides;
  for (int64_t size : typeOf(a.value).getShape()) {
    offsets.push_back(g.draws().in(0, size - 1));
    strides.push_back(g.draws().in(1, 2));
    sizes.push_back(g.draws().in(1, (size - offsets.back() - 1) / strides.back() + 1));
  }
  return grow(g, SliceOp::create(g.builder(), g.loc(), a.value, offsets, sizes, strides), a.bound, a.exact);
}

bool broadcast(Graph &g) {
  Grown a = g.pick(g.draws().in(2, 4));
  Value row = g.parameter(g.type({typeOf(a.value).getShape().back()}), Role::Constant, -3, 3);
  return grow(g, BroadcastOp::create(g.builder(), g.loc(), row, a.value), 3, true);
}

bool constant(Graph &g) {
  Grown a = g.pick(2);
  auto value = DenseElementsAttr::get(g.type({}), float(g.draws().in(-3, 3)));
  auto k = ConstantOp::create(g.builder(), g.loc(), value);
  return grow(g, AddOp::create(g.builder(), g.loc(), a.value, k.getResult()), a.bound + 3, a.exact);
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

const std::map<std::string, Generator> &penjing::test::floatGenerators() {
  static const std::map<std::string, Generator> table = {
      {"pj.add", binary<AddOp>}, {"pj.sub", binary<SubOp>}, {"pj.mul", binary<MulOp>}, {"pj.div", div},
      {"pj.relu", unary<ReluOp>}, {"pj.neg", unary<NegOp>}, {"pj.exp", transcendental<ExpOp>},
      {"pj.log", transcendental<LogOp>}, {"pj.sqrt", transcendental<SqrtOp>}, {"pj.clip", clip},
      {"pj.compare", compare}, {"pj.select", select}, {"pj.cast", cast_}, {"pj.conv", conv},
      {"pj.conv_input_gradient", convInputGradient}, {"pj.conv_weight_gradient", convWeightGradient},
      {"pj.matmul", matmul}, {"pj.max_pool", maxPool}, {"pj.average_pool", averagePool},
      {"pj.global_average_pool", globalAveragePool}, {"pj.max_pool_gradient", maxPoolGradient},
      {"pj.average_pool_gradient", averagePoolGradient}, {"pj.batch_norm", batchNorm},
      {"pj.batch_norm_training", batchNormTraining}, {"pj.batch_norm_gradient", batchNormGradient},
      {"pj.softmax", softmax}, {"pj.softmax_gradient", softmaxGradient}, {"pj.reduce_sum", reduceSum},
      {"pj.masked", masked}, {"pj.fake_quantize", fakeQuantize<FakeQuantizeOp>},
      {"pj.fake_quantize_gradient", fakeQuantize<FakeQuantizeGradientOp>}, {"pj.reshape", reshape},
      {"pj.transpose", transpose}, {"pj.pad", pad}, {"pj.concat", concat}, {"pj.slice", slice},
      {"pj.broadcast", broadcast}, {"pj.constant", constant}, {"pj.cross_entropy", crossEntropy},
      {"pj.cross_entropy_gradient", crossEntropyGradient}, {"pj.distillation_loss", distillationLoss},
      {"pj.distillation_loss_gradient", distillationLossGradient}};
  return table;
}
