// Biases of layers on integers, on the grid of the sums they are added to: an
// error of half a step there moves roundings of every layer that follows, and a
// decided network would predict otherwise than the packed one it becomes.
#include "BiasGrids.h"
#include "penjing/Analysis/Layers.h"
#include "penjing/Dialect/Penjing/ParameterValues.h"

#include "llvm/ADT/MapVector.h"

#include <cmath>
#include <limits>

using namespace mlir;
using namespace penjing;

/// The scales of a grid; nothing where they are not known.
static std::optional<std::vector<float>> scalesOf(FakeQuantizeOp op) {
  if (auto use = op.getScale().getDefiningOp<UseOp>()) {
    ParamOp scale = getParam(use);
    return scale ? floatValues(scale) : std::nullopt;
  }
  return std::nullopt;
}

/// The grid that a layer's input is on, behind ops that keep grids.
static FakeQuantizeOp inputGrid(const Layer &layer) {
  Value value = layer.input();
  while (isa_and_nonnull<ReluOp, ClipOp, MaxPoolOp, ReshapeOp, TransposeOp,
                         SliceOp, PadOp>(value.getDefiningOp()))
    value = value.getDefiningOp()->getOperand(0);
  return value.getDefiningOp<FakeQuantizeOp>();
}

/// The steps of the sums of a layer's output channels: input scale x weight
/// scale; empty where the layer does not become integers.
static std::vector<double> stepsOf(const Layer &layer) {
  FakeQuantizeOp input = inputGrid(layer), weight = layer.weight.fakeQuantize;
  if (!input || input.getAxis() || !weight ||
      (weight.getAxis() && *weight.getAxis() != layer.outputDimension()))
    return {};
  auto scale = scalesOf(input), scales = scalesOf(weight);
  if (!scale || scale->size() != 1 || !scales)
    return {};
  std::vector<double> steps;
  for (int64_t o = 0; o < layer.outputs; ++o)
    steps.push_back(double(scale->front()) *
                    (*scales)[weight.getAxis() ? o : 0]);
  return steps;
}

/// Whether a value changed; one whose integer does not fit, or whose step is no
/// step, stays.
static bool roundTo(MutableArrayRef<float> bias, ArrayRef<double> steps) {
  constexpr double most = std::numeric_limits<int32_t>::max();
  bool changed = false;
  for (auto [value, step] : llvm::zip_equal(bias, steps)) {
    double integer = std::nearbyint(value / step);
    if (!(std::abs(integer) <= most))
      continue;
    auto rounded = float(integer * step);
    changed |= rounded != value;
    value = rounded;
  }
  return changed;
}

int64_t penjing::roundBiases(ModuleOp module) {
  struct Reading {
    std::vector<double> steps;
    bool agrees = true;
    int64_t layers = 0;
  };
  llvm::MapVector<ParamOp, Reading> readings;
  for (const Layer &layer : getLayers(module)) {
    if (!layer.bias || layer.bias->fakeQuantize || layer.bias->masked)
      continue;
    Reading &reading = readings[layer.bias->param];
    std::vector<double> steps = stepsOf(layer);
    reading.agrees &= !steps.empty() && (reading.layers == 0 || reading.steps == steps);
    reading.steps = std::move(steps);
    ++reading.layers;
  }
  llvm::DenseMap<Operation *, int64_t> reads;
  module.walk([&](UseOp use) { reads[getParam(use)] += llvm::range_size(use->getUses()); });
  int64_t changed = 0;
  for (auto &[bias, reading] : readings) {
    auto values = floatValues(bias);
    if (!reading.agrees || !values || reads[bias] != reading.layers ||
        values->size() != reading.steps.size() || !roundTo(*values, reading.steps))
      continue;
    setParameterBytes(bias, bytesOf(*values));
    ++changed;
  }
  return changed;
}
