// Products of matrices, batched and transposed, in float and in integers.
#include "Elements.h"
#include "Evaluators.h"
#include "Grid.h"

using namespace mlir;
using namespace penjing;
using namespace penjing::reference;

/// result = op(a) · op(b) + bias over the last two dimensions, batches broadcast.
template <typename T>
static void multiply(MatmulOp op, const Tensor &a, const Tensor &b, const Tensor *bias, Tensor &result) {
  auto batch = result.shape().drop_back(2);
  int64_t rows = result.dim(result.rank() - 2), columns = result.dim(result.rank() - 1);
  int64_t inner = a.dim(a.rank() - (op.getTransposeA() ? 2 : 1));
  // Offsets of each pair of matrices: the batch dimensions, with the matrix's size as unit.
  std::array<Strides, 3> strides{rowMajor(batch), broadcastStrides(a.shape().drop_back(2), batch),
                                 broadcastStrides(b.shape().drop_back(2), batch)};
  int64_t ofRowA = op.getTransposeA() ? 1 : inner, ofInnerA = op.getTransposeA() ? rows : 1;
  int64_t ofInnerB = op.getTransposeB() ? 1 : columns, ofColumnB = op.getTransposeB() ? inner : 1;
  auto product = [&](T *y, const T *pa, const T *pb) {
    for (int64_t i = 0; i < rows; ++i) {
      T *row = y + i * columns;
      for (int64_t j = 0; j < columns; ++j)
        row[j] = bias ? bias->data<T>()[j] : T(0);
      if (ofColumnB == 1) {
        for (int64_t k = 0; k < inner; ++k)
          for (int64_t j = 0; j < columns; ++j)
            row[j] = multiplyAdd(row[j], pa[i * ofRowA + k * ofInnerA], pb[k * ofInnerB + j]);
        continue;
      }
      for (int64_t j = 0; j < columns; ++j) {
        T sum = row[j];
        for (int64_t k = 0; k < inner; ++k)
          sum = multiplyAdd(sum, pa[i * ofRowA + k * ofInnerA], pb[j * ofColumnB + k]);
        row[j] = sum;
      }
    }
  };
  forEachRow(batch, strides, [&](const auto &at, int64_t length, const auto &step) {
    for (int64_t m = 0; m < length; ++m)
      product(result.data<T>() + (at[0] + m) * rows * columns,
              a.data<T>() + (at[1] + m * step[1]) * rows * inner,
              b.data<T>() + (at[2] + m * step[2]) * inner * columns);
  });
}

LogicalResult reference::evaluateOp(MatmulOp op, Operands operands, Results results) {
  const Tensor *bias = operands.size() > 2 ? &operands[2] : nullptr;
  if (isQuantized(op.getA().getType()) != isQuantized(op.getB().getType()))
    return op.emitOpError() << "requires operands that are both quantized, or none, but got "
                            << op.getA().getType() << " and " << op.getB().getType();
  if (!isQuantized(op.getA().getType())) {
    if (isQuantized(op.getType()))
      return requireAllQuantized(op);
    withRing(results[0], [&](auto type) {
      multiply<decltype(type)>(op, operands[0], operands[1], bias, results[0]);
    });
    return success();
  }
  Tensor a = centered(operands[0]), b = centered(operands[1]), sum(a.elementType(), results[0].shape());
  multiply<uint32_t>(op, a, b, bias, sum);
  Grid ga(operands[0].elementType()), gb(operands[1].elementType());
  double sy = isQuantized(op.getType()) ? Grid(results[0].elementType()).scale(0) : 1.0;
  SmallVector<float> multipliers;
  for (size_t j = 0; j < gb.scales.size(); ++j)
    multipliers.push_back(float(ga.scale(0) * gb.scale(j) / sy));
  int64_t columns = results[0].dim(results[0].rank() - 1);
  requantize(results[0], sum, multipliers, [&](int64_t i) { return i % columns; });
  return success();
}
