// From a fake_quantize with its parameters to the quantized type it stands for.
#include "Grids.h"

#include "penjing/Dialect/Penjing/ParameterValues.h"

#include "mlir/Dialect/Quant/IR/QuantTypes.h"

#include <cmath>

using namespace mlir;
using namespace penjing;

quant::QuantizedType Grid::type(Type expressed) const {
  MLIRContext *context = expressed.getContext();
  unsigned flags = isSigned ? quant::QuantizationFlags::Signed : 0;
  unsigned width = qmax - qmin > 255 ? 16 : 8;
  auto storage = IntegerType::get(context, width);
  if (!axis)
    return quant::UniformQuantizedType::get(flags, storage, expressed, scales[0], zeros[0], qmin, qmax);
  SmallVector<double> wideScales(scales.begin(), scales.end());
  SmallVector<int64_t> wideZeros(zeros.begin(), zeros.end());
  return quant::UniformQuantizedPerAxisType::get(flags, storage, expressed, wideScales, wideZeros,
                                                 *axis, qmin, qmax);
}

int64_t Grid::quantize(float x, size_t c) const {
  // As the interpreter does it: the quotient and its rounding in float32.
  float quotient = x / scales[c];
  float rounded = rounding == RoundingRule::Floor ? std::floor(quotient) : std::nearbyint(quotient);
  double q = double(rounded) + zeros[c];
  if (!(q > double(qmin)))
    return qmin;
  return q >= double(qmax) ? qmax : int64_t(q);
}

/// The numbers of a parameter or constant of element size 4.
template <typename T>
static FailureOr<std::vector<T>> readNumbers(FakeQuantizeOp op, Value value, StringRef what) {
  ElementsAttr elements;
  if (auto use = value.getDefiningOp<UseOp>()) {
    ParamOp param = getParam(use);
    elements = param.getValueAttr();
    if (!elements)
      return op.emitError() << "requires a " << what << " with a value, but @" << param.getSymName()
                            << " has none; run pj-calibrate first";
  } else if (auto constant = value.getDefiningOp<ConstantOp>()) {
    elements = constant.getValue();
  }
  auto bytes = elements ? ParameterBytes::of(elements) : std::nullopt;
  if (!bytes || getStorageBytes(getElementTypeOrSelf(value.getType())) != sizeof(T))
    return op.emitError() << "requires a " << what << " that is a parameter of 4 bytes an element, but got "
                          << value.getType();
  ArrayRef<T> numbers = bytes->template as<T>();
  return std::vector<T>(numbers.begin(), numbers.end());
}

FailureOr<Grid> penjing::readGrid(FakeQuantizeOp op) {
  auto scales = readNumbers<float>(op, op.getScale(), "scale");
  if (failed(scales))
    return failure();
  auto zeros = readNumbers<int32_t>(op, op.getZero(), "zero point");
  if (failed(zeros))
    return failure();
  Grid grid{std::move(*scales), std::move(*zeros), std::nullopt, op.getQMin(), op.getQMax(),
            op.getIsSigned(), op.getRounding()};
  if (op.getAxis())
    grid.axis = int32_t(*op.getAxis());
  for (float scale : grid.scales)
    if (!(scale > 0) || !std::isnormal(scale))
      return op.emitError() << "requires scales that are positive and normal numbers, but got " << scale;
  for (int32_t zero : grid.zeros)
    if (zero < grid.qmin || zero > grid.qmax)
      return op.emitError() << "requires zero points in [" << grid.qmin << ", " << grid.qmax
                            << "], but got " << zero;
  bool isWeight = traceParameter(op.getResult()).has_value();
  if (!isWeight && grid.isSigned) {
    // q + 128 stands for the same number when the zero point moves along.
    int64_t shift = int64_t(1) << (op.getBits() - 1);
    grid.qmin += shift;
    grid.qmax += shift;
    for (int32_t &zero : grid.zeros)
      zero += int32_t(shift);
    grid.isSigned = false;
  }
  return grid;
}
