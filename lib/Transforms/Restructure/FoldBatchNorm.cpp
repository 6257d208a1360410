// Folds batch normalizations, and arithmetic with one number per channel, into
// the weight and bias of the layer before them.
#include "penjing/Transforms/Restructure/Passes.h"

#include "penjing/Analysis/Layers.h"
#include "penjing/Dialect/Penjing/Forms.h"
#include "penjing/Dialect/Penjing/ParameterValues.h"
#include "penjing/Support/Locations.h"
#include "penjing/Support/Remark.h"

#include "llvm/Support/FormatVariadic.h"

#define DEBUG_TYPE "pj-fold-batch-norm"

namespace penjing {
#define GEN_PASS_DEF_FOLDBATCHNORM
#include "penjing/Transforms/Restructure/Passes.h.inc"
} // namespace penjing

using namespace mlir;
using namespace penjing;

namespace {

/// y = factor · x + offset, a number per channel.
struct ChannelMap {
  std::vector<double> factor, offset;
};

struct FoldBatchNorm : public penjing::impl::FoldBatchNormBase<FoldBatchNorm> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    if (failed(requireForm(module, {Form::Float, Form::Decided})))
      return signalPassFailure();
    for (Layer layer : getLayers(module))
      while (auto next = foldableReader(layer)) {
        fold(layer, next->first, next->second);
        layer = *getLayer(layer.op);
      }
    module.walk([&](BatchNormOp op) { explainKept(op); });
    removeUnusedParameters(module);
  }

private:
  /// Why a normalization is still there.
  void explainKept(BatchNormOp op) {
    auto layer = op.getInput().getDefiningOp() ? getLayer(op.getInput().getDefiningOp())
                                               : std::optional<Layer>();
    const char *reason = !layer ? "no layer stands before it"
                         : !layer->result().hasOneUse() ? "others read the layer before it as well"
                         : layer->weight.fakeQuantize ? "the weight before it is quantized already"
                                                      : "its numbers or the weight are not constants";
    emitRemark(op, getArgument(), RemarkKind::Missed,
               "kept " + layerName(op) + ": " + reason);
  }

  /// The only reader of the layer's result and what it does to a channel.
  std::optional<std::pair<Operation *, ChannelMap>> foldableReader(const Layer &layer) {
    bool plainBias = layer.op->getNumOperands() < 3 ||
                     (layer.bias && !layer.bias->fakeQuantize && !layer.bias->masked &&
                      floatValues(layer.bias->param));
    if (!layer.result().hasOneUse() || layer.weight.fakeQuantize || !plainBias ||
        !floatValues(layer.param()))
      return std::nullopt;
    Operation *reader = *layer.result().user_begin();
    std::optional<ChannelMap> map;
    if (auto norm = dyn_cast<BatchNormOp>(reader))
      map = mapOf(norm, layer);
    else if (isa<AddOp, SubOp, MulOp>(reader))
      map = mapOfArithmetic(reader, layer);
    if (!map)
      return std::nullopt;
    return std::pair(reader, std::move(*map));
  }

  static std::optional<std::vector<float>> vectorOf(Value value) {
    auto path = traceParameter(value);
    if (!path || path->fakeQuantize || path->masked)
      return std::nullopt;
    return floatValues(path->param);
  }

  std::optional<ChannelMap> mapOf(BatchNormOp norm, const Layer &layer) {
    if (norm.getAxis() != layer.resultDimension())
      return std::nullopt;
    auto scale = vectorOf(norm.getScale()), shift = vectorOf(norm.getShift()),
         mean = vectorOf(norm.getMean()), variance = vectorOf(norm.getVariance());
    if (!scale || !shift || !mean || !variance)
      return std::nullopt;
    ChannelMap map;
    double epsilon = norm.getEpsilon().convertToDouble();
    for (int64_t c = 0; c < layer.outputs; ++c) {
      map.factor.push_back((*scale)[c] / std::sqrt((*variance)[c] + epsilon));
      map.offset.push_back((*shift)[c] - (*mean)[c] * map.factor.back());
    }
    return map;
  }

  /// Adding, subtracting or multiplying by a parameter that has one number, or
  /// one per channel.
  std::optional<ChannelMap> mapOfArithmetic(Operation *op, const Layer &layer) {
    bool layerIsLeft = op->getOperand(0) == layer.result();
    Value constant = op->getOperand(layerIsLeft ? 1 : 0);
    auto numbers = vectorOf(constant);
    auto type = cast<RankedTensorType>(constant.getType());
    auto resultType = cast<RankedTensorType>(op->getResult(0).getType());
    if (!numbers || resultType != layer.result().getType() || numbers->empty())
      return std::nullopt;
    int64_t fromEnd = resultType.getRank() - layer.resultDimension();
    bool perChannel = type.getRank() >= fromEnd &&
                      type.getDimSize(type.getRank() - fromEnd) == layer.outputs &&
                      int64_t(numbers->size()) == layer.outputs;
    if (!perChannel && numbers->size() != 1)
      return std::nullopt;
    ChannelMap map;
    for (int64_t c = 0; c < layer.outputs; ++c) {
      double number = (*numbers)[perChannel ? c : 0];
      bool isMul = isa<MulOp>(op), isSub = isa<SubOp>(op);
      map.factor.push_back(isMul ? number : isSub && !layerIsLeft ? -1 : 1);
      map.offset.push_back(isMul ? 0 : isSub && layerIsLeft ? -number : number);
    }
    return map;
  }

  void fold(Layer &layer, Operation *reader, const ChannelMap &map) {
    auto weights = *floatValues(layer.param());
    for (int64_t o = 0; o < layer.outputs; ++o)
      for (int64_t i = 0; i < layer.inputs; ++i)
        for (int64_t t = 0; t < layer.taps; ++t) {
          float &weight = weights[layer.element(o, i, t)];
          weight = float(weight * map.factor[o]);
        }
    std::vector<float> bias(layer.outputs);
    if (layer.bias)
      bias = *floatValues(layer.bias->param);
    for (int64_t o = 0; o < layer.outputs; ++o)
      bias[o] = float(bias[o] * map.factor[o] + map.offset[o]);

    setWeight(layer, weights);
    setBias(layer, bias);
    layer.op->setLoc(fuseLocations({layer.op->getLoc(), reader->getLoc()}));
    emitRemark(layer.op, getArgument(), RemarkKind::Passed,
               llvm::formatv("folded {0} into {1}", layerName(reader), layerName(layer.op)).str());
    reader->getResult(0).replaceAllUsesWith(layer.result());
    reader->erase();
    ++folded;
  }

  /// Whether the layer's op is all that reads the parameter.
  bool ownsParameter(const Layer &layer, const ParameterPath &path) {
    for (Operation *op = path.use; op != layer.op;) {
      if (!op->getResult(0).hasOneUse())
        return false;
      op = *op->getResult(0).user_begin();
    }
    int64_t uses = 0;
    getOperation().walk([&](UseOp use) { uses += getParam(use) == path.param; });
    return uses == 1;
  }

  /// Writes the values into the parameter at the end of `path`, or into a copy
  /// where others read that parameter.
  void setWeight(Layer &layer, const std::vector<float> &values) {
    if (ownsParameter(layer, layer.weight))
      return setParameterBytes(layer.param(), bytesOf(values));
    ParamOp copy = addParameter(layer.param(), (layer.param().getSymName() + "_folded").str(),
                                layer.param().getTensorType(), Role::Weight,
                                bytesOf(values));
    copy.setTrainable(layer.param().getTrainable());
    OpBuilder builder(layer.op);
    Value weight = UseOp::create(builder, layer.op->getLoc(), copy.getTensorType(), copy.getSymName());
    if (layer.weight.masked)
      weight = MaskedOp::create(builder, layer.op->getLoc(), weight,
                                layer.weight.masked.getMask());
    layer.weightOperand().set(weight);
  }

  void setBias(Layer &layer, const std::vector<float> &values) {
    if (layer.bias && ownsParameter(layer, *layer.bias))
      return setParameterBytes(layer.bias->param, bytesOf(values));
    auto type = RankedTensorType::get({layer.outputs}, layer.param().getTensorType().getElementType());
    ParamOp param = addParameter(layer.param(), (layer.param().getSymName() + "_bias").str(), type,
                                 Role::Bias, bytesOf(values));
    param.setTrainable(layer.param().getTrainable());
    OpBuilder builder(layer.op);
    Value bias = UseOp::create(builder, layer.op->getLoc(), type, param.getSymName());
    if (layer.op->getNumOperands() > 2)
      layer.op->setOperand(2, bias);
    else
      layer.op->insertOperands(2, bias);
  }
};

} // namespace
