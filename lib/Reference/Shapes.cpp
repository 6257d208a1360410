// Ops that move elements and compute none: boxes copied between strided places.
#include "Elements.h"
#include "Evaluators.h"
#include "Grid.h"

#include <cstring>

using namespace mlir;
using namespace penjing;
using namespace penjing::reference;

/// A box of a tensor: where it begins and how its elements lie.
struct Box {
  int64_t offset;
  Strides strides;
};

static void copyBox(ArrayRef<int64_t> shape, Tensor &to, const Box &target, const Tensor &from, const Box &source) {
  withBits(to.elementBytes(), [&](auto bits) {
    using T = decltype(bits);
    T *out = to.data<T>() + target.offset;
    const T *in = from.data<T>() + source.offset;
    forEachRow(shape, std::array<Strides, 2>{target.strides, source.strides},
               [&](const auto &at, int64_t length, const auto &step) {
                 for (int64_t i = 0; i < length; ++i)
                   out[at[0] + i * step[0]] = in[at[1] + i * step[1]];
               });
  });
}

LogicalResult reference::evaluateOp(ReshapeOp op, Operands operands, Results results) {
  results[0] = operands[0].reshaped(results[0].shape()).reinterpreted(results[0].elementType());
  return success();
}

LogicalResult reference::evaluateOp(TransposeOp op, Operands operands, Results results) {
  Strides from = rowMajor(operands[0].shape()), permuted;
  for (int64_t d : op.getPermutation())
    permuted.push_back(from[d]);
  copyBox(results[0].shape(), results[0], {0, rowMajor(results[0].shape())}, operands[0], {0, permuted});
  return success();
}

LogicalResult reference::evaluateOp(PadOp op, Operands operands, Results results) {
  const Tensor &x = operands[0];
  Tensor &y = results[0];
  double border = op.getValue().convertToDouble();
  if (isQuantized(op.getType())) {
    Grid grid(y.elementType());
    border = grid.clamp(std::nearbyint(border / grid.scale(0)), grid.zero(0));
  }
  if (border != 0)
    for (int64_t i = 0; i < y.size(); ++i)
      y.setValue(i, border);
  Box source{0, rowMajor(x.shape())}, target{0, rowMajor(y.shape())};
  SmallVector<int64_t> shape;
  for (int64_t d = 0; d < x.rank(); ++d) {
    int64_t low = op.getLow()[d], high = op.getHigh()[d];
    source.offset += std::max<int64_t>(-low, 0) * source.strides[d];
    target.offset += std::max<int64_t>(low, 0) * target.strides[d];
    int64_t extent = x.dim(d) + std::min<int64_t>(low, 0) + std::min<int64_t>(high, 0);
    shape.push_back(std::max<int64_t>(extent, 0));
  }
  copyBox(shape, y, target, x, source);
  return success();
}

LogicalResult reference::evaluateOp(ConcatOp op, Operands operands, Results results) {
  Tensor &y = results[0];
  bool quantized = isQuantized(op.getType());
  if (quantized != isQuantized(op.getInputs().front().getType()) && failed(requireAllQuantized(op)))
    return failure();
  Box target{0, rowMajor(y.shape())};
  for (const Tensor &input : operands) {
    Tensor x = input;
    if (quantized && x.elementType() != y.elementType()) {
      if (failed(requireAllQuantized(op)))
        return failure();
      x = Tensor(y.elementType(), input.shape());
      float multiplier = float(Grid(input.elementType()).scale(0) / Grid(y.elementType()).scale(0));
      requantize(x, centered(input), {multiplier}, [](int64_t) { return 0; });
    }
    copyBox(x.shape(), y, target, x, {0, rowMajor(x.shape())});
    target.offset += x.dim(op.getAxis()) * target.strides[op.getAxis()];
  }
  return success();
}

LogicalResult reference::evaluateOp(SliceOp op, Operands operands, Results results) {
  Box source{0, rowMajor(operands[0].shape())};
  for (int64_t d = 0; d < operands[0].rank(); ++d) {
    source.offset += op.getOffsets()[d] * source.strides[d];
    source.strides[d] *= op.getStrides()[d];
  }
  copyBox(results[0].shape(), results[0], {0, rowMajor(results[0].shape())}, operands[0], source);
  return success();
}

LogicalResult reference::evaluateOp(BroadcastOp op, Operands operands, Results results) {
  Tensor &y = results[0];
  copyBox(y.shape(), y, {0, rowMajor(y.shape())}, operands[0],
          {0, broadcastStrides(operands[0].shape(), y.shape())});
  return success();
}
