// Evaluates masks and grids of parameters into new parameters, so that compiled
// code does not apply them at every call.
#include "penjing/Transforms/Materialize/Passes.h"

#include "penjing/Analysis/Layers.h"
#include "penjing/Dialect/Penjing/Forms.h"
#include "penjing/Dialect/Penjing/ParameterValues.h"
#include "penjing/Support/FlushDenormals.h"

#include <cmath>

#define DEBUG_TYPE "pj-fold-constant-weights"

namespace penjing {
#define GEN_PASS_DEF_FOLDCONSTANTWEIGHTS
#include "penjing/Transforms/Materialize/Passes.h.inc"
} // namespace penjing

using namespace mlir;
using namespace penjing;

/// The attribute that holds a value known while compiling; null for others.
static ElementsAttr knownElements(Value value) {
  if (auto constant = value.getDefiningOp<ConstantOp>())
    return constant.getValue();
  auto use = value.getDefiningOp<UseOp>();
  ParamOp param = use ? getParam(use) : ParamOp();
  return param ? param.getValueAttr() : ElementsAttr();
}

static std::optional<ParameterBytes> knownBytes(Value value) {
  ElementsAttr elements = knownElements(value);
  return elements ? ParameterBytes::of(elements) : std::nullopt;
}

/// The weight's bytes with zeros where the mask is false.
static std::vector<char> evaluate(MaskedOp op) {
  auto weight = knownBytes(op.getWeight()), mask = knownBytes(op.getMask());
  std::vector<char> result(weight->bytes());
  size_t width = getStorageBytes(getElementTypeOrSelf(op.getType()));
  for (auto [index, kept] : llvm::enumerate(mask->bytes()))
    if (!kept)
      std::fill_n(result.begin() + index * width, width, 0);
  return result;
}

/// The numbers on their grid, operation by operation as the interpreter computes them.
static std::vector<float> evaluate(FakeQuantizeOp op) {
  auto input = knownBytes(op.getInput()), scales = knownBytes(op.getScale()), zeros = knownBytes(op.getZero());
  ArrayRef<float> values = input->as<float>(), scale = scales->as<float>();
  ArrayRef<int32_t> zero = zeros->as<int32_t>();
  int64_t inner = 1, channels = 1;
  if (auto axis = op.getAxis()) {
    ArrayRef<int64_t> shape = cast<RankedTensorType>(op.getType()).getShape();
    channels = shape[*axis];
    for (int64_t size : shape.drop_front(*axis + 1))
      inner *= size;
  }
  bool floors = op.getRounding() == RoundingRule::Floor;
  float least = op.getQMin(), most = op.getQMax();
  std::vector<float> result;
  result.reserve(values.size());
  FlushDenormals flush;
  for (auto [index, value] : llvm::enumerate(values)) {
    int64_t channel = index / inner % channels;
    float quotient = value / scale[channel];
    float level = (floors ? std::floor(quotient) : std::nearbyint(quotient)) + float(zero[channel]);
    level = level < least ? least : level > most ? most : level; // NaN stays NaN
    result.push_back((level - float(zero[channel])) * scale[channel]);
  }
  return result;
}

/// Whether the op applies known numbers to a parameter's value.
static bool isKnown(Operation *op) {
  if (!isa<MaskedOp, FakeQuantizeOp>(op) || !op->getOperand(0).getDefiningOp<UseOp>() ||
      !llvm::all_of(op->getOperands(), knownBytes))
    return false;
  auto element = [&](unsigned operand) { return getElementTypeOrSelf(op->getOperand(operand).getType()); };
  return isa<MaskedOp>(op) || (element(0).isF32() && element(1).isF32() && element(2).isInteger(32));
}

namespace {
struct FoldConstantWeights : public penjing::impl::FoldConstantWeightsBase<FoldConstantWeights> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    if (failed(requireForm(module, {Form::Float, Form::Decided, Form::Packed})))
      return signalPassFailure();
    SmallVector<Operation *> ops;
    module.walk([&](Operation *op) { ops.push_back(op); });
    for (Operation *op : ops)
      // A grid behind a mask meets the parameter that the mask has become.
      if (isKnown(op))
        fold(op);
    if (made.empty())
      return;
    removeUnusedParameters(module);
    for (auto &[param, name] : names)
      takeName(param, name);
  }

private:
  /// What tells results apart: the op and the values that it reads.
  Attribute keyOf(Operation *op) {
    SmallVector<Attribute> parts = {op->getName().getIdentifier(), op->getAttrDictionary()};
    for (Value operand : op->getOperands()) {
      auto use = operand.getDefiningOp<UseOp>();
      parts.push_back(use ? Attribute(use.getParamAttr()) : Attribute(knownElements(operand)));
    }
    return ArrayAttr::get(op->getContext(), parts);
  }

  ParamOp evaluateInto(Operation *op) {
    ParamOp &param = made[keyOf(op)];
    if (param)
      return param;
    ParamOp origin = getParam(op->getOperand(0).getDefiningOp<UseOp>());
    auto found = llvm::find_if(names, [&](auto &entry) { return entry.first == origin; });
    std::string name = found == names.end() ? origin.getSymName().str() : found->second;
    auto add = [&](ArrayRef<char> bytes) {
      return addParameter(origin, name + "_folded", cast<RankedTensorType>(op->getResult(0).getType()),
                          origin.getRole(), bytes);
    };
    if (auto masked = dyn_cast<MaskedOp>(op))
      param = add(evaluate(masked));
    else
      param = add(bytesOf(evaluate(cast<FakeQuantizeOp>(op))));
    names.emplace_back(param, name);
    ++folded;
    return param;
  }

  void fold(Operation *op) {
    ParamOp param = evaluateInto(op);
    OpBuilder builder(op);
    Value value = UseOp::create(builder, op->getLoc(), op->getResult(0).getType(), param.getSymName());
    op->getResult(0).replaceAllUsesWith(value);
    op->erase();
  }

  /// Gives a parameter the name of the one it stands for, where nothing else reads that.
  void takeName(ParamOp param, StringRef name) {
    ModuleOp module = getOperation();
    // One that a second fold has used up is gone.
    if (!llvm::is_contained(module.getOps<ParamOp>(), param) || SymbolTable::lookupSymbolIn(module, name))
      return;
    module.walk([&](UseOp use) {
      if (use.getParam() == param.getSymName())
        use.setParam(name);
    });
    param.setSymName(name);
  }

  llvm::DenseMap<Attribute, ParamOp> made;
  /// New parameters with the name of the parameter that the user knows.
  std::vector<std::pair<ParamOp, std::string>> names;
};
} // namespace
