// Compressing a model by a recipe: every stage is measured, a destroyed model is
// noticed, and what cost most is named.
#ifndef PENJING_RECIPES_COMPRESSION_H
#define PENJING_RECIPES_COMPRESSION_H

#include "penjing/Recipes/Runner.h"
#include "penjing/Train/Dataset.h"

#include <optional>
#include <string>
#include <vector>

namespace penjing {

class Session;

/// Samples that no stage trained on: the `validation` share of the recipe's
/// trainings, drawn with the session's seed (a tenth where no stage says).
struct HeldOutSamples {
  double share = 0.1;
  /// Lines of trainings that hold out another share: they saw some of them.
  std::vector<unsigned> seenByLines;
  std::vector<uint32_t> samples;
};

HeldOutSamples holdOut(const Recipe &recipe, uint32_t samples, uint64_t seed);

/// What a layer's mask and grid cost: accuracy gained when both are lifted.
struct LayerCost {
  std::string layer;
  double gain = 0; ///< share in [-1, 1]
};

/// Lifts mask and grids of one layer after the other from copies of a model in
/// decided form and measures each. `accuracy` is the model's own.
llvm::Expected<std::vector<LayerCost>> measureLayerCosts(mlir::ModuleOp module, double accuracy,
                                                         const Dataset &data,
                                                         llvm::ArrayRef<uint32_t> samples,
                                                         Session &session, bool interpret = false);

struct CompressionTask {
  const Recipe *recipe = nullptr;
  /// Samples for measuring; without them nothing is measured.
  const Dataset *data = nullptr;
  HeldOutSamples heldOut;
  /// Measures by the reference interpreter in place of compiled code.
  bool interpret = false;
  /// Stays when the run is done, until its output is written: `removeRunState`.
  std::string stateFolder;
  bool resume = false;
  RunFacts facts;
  /// Where the module after each stage goes (`03-pj-train.mlirbc`); empty: nowhere.
  std::string stagesFolder;
  /// Also finds out what each layer of the last decided module costs.
  bool layerCosts = false;
  /// Points of accuracy that may be lost.
  double maxDrop = 2;
};

struct CompressionResult {
  RunStatus status = RunStatus::Failed;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  std::optional<double> before, after; ///< accuracy on the held-out samples
  /// Facts of the input, of every stage and of the remarks, for the report:
  /// {input, stages: [{text, line, accuracy, facts, layer_costs}], remarks}.
  llvm::json::Object report;
  /// More than `maxDrop` points were lost: why, in one sentence.
  std::optional<std::string> destroyed;
};

/// Runs the recipe on `module`, with the session of its context.
CompressionResult compressModel(mlir::OwningOpRef<mlir::ModuleOp> module, const CompressionTask &task);

} // namespace penjing

#endif // PENJING_RECIPES_COMPRESSION_H
