// The bugs: one for each reader and pass family that could go wrong in this way.
#include "PlantedBugs.h"

#include "penjing/Dialect/Penjing/ParameterValues.h"

using namespace mlir;
using namespace penjing;
using namespace penjing::test;

namespace {

/// Changes the first op of a kind that `change` takes.
template <typename Op> bool first(ModuleOp module, llvm::function_ref<bool(Op)> change) {
  return module.walk([&](Op op) { return change(op) ? WalkResult::interrupt() : WalkResult::advance(); })
      .wasInterrupted();
}

ParamOp paramOf(Value value) {
  auto use = value ? value.getDefiningOp<UseOp>() : UseOp();
  return use ? cast<ParamOp>(SymbolTable::lookupNearestSymbolFrom(use, use.getParamAttr())) : ParamOp();
}

bool changeBytes(ParamOp param, llvm::function_ref<bool(MutableArrayRef<char>)> change) {
  auto value = param ? ParameterBytes::of(param) : std::nullopt;
  if (!value)
    return false;
  std::vector<char> bytes(value->bytes().begin(), value->bytes().end());
  if (!change(bytes))
    return false;
  rekeyParameters(param->getParentOfType<ModuleOp>());
  setParameterBytes(param, bytes);
  return true;
}

/// Off-by-one tap: the window slides a pixel too far.
bool tapOffByOne(ModuleOp module) {
  return first<ConvOp>(module, [](ConvOp op) {
    SmallVector<int64_t> pads(op.getPads());
    if (pads[0] == pads[2])
      return false;
    std::swap(pads[0], pads[2]);
    op.setPads(pads);
    return true;
  });
}

/// Swapped channels: two output channels of a weight change places.
bool swappedChannels(ModuleOp module) {
  return first<ConvOp>(module, [](ConvOp op) {
    ParamOp param = paramOf(op.getWeight());
    if (!param || param.getTensorType().getDimSize(0) < 2)
      return false;
    return changeBytes(param, [&](MutableArrayRef<char> bytes) {
      size_t half = bytes.size() / param.getTensorType().getDimSize(0);
      if (bytes.take_front(half) == bytes.slice(half, half))
        return false;
      std::swap_ranges(bytes.begin(), bytes.begin() + half, bytes.begin() + half);
      return true;
    });
  });
}

/// Lost mask: pruned weights come back.
bool lostMask(ModuleOp module) {
  return first<MaskedOp>(module, [](MaskedOp op) {
    op.getResult().replaceAllUsesWith(op.getWeight());
    return true;
  });
}

/// Stale blob: one element of a parameter keeps an old value.
bool staleBlob(ModuleOp module) {
  return first<MatmulOp>(module, [](MatmulOp op) {
    ParamOp param = paramOf(op.getB());
    return changeBytes(param, [](MutableArrayRef<char> bytes) {
      bytes[bytes.size() - 1] ^= 0x41;
      return true;
    });
  });
}

template <typename Op> bool droppedBias(ModuleOp module) {
  return first<Op>(module, [](Op op) {
    if (!op.getBias())
      return false;
    op.getBiasMutable().clear();
    return true;
  });
}

/// A transposed operand is read straight: its square values hide nothing.
bool forgottenTranspose(ModuleOp module) {
  return first<MatmulOp>(module, [](MatmulOp op) {
    auto b = cast<RankedTensorType>(op.getB().getType());
    if (b.getRank() != 2 || b.getDimSize(0) != b.getDimSize(1))
      return false;
    op.setTransposeB(!op.getTransposeB());
    return true;
  });
}

bool lostActivation(ModuleOp module) {
  return first<ReluOp>(module, [](ReluOp op) {
    if (op.getInput().getType() != op.getType())
      return false;
    op.getResult().replaceAllUsesWith(op.getInput());
    return true;
  });
}

bool wrongRounding(ModuleOp module) {
  return first<FakeQuantizeOp>(module, [](FakeQuantizeOp op) {
    op.setRounding(op.getRounding() == RoundingRule::Floor ? RoundingRule::Nearest : RoundingRule::Floor);
    return true;
  });
}

/// The padding of a pool counts, or does not.
bool countedPadding(ModuleOp module) {
  return first<AveragePoolOp>(module, [](AveragePoolOp op) {
    if (llvm::all_of(op.getPads(), [](int64_t p) { return p == 0; }))
      return false;
    op.setCountIncludePad(!op.getCountIncludePad());
    return true;
  });
}

/// Operands of an op that does not commute change places.
bool swappedOperands(ModuleOp module) {
  return first<SubOp>(module, [](SubOp op) {
    if (op.getLhs() == op.getRhs())
      return false;
    Value lhs = op.getLhs(), rhs = op.getRhs();
    op.getLhsMutable().assign(rhs);
    op.getRhsMutable().assign(lhs);
    return true;
  });
}

bool swappedConcat(ModuleOp module) {
  return first<ConcatOp>(module, [](ConcatOp op) {
    auto inputs = op.getInputs();
    if (inputs.size() != 2 || inputs[0] == inputs[1] || inputs[0].getType() != inputs[1].getType())
      return false;
    SmallVector<Value> reversed = {inputs[1], inputs[0]};
    op.getInputsMutable().assign(reversed);
    return true;
  });
}

/// A border pixel of a quantized convolution sees 0 and not the zero point.
bool zeroPointAtBorder(ModuleOp module) {
  return first<PadOp>(module, [](PadOp op) {
    if (!isQuantized(op.getType()))
      return false;
    op.setValue(op.getValue() + llvm::APFloat(1.0));
    return true;
  });
}

/// The zero point of a result is forgotten: its grid is shifted by one step.
bool shiftedGrid(ModuleOp module) {
  return first<AddOp>(module, [](AddOp op) {
    auto type = cast<RankedTensorType>(op.getType());
    auto grid = dyn_cast<quant::UniformQuantizedType>(type.getElementType());
    // A result that ops read has a type that they agree with.
    if (!grid || !llvm::all_of(op->getUsers(), llvm::IsaPred<func::ReturnOp>) || op->use_empty())
      return false;
    auto shifted = quant::UniformQuantizedType::get(grid.getFlags(), grid.getStorageType(), grid.getExpressedType(),
                                                    grid.getScale(), grid.getZeroPoint() + 1,
                                                    grid.getStorageTypeMin(), grid.getStorageTypeMax());
    op.getResult().setType(type.clone(shifted));
    auto function = op->getParentOfType<func::FuncOp>();
    auto results = function.getBody().front().getTerminator()->getOperandTypes();
    function.setFunctionType(FunctionType::get(op.getContext(), function.getFunctionType().getInputs(), results));
    return true;
  });
}

/// The running variance is read where the mean belongs.
bool mixedStatistics(ModuleOp module) {
  return first<BatchNormOp>(module, [](BatchNormOp op) {
    op.getMeanMutable().assign(op.getShift());
    return true;
  });
}

/// The gradient of a pool goes to the window's place without its dilation.
bool gradientWithoutMask(ModuleOp module) {
  return first<FakeQuantizeGradientOp>(module, [](FakeQuantizeGradientOp op) {
    op.getResult().replaceAllUsesWith(op.getGradient());
    return true;
  });
}

constexpr PlantedBug kBugs[] = {
    {"off-by-one tap", tapOffByOne},
    {"swapped channels", swappedChannels},
    {"lost mask", lostMask},
    {"stale blob", staleBlob},
    {"dropped bias of a convolution", droppedBias<ConvOp>},
    {"dropped bias of a product", droppedBias<MatmulOp>},
    {"forgotten transpose", forgottenTranspose},
    {"lost activation", lostActivation},
    {"wrong rounding", wrongRounding},
    {"counted padding", countedPadding},
    {"swapped operands", swappedOperands},
    {"swapped concatenation", swappedConcat},
    {"zero point at the border", zeroPointAtBorder},
    {"shifted grid", shiftedGrid},
    {"mixed statistics", mixedStatistics},
    {"gradient behind a clamp", gradientWithoutMask},
};

} // namespace

ArrayRef<PlantedBug> penjing::test::plantedBugs() { return kBugs; }
