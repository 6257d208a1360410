// Replaces ops by the form they have while training, and returns the state
// that training moves without a gradient.
#include "EntryResults.h"

#include "penjing/Transforms/Gradient/DifferentiableOpInterface.h"
#include "penjing/Transforms/Gradient/Passes.h"

#define DEBUG_TYPE "pj-training-mode"

namespace penjing {
#define GEN_PASS_DEF_TRAININGMODE
#include "penjing/Transforms/Gradient/Passes.h.inc"
} // namespace penjing

using namespace mlir;
using namespace penjing;

namespace {

struct TrainingModePass : public penjing::impl::TrainingModeBase<TrainingModePass> {
  void runOnOperation() override {
    if (failed(enterTraining(getOperation())))
      signalPassFailure();
  }

  static LogicalResult enterTraining(ModuleOp module) {
    auto entry = getTrainableEntry(module);
    if (failed(entry))
      return failure();

    StateUpdates updates;
    auto ops = llvm::map_to_vector(entry->function.getBody().front(), [](Operation &op) { return &op; });
    for (Operation *op : ops) {
      auto rule = dyn_cast<DifferentiableOpInterface>(op);
      OpBuilder builder(op);
      if (rule && failed(rule.enterTraining(builder, updates)))
        return failure();
    }
    SmallVector<EntryResult> results = getResults(entry->function, entry->end);
    for (auto [name, value] : updates)
      results.push_back(namedResult(value, "update:" + name.getValue()));
    setResults(entry->function, entry->end, results);
    return success();
  }
};

} // namespace
