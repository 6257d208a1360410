// Generators of the ops on quantized tensors: integer graphs of the packed form.
#include "Graph.h"

using namespace mlir;
using namespace penjing;
using namespace penjing::test;

namespace {

RankedTensorType typeOf(Value value) { return cast<RankedTensorType>(value.getType()); }

bool grow(Graph &g, Value result) {
  g.add({result, 0, true});
  return true;
}

/// The op's float result type with an activation's element type.
RankedTensorType withGrid(Graph &g, Value result) { return typeOf(result).clone(drawActivationType(g)); }

/// A symmetric weight, per tensor or per channel along `axis`.
Value weight(Graph &g, ArrayRef<int64_t> shape, int32_t axis) {
  Type element;
  if (g.draws().chance(0.7)) {
    SmallVector<double> scales;
    for (int64_t i = 0; i < shape[axis]; ++i)
      scales.push_back(0.005 * g.draws().in(1, 5));
    element = quant::UniformQuantizedPerAxisType::get(quant::QuantizationFlags::Signed, g.builder().getI8Type(),
                                                      g.builder().getF32Type(), scales,
                                                      SmallVector<int64_t>(shape[axis], 0), axis, -127, 127);
  } else {
    element = quant::UniformQuantizedType::get(quant::QuantizationFlags::Signed, g.builder().getI8Type(),
                                               g.builder().getF32Type(), 0.01, 0, -127, 127);
  }
  return g.parameter(RankedTensorType::get(shape, element), Role::Weight, -127, 127);
}

Value bias(Graph &g, int64_t channels) {
  if (g.draws().chance(0.3))
    return {};
  return g.parameter(RankedTensorType::get({channels}, g.builder().getI32Type()), Role::Bias, -3000, 3000);
}

/// Sets a grid on the result, or leaves it float, as a product may end.
bool finish(Graph &g, Operation *op) {
  Value result = op->getResult(0);
  if (g.draws().chance(0.8))
    result.setType(withGrid(g, result));
  return grow(g, result);
}

bool conv(Graph &g) {
  Value x = g.quantized(4);
  auto image = typeOf(x);
  SmallVector<int64_t> kernel, strides, dilations, pads;
  for (unsigned axis : {2u, 3u}) {
    kernel.push_back(std::min<int64_t>(g.draws().in(1, 3), image.getDimSize(axis)));
    strides.push_back(g.draws().in(1, 2));
    dilations.push_back(1);
  }
  for (unsigned i = 0; i < 4; ++i)
    pads.push_back(g.draws().in(0, kernel[i % 2] - 1));
  int64_t channels = image.getDimSize(1), groups = 1, outputs = g.draws().in(1, 18);
  if (g.draws().chance(0.25))
    groups = outputs = channels;
  Value w = weight(g, {outputs, channels / groups, kernel[0], kernel[1]}, 0);
  return finish(g, ConvOp::create(g.builder(), g.loc(), x, w, bias(g, outputs), strides, dilations, pads, groups,
                                  Layout::NCHW));
}

bool matmul(Graph &g) {
  Value x = g.quantized(2);
  int64_t inner = typeOf(x).getDimSize(1), columns = g.draws().in(1, 40);
  bool transpose = g.draws().chance(0.5);
  Value w = transpose ? weight(g, {columns, inner}, 0) : weight(g, {inner, columns}, 1);
  return finish(g, MatmulOp::create(g.builder(), g.loc(), x, w, bias(g, columns), false, transpose));
}

/// Two quantized operands of one shape, on grids of their own.
std::pair<Value, Value> pair(Graph &g) {
  Value a = g.quantized(g.draws().in(2, 4));
  auto type = RankedTensorType::get(typeOf(a).getShape(), g.builder().getF32Type());
  Grown x = g.input(type);
  auto b = QuantizeOp::create(g.builder(), g.loc(), type.clone(drawActivationType(g)), x.value, RoundingRule::Nearest);
  return {a, b.getResult()};
}

template <typename Op> bool binary(Graph &g) {
  auto [a, b] = pair(g);
  auto op = Op::create(g.builder(), g.loc(), a, b);
  op.getResult().setType(withGrid(g, op.getResult()));
  return grow(g, op.getResult());
}

/// The op's result on its operand's grid.
bool sameGrid(Graph &g, Operation *op) {
  Value result = op->getResult(0);
  result.setType(typeOf(result).clone(typeOf(op->getOperand(0)).getElementType()));
  return grow(g, result);
}

bool relu(Graph &g) {
  Value a = g.quantized(g.draws().in(2, 4));
  auto op = ReluOp::create(g.builder(), g.loc(), a);
  if (g.draws().chance(0.5))
    return sameGrid(g, op);
  op.getResult().setType(withGrid(g, op.getResult()));
  return grow(g, op.getResult());
}

bool clip(Graph &g) {
  Value a = g.quantized(g.draws().in(2, 4));
  return sameGrid(g, ClipOp::create(g.builder(), g.loc(), a, g.builder().getF64FloatAttr(-1), g.builder().getF64FloatAttr(2)));
}

template <typename Op> bool pool(Graph &g) {
  Value a = g.quantized(4);
  SmallVector<int64_t> kernel, pads;
  for (unsigned axis : {2u, 3u})
    kernel.push_back(std::min<int64_t>(g.draws().in(1, 3), typeOf(a).getDimSize(axis)));
  for (unsigned i = 0; i < 4; ++i)
    pads.push_back(g.draws().in(0, kernel[i % 2] - 1));
  SmallVector<int64_t> strides = {g.draws().in(1, 2), g.draws().in(1, 2)}, dilations = {1, 1};
  if constexpr (std::is_same_v<Op, MaxPoolOp>) {
    return sameGrid(g, Op::create(g.builder(), g.loc(), a, kernel, strides, dilations, pads, false, Layout::NCHW));
  } else {
    auto op = Op::create(g.builder(), g.loc(), a, kernel, strides, dilations, pads, false, Layout::NCHW,
                         g.draws().chance(0.5));
    op.getResult().setType(withGrid(g, op.getResult()));
    return grow(g, op.getResult());
  }
}

bool globalAveragePool(Graph &g) {
  Value a = g.quantized(4);
  auto op = GlobalAveragePoolOp::create(g.builder(), g.loc(), a, Layout::NCHW);
  op.getResult().setType(withGrid(g, op.getResult()));
  return grow(g, op.getResult());
}

bool reshape(Graph &g) {
  Value a = g.quantized(g.draws().in(2, 4));
  return sameGrid(g, ReshapeOp::create(g.builder(), g.loc(), a, ArrayRef<int64_t>{typeOf(a).getDimSize(0), -1}, false));
}

bool transpose(Graph &g) {
  Value a = g.quantized(4);
  return sameGrid(g, TransposeOp::create(g.builder(), g.loc(), a, ArrayRef<int64_t>{0, 2, 3, 1}));
}

bool pad(Graph &g) {
  Value a = g.quantized(4);
  SmallVector<int64_t> low = {0, 0, g.draws().in(0, 2), g.draws().in(0, 2)}, high = {0, 0, 1, 0};
  return sameGrid(g, PadOp::create(g.builder(), g.loc(), a, low, high, llvm::APFloat(double(g.draws().in(-1, 1)))));
}

bool concat(Graph &g) {
  auto [a, b] = pair(g);
  auto op = ConcatOp::create(g.builder(), g.loc(), ValueRange{a, b}, g.draws().in(0, typeOf(a).getRank() - 1));
  op.getResult().setType(withGrid(g, op.getResult()));
  return grow(g, op.getResult());
}

bool dequantize(Graph &g) {
  Value a = g.quantized(g.draws().in(2, 4));
  return grow(g, DequantizeOp::create(g.builder(), g.loc(), a).getResult());
}

bool quantize(Graph &g) { return bool(pair(g).second); }

} // namespace

const std::map<std::string, Generator> &penjing::test::packedGenerators() {
  static const std::map<std::string, Generator> table = {
      {"pj.conv", conv}, {"pj.matmul", matmul}, {"pj.add", binary<AddOp>}, {"pj.sub", binary<SubOp>},
      {"pj.mul", binary<MulOp>}, {"pj.relu", relu}, {"pj.clip", clip}, {"pj.max_pool", pool<MaxPoolOp>},
      {"pj.average_pool", pool<AveragePoolOp>}, {"pj.global_average_pool", globalAveragePool},
      {"pj.reshape", reshape}, {"pj.transpose", transpose}, {"pj.pad", pad}, {"pj.concat", concat},
      {"pj.dequantize", dequantize}, {"pj.quantize", quantize}};
  return table;
}
