// Generators of elementwise ops: arithmetic, activations, selection, and the
// grids simulated in float.
#include "Families.h"

using namespace mlir;
using namespace penjing;
using namespace penjing::test;

namespace {

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

/// exp, log, sqrt, sigmoid and tanh of values brought into a harmless range.
template <typename Op> bool transcendental(Graph &g) {
  Grown a = g.pick(g.draws().in(2, 3));
  bool positive = std::is_same_v<Op, LogOp> || std::is_same_v<Op, SqrtOp>;
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

bool constant(Graph &g) {
  Grown a = g.pick(2);
  auto value = DenseElementsAttr::get(g.type({}), float(g.draws().in(-3, 3)));
  auto k = ConstantOp::create(g.builder(), g.loc(), value);
  return grow(g, AddOp::create(g.builder(), g.loc(), a.value, k.getResult()), a.bound + 3, a.exact);
}

} // namespace

void penjing::test::addElementwiseGenerators(GeneratorTable &table) {
  table.insert({{"pj.add", binary<AddOp>}, {"pj.sub", binary<SubOp>}, {"pj.mul", binary<MulOp>},
                {"pj.div", div}, {"pj.relu", unary<ReluOp>}, {"pj.neg", unary<NegOp>},
                {"pj.exp", transcendental<ExpOp>}, {"pj.log", transcendental<LogOp>},
                {"pj.sqrt", transcendental<SqrtOp>}, {"pj.sigmoid", transcendental<SigmoidOp>},
                {"pj.tanh", transcendental<TanhOp>}, {"pj.clip", clip}, {"pj.compare", compare},
                {"pj.select", select}, {"pj.cast", cast_},
                {"pj.fake_quantize", fakeQuantize<FakeQuantizeOp>},
                {"pj.fake_quantize_gradient", fakeQuantize<FakeQuantizeGradientOp>}, {"pj.constant", constant}});
}
