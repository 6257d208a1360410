// Generators of convolutions, matrix products, their adjoints and masked weights.
// Weights are small integers, so that sums stay exact.
#include "Families.h"
#include "RandomWindow.h"

using namespace mlir;
using namespace penjing;
using namespace penjing::test;

namespace {

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

bool masked(Graph &g) {
  Grown a = g.pick(2);
  Value weight = g.parameter(g.type({typeOf(a.value).getDimSize(1), g.draws().in(1, 20)}), Role::Weight, -2, 2);
  Value mask = g.parameter(typeOf(weight).clone(g.builder().getI1Type()), Role::Mask, 0, 1);
  auto kept = MaskedOp::create(g.builder(), g.loc(), weight, mask);
  auto op = MatmulOp::create(g.builder(), g.loc(), a.value, kept.getResult(), Value(), false, false);
  return grow(g, op, a.bound * 2 * typeOf(a.value).getDimSize(1), a.exact);
}

} // namespace

void penjing::test::addContractionGenerators(GeneratorTable &table) {
  table.insert({{"pj.conv", conv}, {"pj.conv_input_gradient", convInputGradient},
                {"pj.conv_weight_gradient", convWeightGradient}, {"pj.matmul", matmul}, {"pj.masked", masked}});
}
