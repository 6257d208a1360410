// Writing masks down: the parameter of booleans and the ops that read it.
#include "Masks.h"

#include "penjing/Dialect/Penjing/ParameterValues.h"

using namespace mlir;
using namespace penjing;

std::optional<std::vector<char>> penjing::keptWeights(const Layer &layer) {
  if (!layer.weight.mask)
    return std::vector<char>(layer.size(), 1);
  auto mask = ParameterBytes::of(layer.weight.mask);
  if (!mask)
    return std::nullopt;
  return std::vector<char>(mask->bytes().begin(), mask->bytes().end());
}

void penjing::writeMask(const Layer &layer, const std::vector<char> &kept) {
  if (layer.weight.mask)
    return setParameterBytes(layer.weight.mask, kept);
  ParamOp weight = layer.weight.param;
  auto type = weight.getTensorType().clone(IntegerType::get(weight.getContext(), 1));
  ParamOp mask = addParameter(weight, (weight.getSymName() + "_mask").str(), type, Role::Mask,
                              ArrayRef<char>(kept));
  // A weight that several ops read is masked for all of them.
  weight->getParentOp()->walk([&](UseOp use) {
    if (use.getParam() != weight.getSymName())
      return;
    OpBuilder builder(use->getContext());
    builder.setInsertionPointAfter(use);
    auto maskUse = UseOp::create(builder, use.getLoc(), type, mask.getSymName());
    auto masked = MaskedOp::create(builder, use.getLoc(), use.getResult(), maskUse.getResult());
    use.getResult().replaceAllUsesExcept(masked.getResult(), masked);
  });
}
