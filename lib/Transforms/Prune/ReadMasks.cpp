// Reads the zeros of weights that were pruned elsewhere as masks, so that
// training keeps them zero.
#include "penjing/Transforms/Prune/Passes.h"

#include "Masks.h"

#include "penjing/Dialect/Penjing/Forms.h"
#include "penjing/Support/CheckedOptions.h"
#include "penjing/Support/NumericOption.h"
#include "penjing/Support/Remark.h"

#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/Support/FormatVariadic.h"

#define DEBUG_TYPE "pj-read-masks"

namespace penjing {
#define GEN_PASS_DEF_READMASKS
#include "penjing/Transforms/Prune/Passes.h.inc"
} // namespace penjing

using namespace mlir;
using namespace penjing;

namespace {

struct ReadMasks : public penjing::impl::ReadMasksBase<ReadMasks>, CheckedOptions {
  using ReadMasksBase::ReadMasksBase;

  void runOnOperation() override {
    ModuleOp module = getOperation();
    if (failed(requireForm(module, {Form::Float, Form::Decided})))
      return signalPassFailure();
    if (llvm::Error error = checkOptions()) {
      module.emitError() << llvm::toString(std::move(error));
      return signalPassFailure();
    }
    llvm::SmallPtrSet<Operation *, 16> seen;
    for (const Layer &layer : getLayers(module))
      if (seen.insert(layer.weight.param).second)
        readMask(layer);
  }

  llvm::Error checkOptions() override {
    return parseNumericOption("at-least", atLeast, {0, 1}).moveInto(least);
  }

private:
  void readMask(const Layer &layer) {
    auto weights = maskedWeights(layer);
    if (!weights || weights->empty())
      return;
    int64_t zeros = llvm::count(*weights, 0.0f);
    double share = double(zeros) / double(weights->size());
    std::string name = layerName(layer.op);
    if (zeros == 0 || share < least) {
      emitRemark(layer.op, getArgument(), RemarkKind::Missed,
                 llvm::formatv("read no mask of {0}: {1:f1} % zeros", name, 100 * share).str());
      return;
    }
    std::vector<char> kept;
    for (float weight : *weights)
      kept.push_back(weight != 0);
    writeMask(layer, kept);
    setForm(getOperation(), Form::Decided);
    ++layers;
    emitRemark(layer.op, getArgument(), RemarkKind::Passed,
               llvm::formatv("read {0:f1} % zeros of {1} as a mask", 100 * share, name).str(),
               {{"zeros", zeros}, {"weights", int64_t(weights->size())}});
  }

  double least = 0;
};

} // namespace
