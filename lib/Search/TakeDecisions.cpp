// Decisions about the layers of a trained network, as the passes that carry them
// out on the layers they name.
#include "Resolve.h"

#include "penjing/Transforms/Prune/Passes.h"
#include "penjing/Transforms/Quantize/Passes.h"

#include "mlir/Pass/PassManager.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace penjing;

namespace {

/// Layers that a pass shall treat in one way.
struct Treatment {
  std::string option;
  std::string block;
  std::string layers; ///< names separated by commas
};

} // namespace

/// The treatments of one kind, layers with the same answer together.
static std::vector<Treatment> collect(ModuleOp module, DecisionKind kind, const llvm::StringMap<std::string> &answers) {
  std::vector<Treatment> treatments;
  for (auto decision : module.getOps<DecisionOp>()) {
    if (decision.getDecides() != kind)
      continue;
    auto answer = answers.find(decision.getSymName());
    // A decision with a single option is not asked.
    std::string option = answer == answers.end() ? cast<StringAttr>(decision.getOptions()[0]).str() : answer->second;
    auto same = llvm::find_if(treatments, [&](const Treatment &t) {
      return t.option == option && t.block == decision.getBlock();
    });
    if (same == treatments.end())
      same = treatments.insert(same, {option, decision.getBlock().str(), ""});
    for (StringAttr layer : decision.getLayers().getAsRange<StringAttr>())
      same->layers += (same->layers.empty() ? "" : ",") + layer.str();
  }
  return treatments;
}

void penjing::takeDecisions(ModuleOp module, const SearchSpace &space, ArrayRef<int> decisions,
                            OpPassManager &passes) {
  llvm::StringMap<std::string> answers;
  for (auto [decision, option] : llvm::zip(space.decisions(), decisions))
    answers[decision.name] = decision.options[option];
  auto share = [](const Treatment &treatment) {
    double value = 0;
    StringRef(treatment.option).getAsDouble(value);
    return value;
  };
  for (const Treatment &width : collect(module, DecisionKind::Width, answers)) {
    if (share(width) >= 1)
      continue;
    ShrinkChannelsOptions options;
    options.ratio = llvm::formatv("{0:f6}", 1 - share(width)).str();
    options.only = width.layers;
    passes.addPass(createShrinkChannels(options));
  }
  for (const Treatment &sparsity : collect(module, DecisionKind::Sparsity, answers)) {
    if (share(sparsity) <= 0)
      continue;
    PruneMagnitudeOptions options;
    options.sparsity = sparsity.option;
    options.block = sparsity.block;
    options.only = sparsity.layers;
    passes.addPass(createPruneMagnitude(options));
  }
  for (const Treatment &bits : collect(module, DecisionKind::Bits, answers)) {
    if (bits.option == "float")
      continue;
    QuantizeOptions options;
    options.bits = bits.option;
    options.only = bits.layers;
    passes.addPass(createQuantize(options));
  }
  for (auto decision : llvm::make_early_inc_range(module.getOps<DecisionOp>()))
    decision.erase();
}
