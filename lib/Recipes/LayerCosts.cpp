// What a layer's mask and grids cost: they are lifted from a copy of the model
// and the accuracy is measured again.
#include "penjing/Recipes/Accuracy.h"
#include "penjing/Recipes/Compression.h"

#include "penjing/Dialect/Penjing/Forms.h"
#include "penjing/Dialect/Penjing/ParameterValues.h"
#include "penjing/Support/Locations.h"
#include "penjing/Support/Session.h"

using namespace mlir;
using namespace penjing;

/// The weight's operand number of a layer, or nothing for other ops.
static std::optional<unsigned> weightOperand(Operation *op) {
  return isa<ConvOp, MatmulOp>(op) ? std::optional<unsigned>(1) : std::nullopt;
}

/// The value without mask and grid.
static Value liftedValue(Value value) {
  while (true) {
    if (auto grid = value.getDefiningOp<FakeQuantizeOp>())
      value = grid.getInput();
    else if (auto masked = value.getDefiningOp<MaskedOp>())
      value = masked.getWeight();
    else
      return value;
  }
}

/// Lifts mask and grids of the layer's operands; whether there were any.
static bool liftLayer(Operation *layer) {
  bool changed = false;
  for (OpOperand &operand : layer->getOpOperands()) {
    Value lifted = liftedValue(operand.get());
    changed |= lifted != operand.get();
    operand.set(lifted);
  }
  return changed;
}

static SmallVector<Operation *> layersOf(ModuleOp module) {
  SmallVector<Operation *> layers;
  auto entry = getEntryFunction(module);
  if (succeeded(entry))
    entry->walk([&](Operation *op) {
      if (weightOperand(op))
        layers.push_back(op);
    });
  return layers;
}

static std::string layerName(Operation *op) {
  std::string name = nodeName(op->getLoc());
  if (name.empty())
    if (auto use = liftedValue(op->getOperand(*weightOperand(op))).getDefiningOp<UseOp>())
      return use.getParam().str();
  return name;
}

llvm::Expected<std::vector<LayerCost>> penjing::measureLayerCosts(ModuleOp module, double accuracy,
                                                                  const Dataset &data,
                                                                  ArrayRef<uint32_t> samples,
                                                                  Session &session, bool interpret) {
  AccuracyOptions options;
  options.interpret = interpret;
  options.progress = false;
  std::vector<LayerCost> costs;
  for (size_t index = 0, count = layersOf(module).size(); index < count; ++index) {
    OwningOpRef<ModuleOp> copy = cast<ModuleOp>(module->clone());
    Operation *layer = layersOf(*copy)[index];
    if (!liftLayer(layer))
      continue;
    // Only uses change, no value: the copy may share the module's blobs.
    auto metrics = measureAccuracy(*copy, data, samples, session, options);
    if (!metrics)
      return metrics.takeError();
    costs.push_back({layerName(layer), metrics->accuracy() - accuracy});
  }
  return std::move(costs);
}
