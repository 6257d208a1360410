// The parameters of a packed module: masks and grids frozen into values.
#include "PackedParameters.h"

#include "penjing/Dialect/Penjing/ParameterValues.h"

#include <cmath>
#include <limits>

using namespace mlir;
using namespace penjing;

/// The parameter's float32 values with masked ones as zero.
static std::vector<float> maskedValues(const ParameterPath &path) {
  std::vector<float> values = *floatValues(path.param);
  if (!path.mask)
    return values;
  std::optional<ParameterBytes> mask = ParameterBytes::of(path.mask);
  for (auto [value, kept] : llvm::zip(values, mask->bytes()))
    if (!kept)
      value = 0;
  return values;
}

/// Calls `visit(position, channel)` for every element; the channel is that of
/// the grid's axis.
static void forEachElement(RankedTensorType type, const Grid &grid,
                           llvm::function_ref<void(int64_t, int64_t)> visit) {
  int64_t inner = 1, channels = 1;
  if (grid.axis) {
    channels = type.getDimSize(*grid.axis);
    for (int64_t size : type.getShape().drop_front(*grid.axis + 1))
      inner *= size;
  }
  for (int64_t i = 0, e = type.getNumElements(); i < e; ++i)
    visit(i, grid.axis ? i / inner % channels : 0);
}

ParamOp PackedParameters::add(const Key &key, ParamOp origin, RankedTensorType type,
                              ArrayRef<char> bytes) {
  ParamOp param = addParameter(origin, (origin.getSymName() + "_packed").str(), type,
                               origin.getRole(), bytes);
  param->setLoc(origin.getLoc());
  names.emplace_back(param, origin.getSymName().str());
  return made[key] = param;
}

/// The parameter that holds a grid's scales; null where they are constants.
static Operation *scaleOf(const ParameterPath &path) {
  if (!path.fakeQuantize)
    return nullptr;
  FakeQuantizeOp fake = path.fakeQuantize;
  auto use = fake.getScale().getDefiningOp<UseOp>();
  return use ? getParam(use).getOperation() : fake.getOperation();
}

ParamOp PackedParameters::asIntegers(const ParameterPath &path, const Grid &grid) {
  Key key{path.param, path.mask, scaleOf(path), nullptr, 0};
  if (auto found = made.find(key); found != made.end())
    return found->second;
  ParamOp weight = path.param;
  RankedTensorType type = weight.getTensorType();
  std::vector<float> values = maskedValues(path);
  RankedTensorType packed = type.clone(grid.type(type.getElementType()));
  bool wide = getStorageBytes(packed.getElementType()) == 2;
  std::vector<int8_t> narrowIntegers(wide ? 0 : values.size());
  std::vector<int16_t> wideIntegers(wide ? values.size() : 0);
  forEachElement(type, grid, [&](int64_t i, int64_t channel) {
    int64_t q = grid.quantize(values[i], channel);
    if (wide)
      wideIntegers[i] = int16_t(q);
    else
      narrowIntegers[i] = int8_t(q);
  });
  return add(key, weight, packed, wide ? bytesOf(wideIntegers) : bytesOf(narrowIntegers));
}

ParamOp PackedParameters::asFloats(const ParameterPath &path, const Grid *grid) {
  Key key{path.param, path.mask, scaleOf(path), path.param, 0};
  if (auto found = made.find(key); found != made.end())
    return found->second;
  ParamOp weight = path.param;
  std::vector<float> values = maskedValues(path);
  if (grid)
    forEachElement(weight.getTensorType(), *grid, [&](int64_t i, int64_t channel) {
      values[i] = float(grid->quantize(values[i], channel) - grid->zeros[channel]) * grid->scales[channel];
    });
  return add(key, weight, weight.getTensorType(), bytesOf(values));
}

ParamOp PackedParameters::asBias(const ParameterPath &path, double inputScale,
                                 const ParameterPath &weightPath, const Grid &weight) {
  Key key{path.param, nullptr, scaleOf(weightPath), nullptr, inputScale};
  if (auto found = made.find(key); found != made.end())
    return found->second;
  ParamOp bias = path.param;
  std::vector<int32_t> integers;
  for (auto [o, value] : llvm::enumerate(*floatValues(bias))) {
    double step = inputScale * weight.scales[weight.axis ? o : 0];
    double q = std::nearbyint(value / step);
    constexpr double least = std::numeric_limits<int32_t>::min();
    constexpr double most = std::numeric_limits<int32_t>::max();
    integers.push_back(std::isnan(q) ? 0 : int32_t(std::min(std::max(q, least), most)));
  }
  auto type = bias.getTensorType().clone(IntegerType::get(module.getContext(), 32));
  return add(key, bias, type, bytesOf(integers));
}

void PackedParameters::finish() {
  removeUnusedParameters(module);
  for (auto &entry : names) {
    ParamOp param = entry.first;
    StringRef name = entry.second;
    if (SymbolTable::lookupSymbolIn(module, name))
      continue;
    module.walk([&](UseOp use) {
      if (use.getParam() == param.getSymName())
        use.setParam(name);
    });
    param.setSymName(name);
  }
}

int64_t penjing::flushSubnormals(ModuleOp module) {
  int64_t flushed = 0;
  for (ParamOp param : module.getOps<ParamOp>()) {
    auto values = floatValues(param);
    if (!values)
      continue;
    int64_t before = flushed;
    for (float &value : *values)
      if (std::fpclassify(value) == FP_SUBNORMAL) {
        value = std::copysign(0.0f, value);
        ++flushed;
      }
    if (flushed != before)
      setParameterBytes(param, bytesOf(*values));
  }
  return flushed;
}
