// Generators of ops that move, repeat or sum elements.
// Offsets, pads and axes are drawn from the shape at hand.
#include "Families.h"

using namespace mlir;
using namespace penjing;
using namespace penjing::test;

namespace {

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

} // namespace

void penjing::test::addShapeGenerators(GeneratorTable &table) {
  table.insert({{"pj.reduce_sum", reduceSum}, {"pj.reshape", reshape}, {"pj.transpose", transpose},
                {"pj.pad", pad}, {"pj.concat", concat}, {"pj.slice", slice}, {"pj.broadcast", broadcast}});
}
