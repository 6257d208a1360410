// Sums over some dimensions of a tensor.
#include "Elements.h"
#include "Evaluators.h"

using namespace mlir;
using namespace penjing;
using namespace penjing::reference;

LogicalResult reference::evaluateOp(ReduceSumOp op, Operands operands, Results results) {
  const Tensor &x = operands[0];
  Tensor &y = results[0];
  // Strides of the result along the input's dimensions: 0 along the summed ones.
  Strides to(x.rank(), 0);
  int64_t stride = 1;
  for (int64_t d = x.rank(); d-- > 0;)
    if (!llvm::is_contained(op.getAxes(), d)) {
      to[d] = stride;
      stride *= x.dim(d);
    }
  withRing(x, [&](auto type) {
    using T = decltype(type);
    // Floats are summed in f64 and rounded once; integers wrap.
    using Sum = std::conditional_t<std::is_floating_point_v<T>, double, T>;
    SmallVector<Sum> sums(y.size(), Sum(0));
    forEachRow(x.shape(), std::array<Strides, 2>{to, rowMajor(x.shape())},
               [&](const auto &at, int64_t length, const auto &step) {
                 for (int64_t i = 0; i < length; ++i)
                   sums[at[0] + i * step[0]] += Sum(x.data<T>()[at[1] + i * step[1]]);
               });
    for (int64_t i = 0; i < y.size(); ++i)
      y.data<T>()[i] = T(sums[i]);
  });
  if (y.elementType().isInteger(1))
    map<uint8_t, uint8_t>(y, y, [](uint8_t v) { return v & 1; });
  return success();
}
