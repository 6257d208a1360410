// Runs a recipe, measures after every stage, and judges the end.
#include "penjing/Recipes/Compression.h"

#include "penjing/Dialect/Penjing/Forms.h"
#include "penjing/Dialect/Penjing/ModelFiles.h"
#include "penjing/Dialect/Penjing/Penjing.h"
#include "penjing/Recipes/Accuracy.h"
#include "penjing/Recipes/ModelFacts.h"
#include "penjing/Support/OutputFile.h"
#include "penjing/Support/Session.h"
#include "penjing/Train/BatchFeeder.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"

#include <algorithm>

using namespace mlir;
using namespace penjing;

/// The number behind `validation=` in a stage's text.
static std::optional<double> validationShare(StringRef text) {
  size_t at = text.find("validation=");
  double share;
  if (at == StringRef::npos)
    return std::nullopt;
  StringRef number = text.substr(at + StringRef("validation=").size()).ltrim("\"'").take_while([](char c) {
    return llvm::isDigit(c) || c == '.';
  });
  return number.getAsDouble(share) ? std::nullopt : std::optional<double>(share);
}

HeldOutSamples penjing::holdOut(const Recipe &recipe, uint32_t samples, uint64_t seed) {
  HeldOutSamples result;
  bool said = false;
  for (const Stage &stage : recipe.stages)
    if (auto share = validationShare(stage.text); share && !said && *share > 0)
      result.share = *share, said = true;
  for (const Stage &stage : recipe.stages)
    if (StringRef(stage.text).contains("pj-train") && validationShare(stage.text) != result.share)
      result.seenByLines.push_back(stage.line);
  result.samples = splitSamples(samples, result.share, seed).validation;
  return result;
}

/// Whether nothing is left open and every parameter has a value: only then can the
/// model run.
static bool canRun(ModuleOp module) {
  auto walked = module.walk([](Operation *op) {
    return op->hasTrait<penjing::OpTrait::OnlySpace>() ? WalkResult::interrupt() : WalkResult::advance();
  });
  return !walked.wasInterrupted() && llvm::all_of(module.getOps<ParamOp>(), [](ParamOp param) { return param.getValue(); });
}

namespace {
class CompressionRun {
public:
  CompressionRun(const CompressionTask &task, std::shared_ptr<Session> session)
      : task(task), session(std::move(session)) {}

  CompressionResult run(OwningOpRef<ModuleOp> module) {
    CompressionResult result;
    auto before = measure(*module);
    if (!before) {
      module->emitError() << llvm::toString(before.takeError());
      return result;
    }
    result.before = previous = *before;
    result.report["input"] = llvm::json::Object{{"facts", collectFacts(*module).toJson()},
                                                {"accuracy", asJson(result.before)}};
    RunOptions options;
    options.stateFolder = task.stateFolder;
    options.resume = task.resume;
    options.facts = task.facts;
    options.afterStage = [&](unsigned stage, ModuleOp now) { return note(stage, now); };
    RunResult ran = runRecipe(std::move(module), *task.recipe, options);
    result.status = ran.status;
    result.module = std::move(ran.module);
    if (ran.status != RunStatus::Done)
      return result;
    judge(ran.notes, result);
    result.report["stages"] = llvm::json::Array(std::move(ran.notes));
    result.report["remarks"] = session->remarks().toJson();
    result.report["held_out"] = llvm::json::Object{{"samples", int64_t(task.heldOut.samples.size())},
                                                   {"share", task.heldOut.share}};
    return result;
  }

private:
  static llvm::json::Value asJson(std::optional<double> value) {
    return value ? llvm::json::Value(*value) : llvm::json::Value(nullptr);
  }

  AccuracyOptions options() const {
    AccuracyOptions result;
    result.interpret = task.interpret;
    result.progress = false;
    return result;
  }

  /// Accuracy on the held-out samples: nothing without data, or while a scale
  /// waits for its value.
  llvm::Expected<std::optional<double>> measure(ModuleOp module) {
    if (!task.data || task.heldOut.samples.empty() || !canRun(module))
      return std::nullopt;
    auto metrics = measureAccuracy(module, *task.data, task.heldOut.samples, *session, options());
    if (!metrics)
      return metrics.takeError();
    return metrics->accuracy();
  }

  llvm::Expected<llvm::json::Value> note(unsigned index, ModuleOp module) {
    const Stage &stage = task.recipe->stages[index];
    auto accuracy = measure(module);
    if (!accuracy)
      return accuracy.takeError();
    llvm::json::Object page{{"name", stage.name()},
                            {"text", stage.text},
                            {"line", int64_t(stage.line)},
                            {"accuracy", asJson(*accuracy)},
                            {"facts", collectFacts(module).toJson()}};
    if (llvm::Error error = saveStage(index, module, page))
      return std::move(error);
    bool lastDecided = index + 1 == task.recipe->stages.size() || task.recipe->stages[index + 1].name() == "pj-pack";
    bool costly = *accuracy && previous && (*previous - **accuracy) * 100 > task.maxDrop;
    if (*accuracy && getForm(module) == Form::Decided && (costly || (task.layerCosts && lastDecided))) {
      auto costs = measureLayerCosts(module, **accuracy, *task.data, task.heldOut.samples, *session, task.interpret);
      if (!costs)
        return costs.takeError();
      llvm::json::Array list;
      for (const LayerCost &cost : *costs)
        list.push_back(llvm::json::Object{{"layer", cost.layer}, {"gain", cost.gain}});
      page["layer_costs"] = std::move(list);
    }
    if (*accuracy)
      previous = **accuracy;
    session->progress().finish(
        llvm::formatv("stage {0}/{1} {2}", index + 1, task.recipe->stages.size(), stage.name()).str(),
        *accuracy ? llvm::formatv("done, {0:f2} % on held-out samples", **accuracy * 100).str() : "done");
    return llvm::json::Value(std::move(page));
  }

  llvm::Error saveStage(unsigned index, ModuleOp module, llvm::json::Object &page) {
    if (task.stagesFolder.empty())
      return llvm::Error::success();
    std::string file = llvm::formatv("{0,0+2}-{1}.mlirbc", index + 1, task.recipe->stages[index].name()).str();
    page["module"] = file;
    if (std::error_code error = llvm::sys::fs::create_directories(task.stagesFolder))
      return llvm::createStringError(error, "requires a folder for the stages, but '" + task.stagesFolder +
                                                "' gave: " + error.message());
    return writeOutputFile(task.stagesFolder + "/" + file, writeBytecode(module));
  }

  /// Sets `after`, and `destroyed` where too much was lost.
  void judge(ArrayRef<llvm::json::Value> notes, CompressionResult &result) {
    const llvm::json::Object *worst = nullptr;
    double largest = -2;
    std::optional<double> now = result.before;
    for (const llvm::json::Value &value : notes) {
      const auto *page = value.getAsObject();
      auto accuracy = page ? page->getNumber("accuracy") : std::nullopt;
      if (!accuracy)
        continue;
      if (now && *now - *accuracy > largest)
        largest = *now - *accuracy, worst = page;
      now = *accuracy;
      result.after = *accuracy;
    }
    if (!result.before || !result.after || (*result.before - *result.after) * 100 <= task.maxDrop)
      return;
    result.destroyed = llvm::formatv(
        "requires at most {0:f1} points of accuracy lost on {1} held-out samples, but got {2:f1} ({3:f1} % "
        "to {4:f1} %; the input model may have been trained on them); '{5}' at line {6} cost most, {7:f1} points{8}",
        task.maxDrop, task.heldOut.samples.size(), (*result.before - *result.after) * 100,
        *result.before * 100, *result.after * 100, worst->getString("name").value_or(""),
        worst->getInteger("line").value_or(0), largest * 100, worstLayer(*worst));
  }

  /// `, most of it in 'conv2'`, where the stage's layers were measured; else the
  /// layer whose weight is furthest from its float value.
  static std::string worstLayer(const llvm::json::Object &page) {
    StringRef name;
    double most = -2;
    if (const auto *costs = page.getArray("layer_costs"))
      for (const llvm::json::Value &cost : *costs)
        if (double gain = cost.getAsObject()->getNumber("gain").value_or(-2); gain > most)
          most = gain, name = cost.getAsObject()->getString("layer").value_or("");
    const auto *facts = page.getObject("facts");
    if (const auto *layers = facts && name.empty() ? facts->getArray("layers") : nullptr)
      for (const llvm::json::Value &layer : *layers)
        if (double noise = -layer.getAsObject()->getNumber("sqnr_db").value_or(1e9); noise > most || name.empty())
          most = noise, name = layer.getAsObject()->getString("name").value_or("");
    return name.empty() ? "" : (", most of it in '" + name + "'").str();
  }

  const CompressionTask &task;
  std::shared_ptr<Session> session;
  std::optional<double> previous;
};
} // namespace

CompressionResult penjing::compressModel(OwningOpRef<ModuleOp> module, const CompressionTask &task) {
  auto session = getSession(module.get().getContext());
  return CompressionRun(task, session).run(std::move(module));
}
