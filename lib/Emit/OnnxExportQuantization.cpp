// Export rules of the decided form: fake_quantize becomes QuantizeLinear and
// DequantizeLinear, weights and biases are stored as integers.
#include "OnnxExporter.h"

#include "penjing/Support/Locations.h"

#include <cmath>

using namespace mlir;
using namespace penjing;
using namespace penjing::onnx_out;

/// The ONNX type of a grid's integers, the narrowest that holds them; for a
/// grid at run time it must be exactly the grid's.
static int32_t gridType(FakeQuantizeOp op) {
  unsigned bits = op.getBits();
  if (bits > 8)
    return op.getIsSigned() ? Int16 : UInt16;
  if (bits == 4)
    return op.getIsSigned() ? Int4 : UInt4;
  return op.getIsSigned() ? Int8 : UInt8;
}

static unsigned gridBits(int32_t type) {
  return type == Int16 || type == UInt16 ? 16 : type == Int4 || type == UInt4 ? 4 : 8;
}

static void append(std::string &bytes, int64_t value, unsigned width) {
  bytes.append(reinterpret_cast<const char *>(&value), width);
}

/// Elements behind one another that share a scale.
static int64_t innerSize(FakeQuantizeOp op, RankedTensorType type) {
  int64_t inner = 1;
  for (int64_t i = *op.getAxis() + 1; i < type.getRank(); ++i)
    inner *= type.getDimSize(i);
  return inner;
}

void Exporter::exportFakeQuantize(FakeQuantizeOp op) {
  const Constant *scale = constant(op.getScale()), *zero = constant(op.getZero());
  if (!scale || !zero) {
    if (!failed)
      emitError(op) << "requires scale and zero point that are parameters, but got computed ones";
    return;
  }
  int32_t type = gridType(op);
  unsigned width = gridBits(type) == 16 ? 2 : 1;
  if (gridBits(type) != 8)
    requireOpset(21);
  int64_t count = scale->type.getNumElements();
  std::string zeroBytes;
  for (int64_t i = 0; i < count; ++i) {
    double value = zero->valueAt(i);
    if (value < op.getQMin() || value > op.getQMax()) {
      emitError(op) << "requires a zero point on the grid, but got " << value;
      return;
    }
    append(zeroBytes, int64_t(value), width);
  }
  std::string scaleName = name(op.getScale());
  std::string zeroName = initializer(zero->name, type, scale->type.getShape(), zeroBytes);
  std::vector<onnx_out::Attribute> axis;
  if (op.getAxis())
    axis.push_back({"axis", int64_t(*op.getAxis())});
  auto origins = nodeOrigins(op.getLoc());
  auto originNamed = [&](StringRef onnxOp, StringRef otherwise) {
    for (const NodeOrigin &origin : origins)
      if (origin.op == onnxOp)
        return origin.name;
    return otherwise.str();
  };

  if (const Constant *weight = constant(op.getInput())) {
    auto shape = weight->type;
    int64_t inner = op.getAxis() ? innerSize(op, shape) : 0;
    std::string bytes;
    for (int64_t i = 0, e = shape.getNumElements(); i < e; ++i) {
      int64_t channel = inner ? i / inner % shape.getDimSize(*op.getAxis()) : 0;
      float quotient = float(weight->valueAt(i)) / float(scale->valueAt(channel));
      double q = op.getRounding() == RoundingRule::Floor ? std::floor(quotient) : std::nearbyint(quotient);
      q = std::clamp(q + zero->valueAt(channel), double(op.getQMin()), double(op.getQMax()));
      append(bytes, std::isnan(q) ? 0 : int64_t(q), width);
    }
    std::string integersName = initializer(weight->name, type, shape.getShape(), bytes);
    std::string node = originNamed("DequantizeLinear", weight->name + "_dequantize");
    emitNamed(node, resultName(op, node), "DequantizeLinear", {integersName, scaleName, zeroName}, axis);
    return;
  }
  if (op.getRounding() != RoundingRule::Nearest) {
    emitError(op) << "requires rounding to nearest at run time for ONNX, but got floor";
    return;
  }
  if (op.getBits() != gridBits(type) || op.getNarrow()) {
    emitError(op) << "requires the whole range of 4, 8 or 16 bits at run time for ONNX, but got " << op.getBits()
                  << (op.getNarrow() ? " bits, narrow" : " bits");
    return;
  }
  // A grid on an input has no node to be called after, but a scale: `input_scale`.
  StringRef scaleStem = scale->name;
  scaleStem.consume_back("_scale");
  std::string base = origins.empty() ? scaleStem.str() : nodeWish(op);
  std::string quantizer = originNamed("QuantizeLinear", base + "_quantize");
  std::string dequantizer = originNamed("DequantizeLinear", base + "_dequantize");
  std::string q = emitNamed(quantizer, uniqueValue(quantizer), "QuantizeLinear", {name(op.getInput()), scaleName, zeroName}, axis);
  emitNamed(dequantizer, resultName(op, dequantizer), "DequantizeLinear", {q, scaleName, zeroName}, axis);
}

/// The grid of a value, looked for through ops that only move elements.
static FakeQuantizeOp gridOf(Value value) {
  while (Operation *op = value.getDefiningOp()) {
    if (auto fake = dyn_cast<FakeQuantizeOp>(op))
      return fake;
    if (!isa<TransposeOp, ReshapeOp, MaxPoolOp>(op))
      return {};
    value = op->getOperand(0);
  }
  return {};
}

std::string Exporter::exportBias(Operation *product, Value input, Value weight, Value bias) {
  auto inputGrid = gridOf(input), weightGrid = gridOf(weight);
  const Constant *known = constant(bias);
  const Constant *inputScale = inputGrid && !inputGrid.getAxis() ? constant(inputGrid.getScale()) : nullptr;
  const Constant *weightScale = weightGrid ? constant(weightGrid.getScale()) : nullptr;
  if (!known || !inputScale || !weightScale || !known->type.getElementType().isF32())
    return name(bias);
  int64_t count = known->type.getNumElements(), scales = weightScale->type.getNumElements();
  if (scales != 1 && scales != count)
    return name(bias);
  // On the grid of the products, as every integer kernel adds it.
  std::string integerBytes, scaleBytes;
  for (int64_t i = 0; i < count; ++i) {
    float scale = float(inputScale->valueAt(0)) * float(weightScale->valueAt(scales == 1 ? 0 : i));
    double q = std::nearbyint(known->valueAt(i) / scale);
    if (!(std::abs(q) < 2147483648.0) || !std::isnormal(scale))
      return name(bias);
    append(integerBytes, int64_t(q), 4);
    if (i < scales)
      scaleBytes.append(reinterpret_cast<const char *>(&scale), sizeof(scale));
  }
  SmallVector<int64_t> scaleShape;
  if (weightGrid.getAxis())
    scaleShape.push_back(scales);
  std::string integersName = initializer(known->name, Int32, {count}, integerBytes);
  std::string scaleName = initializer(known->name + "_scale", Float, scaleShape, scaleBytes);
  auto origins = nodeOrigins(known->location);
  std::string node = !origins.empty() && origins.front().op == "DequantizeLinear" ? origins.front().name
                                                                                   : known->name + "_dequantize";
  std::vector<onnx_out::Attribute> axis;
  if (!scaleShape.empty())
    axis.push_back({"axis", int64_t(0)});
  return emitNamed(node, uniqueValue(node), "DequantizeLinear", {integersName, scaleName}, axis);
}
