// penjing train: trains a model with the pass pj-train, resumable.
#include "Interrupt.h"
#include "Workspace.h"

#include "penjing/Dialect/Penjing/ModelFiles.h"
#include "penjing/Recipes/Accuracy.h"
#include "penjing/Recipes/Runner.h"
#include "penjing/Support/InputFile.h"
#include "penjing/Support/OutputFile.h"
#include "penjing/Support/Session.h"
#include "penjing/Train/Passes.h"

#include "llvm/Support/FormatVariadic.h"

using namespace penjing;

namespace {
/// An option that is one of the pass: spelled the same, handed on as text.
struct PassOption {
  llvm::StringRef name, what, help;
};
} // namespace

static constexpr PassOption kPassOptions[] = {
    {"epochs", "N", "times the data is seen (default 5); 0 fills initializers only"},
    {"batch", "N", "samples of a step (default 64); the last partial batch is dropped"},
    {"lr", "RATE", "learning rate, the peak of the schedule (default 0.01)"},
    {"schedule", "KIND", "constant, step, cosine, linear or one-cycle (default constant)"},
    {"warmup", "EPOCHS", "epochs over which the rate rises from 0 (default 0; one-cycle: a fifth of all)"},
    {"optimizer", "KIND", "sgd or adamw (default sgd)"},
    {"momentum", "M", "momentum of sgd (default 0)"},
    {"weight-decay", "D", "added to the gradient by sgd, decoupled in adamw (default 0)"},
    {"label-smoothing", "S", "share of each label, 0 to 1, spread over all classes (default 0)"},
    {"shift", "PIXELS", "shift images by up to so many pixels, zeros behind them (default 0)"},
    {"validation", "SHARE", "share of the samples, 0 to 1, held out and tested on after each epoch (default 0)"},
    {"beta", "B", "weight of the teacher's term of the loss (default 0.5 with --teacher)"},
    {"temperature", "T", "temperature of the distillation (default 4)"},
};

int penjing::trainCommand(llvm::ArrayRef<std::string> arguments) {
  std::string model, data, output, teacher;
  std::string values[std::size(kPassOptions)];
  uint64_t seed = 0;
  bool flip = false, nesterov = false, resume = false;
  SharedOptions shared;
  Options options("train", "trains a model on labelled samples and writes it with its new values.");
  options.positional("MODEL", model, "a model .onnx, .mlir or .mlirbc in form float or decided");
  options.value("data", "D", data, "a folder (IDX files or CIFAR-10 binaries) or an .npz of x and y");
  options.required();
  options.value("o", "OUT", output, "the trained model, .mlirbc, .mlir or .onnx");
  options.required();
  for (auto [option, value] : llvm::zip(kPassOptions, values))
    options.value(option.name, option.what, value, option.help);
  options.flag("flip", flip, "mirror images left to right with probability 1/2");
  options.flag("nesterov", nesterov, "Nesterov's momentum");
  options.value("teacher", "T", teacher, "a trained model to distil from: L = CE + beta·T²·KL(teacher ‖ student)");
  options.value("seed", "N", seed, "seed of order, augmentation and initial values (default 0)");
  options.flag("resume", resume, "continue an interrupted run from OUT.state to the same bytes");
  options.example("penjing train article.mlir --data /usr/share/datasets/fashion-mnist --epochs 5 \\\n"
                  "      --schedule one-cycle --lr 0.03 --momentum 0.9 --weight-decay 5e-4 -o float.mlirbc",
                  "the article's network, one cycle");
  options.example("penjing train small.mlir --data D --teacher big.onnx --beta 0.5 --temperature 4 -o small.mlirbc",
                  "a small network that also learns from a big one");
  options.note("Ctrl-C saves the run in OUT.state; the same command with --resume continues it. The result depends "
               "on model, options, data, seed, threads and the level of the machine alone, and says so when one differs.");
  shared.declare(options);
  if (auto code = parseOptions(options, arguments))
    return *code;

  std::string pass = "pj-train{";
  if (!options.given("epochs"))
    pass += "epochs=5 ";
  for (auto [option, value] : llvm::zip(kPassOptions, values)) {
    // The text of a pass has no other way to end a value.
    if (llvm::StringRef(value).find_first_of(" \t\n\"'{}(),") != llvm::StringRef::npos) {
      llvm::errs() << "error: requires one word for '--" << option.name << "', but got '" << value << "'\n";
      return kFailure;
    }
    if (options.given(option.name))
      pass += option.name.str() + "=" + value + " ";
  }
  if (!teacher.empty() && !options.given("beta"))
    pass += "beta=0.5 ";
  pass += flip ? "flip=true " : "";
  pass += nesterov ? "nesterov=true " : "";
  pass.back() == '{' ? void(pass.pop_back()) : void(pass.back() = '}');

  Workspace workspace(shared);
  workspace.session().seed = seed;
  Interrupt interrupt(workspace.sharedSession());
  auto recipe = parseRecipe(pass, "command line");
  if (!recipe)
    return workspace.fail(recipe.takeError());
  if (!isModelFile(output))
    return workspace.fail("requires an output .mlirbc, .mlir or .onnx, but got '" + output + "'");
  if (llvm::Error error = checkWritable(output))
    return workspace.fail(std::move(error));
  RunOptions run;
  run.stateFolder = output + ".state";
  run.resume = resume;
  if (llvm::Error error = workspace.bindRun(model, data, teacher, *recipe, run.facts))
    return workspace.fail(std::move(error));
  auto module = workspace.readModel(model);
  if (!module)
    return kFailure;
  if (teacher.empty())
    workspace.session().bindModel(kInputModelName, writeBytecode(*module));
  RunResult result = runRecipe(std::move(module), *recipe, run);
  if (result.status == RunStatus::Cancelled)
    return workspace.sayInterrupted(run.stateFolder);
  if (result.status == RunStatus::Failed)
    return kFailure;
  if (failed(workspace.writeModel(*result.module, output)))
    return workspace.sayUnwritten(run.stateFolder);
  removeRunState(run.stateFolder);
  workspace.say("wrote " + output);
  return kSuccess;
}
