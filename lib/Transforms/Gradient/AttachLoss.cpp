// Gives the model a loss: cross-entropy with labels, and a teacher's part.
#include "EntryResults.h"

#include "penjing/Support/NumericOption.h"
#include "penjing/Transforms/Gradient/Passes.h"

#include "mlir/IR/ImplicitLocOpBuilder.h"

#define DEBUG_TYPE "pj-attach-loss"

namespace penjing {
#define GEN_PASS_DEF_ATTACHLOSS
#include "penjing/Transforms/Gradient/Passes.h.inc"
} // namespace penjing

using namespace mlir;
using namespace penjing;

namespace {

struct AttachLossPass : public penjing::impl::AttachLossBase<AttachLossPass> {
  using AttachLossBase::AttachLossBase;

  void runOnOperation() override {
    auto number = [&](StringRef option, StringRef text, NumericRange range, double &value) {
      auto parsed = parseNumericOption(option, text, range);
      if (parsed)
        value = *parsed;
      else
        getOperation().emitError() << llvm::toString(parsed.takeError());
      return success(bool(parsed));
    };
    if (failed(number("label-smoothing", labelSmoothing, {0, 1, false, true}, smoothing)) ||
        failed(number("beta", beta, {0, 1e6}, weight)) ||
        failed(number("temperature", temperature, {0, 1e6, true}, softness)) ||
        failed(attachLoss(getOperation())))
      signalPassFailure();
  }

private:
  LogicalResult attachLoss(ModuleOp module);

  double smoothing = 0, weight = 0, softness = 1;
};

/// The values that a softmax at the end turns into probabilities, else the
/// output itself.
FailureOr<Value> findLogits(func::FuncOp entry, ArrayRef<EntryResult> results) {
  const EntryResult *output =
      llvm::find_if(results, [](const EntryResult &r) { return r.name() == "logits"; });
  if (output == results.end()) {
    if (results.size() != 1)
      return entry.emitOpError() << "requires one output or one named 'logits', but got "
                                 << results.size();
    output = results.begin();
  }
  Value logits = output->value;
  if (auto softmax = logits.getDefiningOp<SoftmaxOp>())
    logits = softmax.getInput();
  auto type = cast<RankedTensorType>(logits.getType());
  if (type.getRank() != 2 || type.isDynamicDim(1) || !isa<FloatType>(type.getElementType()))
    return emitError(logits.getLoc()) << "requires float logits of rank 2 with a static number of "
                                         "classes, but got " << type;
  return logits;
}

/// A new last argument called `name`.
Value addInput(func::FuncOp entry, RankedTensorType type, StringRef name) {
  Builder b(entry.getContext());
  auto attributes = b.getDictionaryAttr(
      b.getNamedAttr(PenjingDialect::kNameAttr, b.getStringAttr(name)));
  unsigned index = entry.getNumArguments();
  LogicalResult inserted =
      entry.insertArgument(index, type, attributes, NameLoc::get(b.getStringAttr(name)));
  assert(succeeded(inserted) && "the end of the list is a legal place");
  (void)inserted;
  return entry.getArgument(index);
}

LogicalResult AttachLossPass::attachLoss(ModuleOp module) {
  auto entry = getTrainableEntry(module);
  if (failed(entry))
    return failure();
  SmallVector<EntryResult> results = getResults(entry->function, entry->end);
  auto logits = findLogits(entry->function, results);
  if (failed(logits))
    return failure();

  ImplicitLocOpBuilder b(NameLoc::get(StringAttr::get(&getContext(), "loss")), entry->end);
  auto type = cast<RankedTensorType>(logits->getType());
  // The labels share the batch, by its name where it has one.
  auto labelType = RankedTensorType::get(type.getShape().take_front(), b.getI32Type(), type.getEncoding());
  Value labels = addInput(entry->function, labelType, "labels");
  Value loss = CrossEntropyOp::create(b, *logits, labels, b.getF64FloatAttr(smoothing));
  if (weight != 0) {
    Value teacher = addInput(entry->function, type, "teacher_logits");
    Value part = DistillationLossOp::create(b, *logits, teacher, b.getF64FloatAttr(softness));
    auto scalar = cast<RankedTensorType>(loss.getType());
    Value factor = ConstantOp::create(b, DenseElementsAttr::get(
        scalar, b.getFloatAttr(scalar.getElementType(), weight)));
    loss = AddOp::create(b, loss, MulOp::create(b, part, factor));
  }
  results.push_back(namedResult(loss, "loss"));
  setResults(entry->function, entry->end, results);
  return success();
}

} // namespace
