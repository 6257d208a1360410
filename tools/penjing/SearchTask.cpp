// penjing search --task: repeatable experiments of NEAT over many seeds.
#include "Interrupt.h"
#include "Workspace.h"

#include "penjing/Search/Neat/Evolution.h"
#include "penjing/Search/Neat/NetworkGraph.h"
#include "penjing/Search/Neat/Tasks.h"
#include "penjing/Support/Npz.h"
#include "penjing/Support/OutputFile.h"
#include "penjing/Support/Session.h"

#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace penjing;

namespace {

struct TaskSearch {
  std::string task, searcher = "neat", data, json, model, genome, drawing;
  double enough = 0.95, leastFitness = 0;
  unsigned seeds = 1;
  uint64_t firstSeed = 0;
  std::vector<std::string> parameters;
  bool hasLeastFitness = false;
};

using TaskMaker = std::function<std::unique_ptr<neat::Task>()>;

} // namespace

static llvm::Expected<TaskMaker> taskMaker(const TaskSearch &search) {
  bool classes = search.task == "classification";
  if (classes || search.task == "regression") {
    if (search.data.empty())
      return llvm::createStringError("requires samples by '--data', but got none");
    auto arrays = readNpz(search.data);
    if (!arrays)
      return arrays.takeError();
    auto samples = neat::samplesFromArrays(*arrays, classes);
    if (!samples)
      return samples.takeError();
    return TaskMaker([samples = *samples, enough = search.enough] { return neat::samplesTask(samples, enough); });
  }
  if (search.task == "xor" && search.hasLeastFitness)
    return TaskMaker([least = search.leastFitness] { return neat::xorTask(least); });
  if (auto task = neat::findTask(search.task); !task)
    return task.takeError();
  return TaskMaker([name = search.task] { return llvm::cantFail(neat::findTask(name)); });
}

static std::string summary(const TaskSearch &search, const neat::Statistics &statistics) {
  std::string text = llvm::formatv("{0}: {1} of {2} seeds solved in {3:f2} s", search.task, statistics.solved,
                                   statistics.seeds, statistics.seconds)
                         .str();
  if (!statistics.solved)
    return text;
  text += llvm::formatv("; {0:f0} ± {1:f0} evaluations, {2:f2} hidden nodes, {3:f1} connections", statistics.evaluations,
                        statistics.evaluationsDeviation, statistics.hidden, statistics.connections)
              .str();
  if (statistics.generalization > 0)
    text += llvm::formatv(", {0:f0} of 625 starts", statistics.generalization).str();
  return text;
}

/// Writes the figures and the first winner in the kinds asked for; an exit code.
static int writeResults(Workspace &workspace, const TaskSearch &search, const neat::Statistics &statistics,
                        const neat::Shape &shape) {
  if (!search.json.empty())
    if (llvm::Error error = writeOutputFile(
            search.json, llvm::formatv("{0:2}\n", llvm::json::Value(neat::toJson(statistics))).str()))
      return workspace.fail(std::move(error));
  if (search.model.empty() && search.genome.empty() && search.drawing.empty())
    return kSuccess;
  const neat::Outcome *winner = statistics.firstSolved();
  if (!winner)
    return workspace.fail("requires a solved seed to write its network, but got none");
  neat::NetworkGraph graph = neat::describe(winner->genome, shape);
  if (!search.genome.empty())
    if (llvm::Error error = writeOutputFile(search.genome, neat::writeNetwork(graph)))
      return workspace.fail(std::move(error));
  if (!search.drawing.empty())
    if (llvm::Error error = writeOutputFile(search.drawing, neat::drawNetwork(graph)))
      return workspace.fail(std::move(error));
  if (search.model.empty())
    return kSuccess;
  auto module = neat::networkModule(graph, &workspace.context());
  if (!module)
    return workspace.fail(module.takeError());
  return succeeded(workspace.writeModel(**module, search.model)) ? kSuccess : kFailure;
}

int penjing::searchTaskCommand(llvm::ArrayRef<std::string> arguments) {
  TaskSearch search;
  SharedOptions shared;
  Options options("search", "evolves networks for a task, once per seed, and counts what it took.");
  options.value("task", "TASK", search.task,
                "xor, pole, pole-no-velocity, pole2, pole2-no-velocity; classification, regression of --data");
  options.required();
  options.choice("searcher", {"neat"}, search.searcher, "who evolves (neat)");
  options.count("seeds", "N", search.seeds, 1'000'000, "runs, with as many seeds (1)");
  options.value("first-seed", "N", search.firstSeed, "the first of the seeds (0)");
  options.value("data", "D.npz", search.data, "arrays x and y: classes, or numbers in [0, 1]");
  options.value("enough", "SHARE", search.enough,
                "solved at this share of right classes, or 1 - mean squared error (0.95)");
  options.value("least-fitness", "F", search.leastFitness, "xor: solved where 4 - sum of squared errors is at least F");
  options.list("parameter", "NAME=VALUE", search.parameters, "one of NEAT's parameters, such as add-node=0.03; repeatable");
  options.value("json", "FILE", search.json, "write the figures as JSON");
  options.value("o", "MODEL", search.model, "write the first seed's winner: .mlir, .mlirbc or .onnx");
  options.value("genome", "FILE.json", search.genome, "write it as a genome file");
  options.value("draw", "FILE.svg", search.drawing, "draw it");
  options.example("penjing search --task xor --seeds 1000 --json xor.json", "how many seeds solve exclusive or, how fast");
  options.example("penjing search --task pole2-no-velocity -o balance.onnx --draw balance.svg",
                  "a network that balances two poles, as a model and as a drawing");
  shared.declare(options);
  if (auto code = parseOptions(options, arguments))
    return *code;
  search.hasLeastFitness = options.given("least-fitness");
  Workspace workspace(shared);
  auto maker = taskMaker(search);
  if (!maker)
    return workspace.fail(maker.takeError());
  std::unique_ptr<neat::Task> task = (*maker)();
  neat::Parameters parameters = task->parameters();
  for (const std::string &text : search.parameters)
    if (llvm::Error error = neat::setParameter(parameters, text))
      return workspace.fail(std::move(error));
  neat::ExperimentOptions experiment{*maker, &parameters, search.seeds, search.firstSeed,
                                     std::max(1u, std::min(shared.threads, 256u))};
  Interrupt interrupt(workspace.sharedSession());
  neat::Statistics statistics = neat::runExperiment(experiment, workspace.session());
  if (workspace.session().isCancelled())
    return kCancelled;
  workspace.say(summary(search, statistics));
  return writeResults(workspace, search, statistics, task->shape());
}
