// Reads parameters, zeros, bytes and multiply-adds off a module's IR.
#include "penjing/Recipes/ModelFacts.h"

#include "penjing/Dialect/Penjing/Forms.h"
#include "penjing/Dialect/Penjing/ParameterValues.h"
#include "penjing/Support/Locations.h"

#include "mlir/Dialect/Quant/IR/QuantTypes.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/raw_ostream.h"

#include <cmath>

using namespace mlir;
using namespace penjing;

namespace {
/// How a weight reaches its layer: parameter, mask, grid.
struct WeightPath {
  ParamOp param, mask, scale, zero;
  FakeQuantizeOp grid;
};
} // namespace

static ParamOp usedParameter(Value value) {
  auto use = value.getDefiningOp<UseOp>();
  return use ? SymbolTable::lookupNearestSymbolFrom<ParamOp>(use, use.getParamAttr()) : ParamOp();
}

static WeightPath tracePath(Value value) {
  WeightPath path;
  if (auto grid = value.getDefiningOp<FakeQuantizeOp>()) {
    path.grid = grid;
    path.scale = usedParameter(grid.getScale());
    path.zero = usedParameter(grid.getZero());
    value = grid.getInput();
  }
  if (auto masked = value.getDefiningOp<MaskedOp>()) {
    path.mask = usedParameter(masked.getMask());
    value = masked.getWeight();
  }
  if (auto dequantized = value.getDefiningOp<DequantizeOp>())
    value = dequantized.getInput();
  path.param = usedParameter(value);
  return path;
}

static uint64_t samplesDropped(RankedTensorType type) {
  uint64_t count = 1;
  for (int64_t size : type.getShape().drop_front())
    count *= ShapedType::isDynamic(size) ? 1 : uint64_t(size);
  return count;
}

/// Multiply-adds of one sample.
static uint64_t countMacs(Operation *op, RankedTensorType weight) {
  auto result = cast<RankedTensorType>(op->getResult(0).getType());
  if (isa<ConvOp>(op))
    return samplesDropped(result) * uint64_t(weight.getNumElements() / weight.getDimSize(0));
  auto matmul = cast<MatmulOp>(op);
  int64_t inner = weight.getDimSize(weight.getRank() - (matmul.getTransposeB() ? 1 : 2));
  return samplesDropped(result) * uint64_t(inner);
}

static std::string elementText(Type type) {
  if (auto quantized = dyn_cast<quant::QuantizedType>(type))
    return (quantized.isSigned() ? "i" : "u") + std::to_string(quantized.getStorageTypeIntegralWidth());
  std::string text;
  llvm::raw_string_ostream(text) << type;
  return text;
}

/// Zeros of a stored weight: elements that are 0 (or the zero point, which is 0
/// for every weight).
template <typename T> static uint64_t countZeros(const ParameterBytes &bytes) {
  uint64_t zeros = 0;
  for (T value : bytes.as<T>())
    zeros += value == T(0);
  return zeros;
}

/// Index of the output channel of element `i`, along `axis` of `type`.
static int64_t positionOnAxis(RankedTensorType type, int64_t axis, int64_t i) {
  int64_t stride = 1;
  for (int64_t d = axis + 1; d < type.getRank(); ++d)
    stride *= type.getDimSize(d);
  return i / stride % type.getDimSize(axis);
}

/// Zeros and noise of a float weight behind its mask and its grid.
static void measureFloatWeight(const WeightPath &path, LayerFacts &facts) {
  WeightPath p = path;
  auto values = ParameterBytes::of(p.param);
  if (!values)
    return;
  auto mask = p.mask ? ParameterBytes::of(p.mask) : std::nullopt;
  auto scale = p.scale ? ParameterBytes::of(p.scale) : std::nullopt;
  auto zero = p.zero && p.zero.getTensorType().getElementTypeBitWidth() == 32 ? ParameterBytes::of(p.zero)
                                                                             : std::nullopt;
  auto type = p.param.getTensorType();
  bool onGrid = p.grid && scale && zero;
  double signal = 0, noise = 0;
  ArrayRef<float> w = values->as<float>();
  for (auto [i, value] : llvm::enumerate(w)) {
    double seen = mask && !mask->bytes()[i] ? 0.0 : double(value);
    facts.zeros += seen == 0;
    if (onGrid) {
      size_t channel = p.grid.getAxis() ? positionOnAxis(type, *p.grid.getAxis(), i) : 0;
      double step = scale->as<float>()[channel], offset = zero->as<int32_t>()[channel];
      double q = seen / step;
      q = (p.grid.getRounding() == RoundingRule::Floor ? std::floor(q) : std::nearbyint(q)) + offset;
      seen = (std::clamp<double>(q, p.grid.getQMin(), p.grid.getQMax()) - offset) * step;
    }
    signal += double(value) * value;
    noise += (seen - value) * (seen - value);
  }
  if (noise > 0 && signal > 0)
    facts.sqnr = 10 * std::log10(signal / noise);
}

static std::optional<LayerFacts> describeLayer(Operation *op) {
  Value weight = isa<ConvOp>(op) ? cast<ConvOp>(op).getWeight() : cast<MatmulOp>(op).getB();
  WeightPath path = tracePath(weight);
  if (!path.param)
    return std::nullopt;
  RankedTensorType type = path.param.getTensorType();
  LayerFacts facts;
  facts.weight = path.param.getSymName().str();
  facts.name = nodeName(op->getLoc());
  if (facts.name.empty())
    facts.name = facts.weight;
  facts.op = op->getName().stripDialect().str();
  facts.shape.assign(type.getShape().begin(), type.getShape().end());
  facts.element = elementText(type.getElementType());
  facts.parameters = type.getNumElements();
  facts.weightBytes = getStorageBytes(type).value_or(0);
  facts.macs = countMacs(op, type);
  if (type.getElementType().isF32()) {
    measureFloatWeight(path, facts);
    return facts;
  }
  if (auto values = ParameterBytes::of(path.param); values && getStorageBytes(type.getElementType()) == 1)
    facts.zeros = countZeros<int8_t>(*values);
  return facts;
}

static bool isLearned(Role role) {
  return role == Role::Weight || role == Role::Bias || role == Role::NormScale || role == Role::NormShift;
}

ModelFacts penjing::collectFacts(ModuleOp module) {
  ModelFacts facts;
  if (auto form = getForm(module))
    facts.form = stringifyForm(*form).str();
  for (auto param : module.getOps<ParamOp>()) {
    if (isLearned(param.getRole()))
      facts.parameters += param.getTensorType().getNumElements();
    facts.weightBytes += getStorageBytes(param.getTensorType()).value_or(0);
  }
  auto entry = getEntryFunction(module);
  if (failed(entry))
    return facts;
  llvm::StringSet<> seen;
  entry->walk([&](Operation *op) {
    if (!isa<ConvOp, MatmulOp>(op))
      return;
    auto layer = describeLayer(op);
    if (!layer)
      return;
    facts.macs += layer->macs;
    // A weight that two layers share is there once.
    if (seen.insert(layer->weight).second)
      facts.weights += layer->parameters, facts.zeros += layer->zeros;
    facts.layers.push_back(std::move(*layer));
  });
  return facts;
}

llvm::json::Object LayerFacts::toJson() const {
  llvm::json::Object page{{"name", name},
                          {"op", op},
                          {"weight", weight},
                          {"shape", llvm::json::Array(shape)},
                          {"element", element},
                          {"parameters", int64_t(parameters)},
                          {"zeros", int64_t(zeros)},
                          {"weight_bytes", int64_t(weightBytes)},
                          {"macs", int64_t(macs)}};
  if (sqnr)
    page["sqnr_db"] = *sqnr;
  return page;
}

llvm::json::Object ModelFacts::toJson() const {
  llvm::json::Array list;
  for (const LayerFacts &layer : layers)
    list.push_back(layer.toJson());
  return llvm::json::Object{{"form", form},
                            {"parameters", int64_t(parameters)},
                            {"weights", int64_t(weights)},
                            {"zeros", int64_t(zeros)},
                            {"weight_bytes", int64_t(weightBytes)},
                            {"macs", int64_t(macs)},
                            {"layers", std::move(list)}};
}
