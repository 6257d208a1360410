// penjing compress: runs a recipe stage by stage, resumable, measured, and judged.
#include "Interrupt.h"
#include "Workspace.h"

#include "penjing/Dialect/Penjing/ModelFiles.h"
#include "penjing/Recipes/Compression.h"
#include "penjing/Support/InputFile.h"
#include "penjing/Support/OutputFile.h"
#include "penjing/Support/Session.h"
#include "penjing/Train/Passes.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Path.h"

using namespace penjing;

namespace {
struct CompressOptions {
  std::string model, recipe, data, teacher, output, report, stages;
  uint64_t seed = 0;
  double maxDrop = 2;
  bool resume = false, interpret = false;
  SharedOptions shared;

  void declare(Options &options);
};
} // namespace

void CompressOptions::declare(Options &options) {
  options.positional("MODEL", model, "a trained model .onnx, .mlir or .mlirbc");
  options.value("recipe", "R", recipe, "a pass pipeline in a text file, such as share/recipes/tiny.pj");
  options.required();
  options.value("o", "OUT", output, "the compressed model, .mlirbc or .mlir, or .onnx where the recipe does not pack");
  options.required();
  options.value("data", "D", data,
                "what the recipe trains, calibrates and is measured on: a folder (IDX files or CIFAR-10 "
                "binaries) or an .npz of x and y");
  options.value("teacher", "T", teacher, "the model that recovery distils from (default MODEL)");
  options.value("max-drop", "P", maxDrop,
                "points of accuracy on held-out samples that may be lost (default 2); beyond them the exit "
                "code is 2 and the output is kept as OUT.rejected");
  options.value("seed", "N", seed, "seed of everything that is random (default 0)");
  options.flag("resume", resume, "continue an interrupted run from OUT.state to the same bytes");
  options.value("report", "FILE", report, "facts of every stage and layer as .json, for 'penjing report', or a page .html");
  options.flag("interpret", interpret, "measure with the reference interpreter in place of compiled code (slow)");
  options.value("stages", "FOLDER", stages, "also keep the model after each stage there, as 01-pj-….mlirbc");
  options.example("penjing compress model.onnx --recipe share/recipes/tiny.pj --data DIR -o small.mlirbc",
                  "prune, recover, remove channels, recover, quantize, recover, pack");
  options.example("penjing compress model.onnx --recipe r.pj --data x.npz --max-drop 0.5 -o small.onnx",
                  "refuse to lose more than half a point");
  options.note("Exit codes: 0 done, 1 an error, 2 more lost than --max-drop, 130 interrupted (the state is saved). "
               "Accuracy is measured after each stage on the share of the training samples that the recipe's "
               "trainings hold out (validation=…). The input model may have been trained on them, which nobody can "
               "see in it: then its own accuracy looks too high and the loss too large. Data that it has not seen, or "
               "'penjing eval' of both models on test samples, tells the truth.");
  shared.declare(options);
}

static void printStages(Workspace &workspace, const CompressionResult &result) {
  if (result.before)
    workspace.say("accuracy on held-out samples; the input model may have been trained on them and look too good");
  auto row = [&](llvm::StringRef name, const llvm::json::Object &page) {
    const auto *facts = page.getObject("facts");
    auto number = [&](llvm::StringRef key) { return facts ? facts->getInteger(key).value_or(0) : 0; };
    auto accuracy = page.getNumber("accuracy");
    int64_t weights = number("weights");
    workspace.say(llvm::formatv("{0,-24} {1,10} {2,10} {3,8} {4,11} {5,10}", name,
                                accuracy ? llvm::formatv("{0:f2} %", *accuracy * 100).str() : "-",
                                number("parameters"),
                                weights ? llvm::formatv("{0:f1} %", 100.0 * number("zeros") / weights).str() : "-",
                                number("macs"), number("weight_bytes"))
                      .str());
  };
  workspace.say(llvm::formatv("{0,-24} {1,10} {2,10} {3,8} {4,11} {5,10}", "after", "accuracy", "parameters", "zeros",
                              "MACs", "bytes")
                    .str());
  row("(input)", *result.report.getObject("input"));
  for (const llvm::json::Value &stage : *result.report.getArray("stages"))
    row(stage.getAsObject()->getString("name").value_or(""), *stage.getAsObject());
}

static int finish(Workspace &workspace, const CompressOptions &command, const CompressionTask &task,
                  CompressionResult &result) {
  printStages(workspace, result);
  if (!command.report.empty())
    if (llvm::Error error = writeOutputFile(
            command.report, llvm::formatv("{0:2}\n", llvm::json::Value(std::move(result.report))).str()))
      return workspace.fail(std::move(error)), workspace.sayUnwritten(task.stateFolder);
  // The rejected model keeps the kind its name says: x.onnx.rejected is ONNX.
  if (failed(workspace.writeModel(*result.module, command.output, result.destroyed ? ".rejected" : "")))
    return workspace.sayUnwritten(task.stateFolder);
  removeRunState(task.stateFolder);
  if (result.destroyed) {
    workspace.fail(*result.destroyed + "; the output is kept as '" + command.output + ".rejected'");
    return kDestroyed;
  }
  workspace.say("wrote " + command.output);
  return kSuccess;
}

int penjing::compressCommand(llvm::ArrayRef<std::string> arguments) {
  CompressOptions command;
  Options options("compress", "runs a recipe on a trained model, stage by stage, measuring after each.");
  command.declare(options);
  if (auto code = parseOptions(options, arguments))
    return *code;
  Workspace workspace(command.shared);
  Session &session = workspace.session();
  session.seed = command.seed;
  Interrupt interrupt(workspace.sharedSession());
  if (!isModelFile(command.output))
    return workspace.fail("requires an output .mlirbc, .mlir or .onnx, but got '" + command.output + "'");
  if (command.maxDrop < 0)
    return workspace.fail("requires '--max-drop' of at least 0 points, but got " +
                          llvm::formatv("{0}", command.maxDrop).str());
  llvm::StringRef read[] = {command.model, command.recipe, command.data, command.teacher, command.output};
  if (llvm::Error error = workspace.refuseOverwriting(command.report, read))
    return workspace.fail(std::move(error));
  for (const std::string &file : {command.output, command.report})
    if (llvm::Error error = file.empty() ? llvm::Error::success() : checkWritable(file))
      return workspace.fail(std::move(error));
  auto recipe = readRecipe(command.recipe);
  if (!recipe)
    return workspace.fail(recipe.takeError());

  // An ONNX file holds integers as pairs of quantizing ops, the form before packing.
  if (llvm::StringRef(command.output).ends_with(".onnx"))
    while (recipe->stages.size() > 1 && recipe->stages.back().name() == "pj-pack") {
      recipe->stages.pop_back();
      workspace.say("leaving out pj-pack: '" + command.output + "' holds the form before it");
    }

  CompressionTask task;
  task.recipe = &*recipe;
  task.stateFolder = command.output + ".state";
  task.resume = command.resume;
  task.stagesFolder = command.stages;
  task.layerCosts = !command.report.empty();
  task.maxDrop = command.maxDrop;
  task.interpret = command.interpret;
  if (llvm::Error error = workspace.bindRun(command.model, command.data, command.teacher, *recipe, task.facts))
    return workspace.fail(std::move(error));
  auto module = workspace.readModel(command.model);
  if (!module)
    return kFailure;
  if (command.teacher.empty())
    session.bindModel(kInputModelName, writeBytecode(*module));
  std::optional<Dataset> samples;
  if (!command.data.empty()) {
    auto loaded = workspace.loadSamples(command.data, DataSplit::Training);
    if (!loaded)
      return workspace.fail(loaded.takeError());
    samples = std::move(*loaded);
    task.data = &*samples;
    task.heldOut = holdOut(*recipe, samples->size(), command.seed);
    for (unsigned line : task.heldOut.seenByLines)
      workspace.warn(llvm::formatv("{0}:{1}: the training does not hold out validation={2}: the accuracy printed "
                                   "is partly on samples it has seen",
                                   command.recipe, line, task.heldOut.share)
                         .str());
  } else {
    workspace.warn("without --data nothing is measured, and --max-drop is not checked");
  }
  CompressionResult result = compressModel(std::move(module), task);
  if (result.status == RunStatus::Cancelled)
    return workspace.sayInterrupted(task.stateFolder);
  if (result.status == RunStatus::Failed)
    return kFailure;
  return finish(workspace, command, task, result);
}
