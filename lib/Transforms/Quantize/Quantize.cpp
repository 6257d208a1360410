// Chooses the tensors that become integers and writes it down as
// fake_quantize ops with parameters for scale and zero point.
#include "penjing/Transforms/Quantize/Passes.h"

#include "IntegerRegions.h"
#include "LayerRates.h"

#include "penjing/Analysis/ClippingRules.h"
#include "penjing/Dialect/Penjing/Forms.h"
#include "penjing/Support/CheckedOptions.h"
#include "penjing/Support/Locations.h"
#include "penjing/Support/NumericOption.h"
#include "penjing/Support/Remark.h"

#include "llvm/Support/FormatVariadic.h"

#define DEBUG_TYPE "pj-quantize"

namespace penjing {
#define GEN_PASS_DEF_QUANTIZE
#include "penjing/Transforms/Quantize/Passes.h.inc"
} // namespace penjing

using namespace mlir;
using namespace penjing;

namespace {

/// Products an i32 sum of u8 x s8 may have.
constexpr int64_t kMaxProducts = 66000;

struct GridParameters {
  ParamOp scale, zero;
};

struct Quantize : public penjing::impl::QuantizeBase<Quantize>, CheckedOptions {
  using QuantizeBase::QuantizeBase;

  void runOnOperation() override {
    ModuleOp module = getOperation();
    if (failed(requireForm(module, {Form::Float, Form::Decided})) || failed(readOptions()))
      return signalPassFailure();
    NodeNames skipped(skip), named(only);
    skippedNodes = &skipped;
    namedNodes = &named;
    for (auto function : module.getOps<func::FuncOp>())
      if (!function.isExternal() && failed(quantize(function)))
        return signalPassFailure();
    if (failed(skipped.requireAllMet(module, "skip")) || failed(named.requireAllMet(module, "layers")))
      signalPassFailure();
  }

  llvm::Error checkOptions() override {
    auto weight = parseIntegerOption("bits", bits, 2, 8);
    if (!weight)
      return weight.takeError();
    auto activation = parseIntegerOption("activation-bits", activationBits, 2, 8);
    if (!activation)
      return activation.takeError();
    weightBits = *weight;
    inputBits = *activation;
    auto rounding = symbolizeRoundingRule(rule);
    if (!rounding)
      return llvm::createStringError("requires option \"rule\" to be nearest or floor, but got \"" + rule + "\"");
    auto clipping = symbolizeClipRule(clip);
    if (!clipping)
      return llvm::createStringError("requires option \"clip\" to be minmax, percentile, mse or sigma, but got \"" +
                                     clip + "\"");
    roundingRule = *rounding;
    clipRule = *clipping;
    if (!target.empty()) {
      auto found = findTarget(target);
      if (!found)
        return found.takeError();
      costs = std::move(*found);
    }
    return llvm::Error::success();
  }

private:
  LogicalResult readOptions() {
    if (llvm::Error error = checkOptions())
      return getOperation().emitError() << llvm::toString(std::move(error));
    return success();
  }

  /// Whether the option `layers` allows the op: a layer that it names; arithmetic
  /// whose operands all come from such layers or from the inputs.
  bool isAllowed(Operation *op) {
    if (only.empty() || namedNodes->contains(op))
      return true;
    if (auto known = allowed.find(op); known != allowed.end())
      return known->second;
    bool result = !getLayer(op) && llvm::all_of(op->getOperands(), [&](Value operand) {
      return !operand.getDefiningOp() || traceParameter(operand) || isAllowed(operand.getDefiningOp());
    });
    return allowed[op] = result;
  }

  /// Whether the op shall work on integers; says why not.
  bool chooses(Operation *op) {
    auto keep = [&](const Twine &why, std::vector<RemarkValue> values = {}) {
      emitRemark(op, getArgument(), RemarkKind::Missed,
                 "kept " + layerName(op) + " in float: " + why, std::move(values));
      return false;
    };
    if (skippedNodes->contains(op) || !isAllowed(op))
      return keep("as asked");
    auto found = getLayer(op);
    if (!found)
      return true;
    const Layer &layer = *found;
    if (layer.products() > kMaxProducts)
      return keep("a sum of " + Twine(layer.products()) + " products could overflow, at most " +
                  Twine(kMaxProducts) + " are allowed");
    if (!layer.weight.fakeQuantize && !floatValues(layer.param()))
      return keep("its weight has no float32 values");
    if (!costs)
      return true;
    LayerTimes times = estimateTimes(layer, *costs);
    if (times.asIntegers < times.asFloat)
      return true;
    return keep(llvm::formatv("{0:f2} us as integers, {1:f2} us in float on {2}", times.asIntegers,
                              times.asFloat, costs->name)
                    .str(),
                {{"integers", times.asIntegers}, {"float", times.asFloat}});
  }

  LogicalResult quantize(func::FuncOp function) {
    if (!function.getBody().hasOneBlock())
      return success();
    // The regions ask about a layer once; its answer is remembered with it.
    IntegerRegions regions(function, [&](Operation *op) { return chooses(op); });
    SmallVector<Operation *> ops;
    for (Operation &op : function.front())
      ops.push_back(&op);
    if (llvm::none_of(ops, [&](Operation *op) { return regions.kindOf(op) == IntegerKind::Layer; }))
      return success();
    setForm(getOperation(), Form::Decided);
    for (BlockArgument argument : function.getArguments())
      if (regions.isWanted(argument))
        addGrid(argument, inputName(function, argument));
    for (Operation *op : ops)
      if (failed(quantize(op, regions)))
        return failure();
    return success();
  }

  LogicalResult quantize(Operation *op, const IntegerRegions &regions) {
    IntegerKind kind = regions.kindOf(op);
    if (isa<SoftmaxOp>(op))
      emitRemark(op, getArgument(), RemarkKind::Missed,
                 "kept " + layerName(op) + " and what follows in float: a softmax has no integer form");
    if (isa<BatchNormOp>(op))
      emitRemark(op, getArgument(), RemarkKind::Missed,
                 "kept " + layerName(op) + " in float: run pj-fold-batch-norm first");
    if (kind == IntegerKind::Layer && failed(quantizeWeight(*getLayer(op))))
      return failure();
    if (kind == IntegerKind::PassThrough || op->getNumResults() != 1 || traceParameter(op->getResult(0)))
      return success();
    if (isa<AddOp, ConcatOp>(op) && kind == IntegerKind::Arithmetic)
      emitRemark(op, getArgument(), RemarkKind::Analysis,
                 "each operand of " + layerName(op) +
                     " keeps its own scale and is brought to the result's by a float32 factor");
    Value end = regions.endOfActivations(op->getResult(0));
    if (kind == IntegerKind::Arithmetic || regions.isWanted(end))
      addGrid(end, layerName(op) + "_output");
    return success();
  }

  static std::string inputName(func::FuncOp function, BlockArgument argument) {
    auto name = function.getArgAttrOfType<StringAttr>(argument.getArgNumber(), PenjingDialect::kNameAttr);
    return name ? name.str() : "input" + std::to_string(argument.getArgNumber());
  }

  ParamOp lastParameter() {
    ParamOp last;
    for (ParamOp param : getOperation().getOps<ParamOp>())
      last = param;
    return last;
  }

  /// Puts the value on a grid that calibration will fill, for all its readers.
  void addGrid(Value value, StringRef name) {
    if (isOnGrid(value) || !isa<RankedTensorType>(value.getType()) ||
        llvm::all_of(value.getUsers(), llvm::IsaPred<FakeQuantizeOp>))
      return;
    MLIRContext *context = &getContext();
    ParamOp scale = addParameter(lastParameter(), (name + "_scale").str(),
                                 RankedTensorType::get({}, Float32Type::get(context)),
                                 Role::QuantScale, std::nullopt);
    ParamOp zero = addParameter(scale, (name + "_zero_point").str(),
                                RankedTensorType::get({}, IntegerType::get(context, 32)),
                                Role::ZeroPoint, std::nullopt);
    OpBuilder builder(context);
    builder.setInsertionPointAfterValue(value);
    auto fake = createFakeQuantize(builder, value, {scale, zero}, inputBits, std::nullopt, false);
    value.replaceUsesWithIf(fake.getResult(), [&](OpOperand &use) {
      return use.getOwner() != fake && !isa<FakeQuantizeOp>(use.getOwner()) &&
             !(isa<BlockArgument>(value) && isa<func::ReturnOp>(use.getOwner()));
    });
    ++activations;
  }

  FakeQuantizeOp createFakeQuantize(OpBuilder &builder, Value input, GridParameters parameters,
                                    int64_t bits, std::optional<int64_t> axis, bool isWeight) {
    Location location = input.getLoc();
    Value scale = UseOp::create(builder, location, parameters.scale.getTensorType(),
                                parameters.scale.getSymName());
    Value zero = UseOp::create(builder, location, parameters.zero.getTensorType(),
                               parameters.zero.getSymName());
    return FakeQuantizeOp::create(
        builder, location, input.getType(), input, scale, zero, builder.getI32IntegerAttr(bits),
        isWeight ? builder.getUnitAttr() : UnitAttr(), isWeight ? builder.getUnitAttr() : UnitAttr(),
        axis ? builder.getI32IntegerAttr(*axis) : IntegerAttr(),
        RoundingRuleAttr::get(&getContext(), roundingRule), ClipRuleAttr::get(&getContext(), clipRule));
  }

  LogicalResult quantizeWeight(const Layer &layer) {
    ++layers;
    if (layer.weight.fakeQuantize) {
      emitRemark(layer.op, getArgument(), RemarkKind::Analysis,
                 layerName(layer.op) + " has a quantized weight already");
      return success();
    }
    auto weights = maskedWeights(layer);
    if (!weights || llvm::any_of(*weights, [](float w) { return !std::isfinite(w); }))
      return layer.op->emitError() << "requires finite weights to quantize, but got others in @"
                                   << layer.param().getSymName();
    std::optional<int64_t> axis;
    if (perChannel)
      axis = layer.outputDimension();
    GridParameters parameters = weightGrid(layer, *weights, axis);
    OpBuilder builder(layer.op);
    Value weight = layer.weightOperand().get();
    builder.setInsertionPointAfterValue(weight);
    layer.weightOperand().set(createFakeQuantize(builder, weight, parameters, weightBits, axis, true));
    emitRemark(layer.op, getArgument(), RemarkKind::Passed,
               llvm::formatv("quantized {0} to {1} bits{2}", layerName(layer.op), weightBits,
                             perChannel ? ", a scale per channel" : "")
                   .str(),
               {{"bits", weightBits}, {"scales", perChannel ? layer.outputs : 1}});
    return success();
  }

  /// Scale and zero point of the weight by the clip rule.
  GridParameters weightGrid(const Layer &layer, ArrayRef<float> weights, std::optional<int64_t> axis) {
    IntegerGrid grid{-(int64_t(1) << (weightBits - 1)) + 1, (int64_t(1) << (weightBits - 1)) - 1, true};
    std::vector<float> scales;
    std::vector<float> channel;
    for (int64_t o = 0; axis && o < layer.outputs; ++o) {
      channel.clear();
      for (int64_t i = 0; i < layer.inputs; ++i)
        for (int64_t t = 0; t < layer.taps; ++t)
          channel.push_back(weights[layer.element(o, i, t)]);
      scales.push_back(chooseScale(exactStatistics(channel), clipRule, grid).scale);
    }
    if (!axis)
      scales.push_back(chooseScale(exactStatistics(weights), clipRule, grid).scale);
    std::vector<int32_t> zeros(scales.size(), 0);
    SmallVector<int64_t> shape;
    if (axis)
      shape.push_back(layer.outputs);
    MLIRContext *context = &getContext();
    StringRef name = layer.param().getSymName();
    GridParameters parameters;
    parameters.scale =
        addParameter(layer.param(), (name + "_scale").str(),
                     RankedTensorType::get(shape, Float32Type::get(context)), Role::QuantScale,
                     bytesOf(scales));
    parameters.zero =
        addParameter(parameters.scale, (name + "_zero_point").str(),
                     RankedTensorType::get(shape, IntegerType::get(context, 32)), Role::ZeroPoint,
                     bytesOf(zeros));
    return parameters;
  }

  int64_t weightBits = 8, inputBits = 8;
  RoundingRule roundingRule = RoundingRule::Nearest;
  ClipRule clipRule = ClipRule::MinMax;
  std::optional<Target> costs;
  NodeNames *skippedNodes = nullptr, *namedNodes = nullptr;
  DenseMap<Operation *, bool> allowed; ///< answers of isAllowed
};

} // namespace
