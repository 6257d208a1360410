// Generators of pools and their adjoints, with windows whose means are exact.
// A window that does not fit gives no op.
#include "Families.h"
#include "RandomWindow.h"

using namespace mlir;
using namespace penjing;
using namespace penjing::test;

namespace {

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

} // namespace

void penjing::test::addPoolingGenerators(GeneratorTable &table) {
  table.insert({{"pj.max_pool", maxPool}, {"pj.average_pool", averagePool},
                {"pj.global_average_pool", globalAveragePool}, {"pj.max_pool_gradient", maxPoolGradient},
                {"pj.average_pool_gradient", averagePoolGradient}});
}
