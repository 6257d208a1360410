// Layers: the convolutions and matrix products whose weight is a parameter,
// and the ops that stand between the two.
#include "penjing/Analysis/Layers.h"

#include "penjing/Dialect/Penjing/ParameterValues.h"
#include "penjing/Support/Locations.h"

#include "mlir/IR/Iterators.h"

using namespace mlir;
using namespace penjing;

ParamOp penjing::getParam(UseOp op) {
  return SymbolTable::lookupNearestSymbolFrom<ParamOp>(op, op.getParamAttr());
}

std::optional<ParameterPath> penjing::traceParameter(Value value) {
  ParameterPath path;
  if (auto fake = value.getDefiningOp<FakeQuantizeOp>()) {
    path.fakeQuantize = fake;
    value = fake.getInput();
  }
  if (auto masked = value.getDefiningOp<MaskedOp>()) {
    auto mask = masked.getMask().getDefiningOp<UseOp>();
    if (!mask)
      return std::nullopt;
    path.masked = masked;
    path.mask = getParam(mask);
    value = masked.getWeight();
  }
  path.use = value.getDefiningOp<UseOp>();
  if (!path.use)
    return std::nullopt;
  path.param = getParam(path.use);
  if (!path.param)
    return std::nullopt;
  return path;
}

unsigned Layer::outputDimension() const {
  auto matmul = dyn_cast<MatmulOp>(op);
  return matmul && !matmul.getTransposeB() ? 1 : 0;
}

unsigned Layer::resultDimension() const {
  if (auto conv = dyn_cast<ConvOp>(op))
    return conv.getLayout() == Layout::NCHW ? 1 : 3;
  return cast<RankedTensorType>(op->getResult(0).getType()).getRank() - 1;
}

std::optional<Layer> penjing::getLayer(Operation *op) {
  if (!isa<ConvOp, MatmulOp>(op))
    return std::nullopt;
  auto path = traceParameter(op->getOperand(1));
  if (!path)
    return std::nullopt;
  Layer layer;
  layer.op = op;
  layer.weight = *path;
  ArrayRef<int64_t> shape = path->param.getTensorType().getShape();
  if (auto conv = dyn_cast<ConvOp>(op)) {
    layer.outputs = shape[0];
    layer.inputs = shape[1];
    layer.taps = shape[2] * shape[3];
    layer.groups = conv.getGroups();
    layer.inputStride = layer.taps;
    layer.outputStride = layer.inputs * layer.taps;
  } else {
    if (shape.size() != 2)
      return std::nullopt;
    bool transposed = cast<MatmulOp>(op).getTransposeB();
    layer.outputs = shape[transposed ? 0 : 1];
    layer.inputs = shape[transposed ? 1 : 0];
    layer.outputStride = transposed ? layer.inputs : 1;
    layer.inputStride = transposed ? 1 : layer.outputs;
  }
  if (op->getNumOperands() > 2)
    layer.bias = traceParameter(op->getOperand(2));
  return layer;
}

std::vector<Layer> penjing::getLayers(ModuleOp module) {
  std::vector<Layer> layers;
  module.walk([&](Operation *op) {
    if (auto layer = getLayer(op))
      layers.push_back(*layer);
  });
  return layers;
}

std::string penjing::layerName(Operation *op) {
  std::string name = nodeName(op->getLoc());
  if (!name.empty())
    return name;
  if (auto layer = getLayer(op))
    return ("@" + layer->weight.param.getSymName()).str();
  return op->getName().getStringRef().str();
}

std::optional<std::vector<float>> penjing::floatValues(ParamOp param) {
  auto bytes = ParameterBytes::of(param);
  if (!bytes || !param.getTensorType().getElementType().isF32())
    return std::nullopt;
  ArrayRef<float> values = bytes->as<float>();
  return std::vector<float>(values.begin(), values.end());
}

std::optional<std::vector<float>> penjing::maskedWeights(const Layer &layer) {
  auto values = floatValues(layer.weight.param);
  if (!values || !layer.weight.mask)
    return values;
  auto mask = ParameterBytes::of(layer.weight.mask);
  if (!mask)
    return std::nullopt;
  for (auto [value, kept] : llvm::zip(*values, mask->bytes()))
    if (!kept)
      value = 0;
  return values;
}

ParamOp penjing::addParameter(ParamOp after, StringRef name, RankedTensorType type, Role role,
                              std::optional<ArrayRef<char>> bytes) {
  Operation *module = after->getParentOp();
  std::string unique = name.str();
  for (unsigned suffix = 1; SymbolTable::lookupSymbolIn(module, unique); ++suffix)
    unique = (name + "_" + Twine(suffix)).str();
  OpBuilder builder(after.getContext());
  builder.setInsertionPointAfter(after);
  auto param = ParamOp::create(builder, after.getLoc(), builder.getStringAttr(unique),
                               TypeAttr::get(type), RoleAttr::get(after.getContext(), role),
                               /*trainable=*/UnitAttr(), /*value=*/ElementsAttr(),
                               /*init=*/InitializerAttr(), /*sym_visibility=*/StringAttr());
  if (bytes)
    setParameterBytes(param, *bytes);
  return param;
}

int64_t penjing::removeUnusedParameters(ModuleOp module) {
  llvm::DenseSet<Attribute> used;
  module.walk<WalkOrder::PostOrder, ReverseIterator>([&](Operation *op) {
    if (isa<UseOp, MaskedOp, FakeQuantizeOp>(op) && op->use_empty() &&
        (isa<UseOp>(op) || traceParameter(op->getResult(0))))
      return op->erase();
    if (auto use = dyn_cast<UseOp>(op))
      used.insert(use.getParamAttr().getAttr());
  });
  int64_t removed = 0;
  for (ParamOp param : llvm::make_early_inc_range(module.getOps<ParamOp>()))
    if (!used.contains(param.getSymNameAttr())) {
      releaseParameter(param);
      param.erase();
      ++removed;
    }
  return removed;
}

NodeNames::NodeNames(StringRef list) {
  SmallVector<StringRef> parts;
  list.split(parts, ',', -1, /*KeepEmpty=*/false);
  for (StringRef part : parts)
    names.emplace_back(part.trim().str(), false);
}

bool NodeNames::contains(Operation *op) {
  for (const NodeOrigin &node : nodeOrigins(op->getLoc()))
    for (auto &[name, met] : names)
      if (name == node.name)
        return met = true;
  std::string own = layerName(op);
  for (auto &[name, met] : names)
    if (name == own)
      return met = true;
  return false;
}

LogicalResult NodeNames::requireAllMet(Operation *where, StringRef option) const {
  for (const auto &[name, met] : names)
    if (!met)
      return where->emitError() << "requires option \"" << option
                                << "\" to name nodes of the model, but found none called \"" << name
                                << "\"";
  return success();
}
