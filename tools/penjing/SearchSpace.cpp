// penjing search SPACE: trains, compiles and measures the points of a space.
#include "Interrupt.h"
#include "Workspace.h"

#include "penjing/Dialect/Penjing/ModelFiles.h"
#include "penjing/InitAll.h"
#include "penjing/Search/Front.h"
#include "penjing/Search/Quantities.h"
#include "penjing/Support/OutputFile.h"
#include "penjing/Support/Session.h"

#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace penjing;

namespace {
/// What the command line says.
struct SpaceSearch {
  std::string space, data, output, json, svg, limit;
  unsigned samples = 0, validation = 2000;
  uint64_t seed = 0;
  bool noLatency = false;
  ObjectiveTexts objective;
  std::string train = kDefaultTrainPasses.str(), finish = kDefaultFinishPasses.str();
  SearchRunOptions search;
};
} // namespace

static void declareOptions(Options &options, SpaceSearch &given) {
  options.positional("SPACE", given.space, "a search space: a module .mlir or .mlirbc with choices");
  options.value("data", "D", given.data, "a folder (IDX files or CIFAR-10 binaries) or an .npz of x and y");
  options.required();
  options.choice("searcher", searcherKinds(), given.search.searcher, "who proposes (evolution)");
  options.value("trials", "N", given.search.trials, "points to try (50)");
  options.count("jobs", "J", given.search.jobs, 1024, "trials side by side, a process each (1)");
  options.count("batch", "N", given.search.batch, 1024, "points proposed before the searcher is told; not more jobs than this are of use (8)");
  options.value("seed", "N", given.seed, "seed of the searcher, of samples, initial values and training (0)");
  options.value("journal", "J.jsonl", given.search.journal, "where every trial is written down; a search continues from it");
  options.value("o", "OUT", given.output, "the best network, as its trial trained it: .mlirbc, .mlir or .onnx");
  options.value("json", "FILE", given.json, "write every trial, the front and the best as JSON");
  options.value("svg", "FILE", given.svg, "draw the front");

  options.section("What a trial is");
  options.value("train", "PASSES", given.train, "what trains a candidate (" + given.train + ")");
  options.value("finish", "PASSES", given.finish, "what then makes a copy of it ready to be measured (" + given.finish + ")");
  options.count("samples", "N", given.samples, 1u << 30, "train on at most N samples");
  options.count("validation", "N", given.validation, 1u << 30, "samples held out of the training split to judge by (2000)");
  options.value("limit", "TIME", given.limit, "a trial that takes longer fails, such as 8s");
  options.flag("no-latency", given.noLatency, "do not time candidates: the same search has the same figures on every machine");

  options.section("What is best");
  options.value("target-latency", "TIME", given.objective.targetLatency, "reward accuracy x (latency / TIME)^W, in place of the accuracy");
  options.value("latency-exponent", "W", given.objective.exponent, "W of --target-latency (-0.07)");
  options.value("max-latency", "TIME", given.objective.maxLatency, "of a call of the compiled object on one sample, such as 200us");
  options.value("max-size", "SIZE", given.objective.maxSize, "of the object's code and constants, such as 64K");
  options.value("max-ram", "SIZE", given.objective.maxRam, "of the arena and the stack of a call");
  options.value("min-accuracy", "P", given.objective.minAccuracy, "on the held-out samples, in percent");

  options.example("penjing search share/spaces/zoph-le.mlir --data /usr/share/datasets/fashion-mnist --trials 200 \\\n"
                  "      --searcher rnn-controller --samples 10000 --limit 8s --jobs 2 --journal s.jsonl -o best.mlirbc",
                  "200 networks, each trained for seconds; Ctrl-C stops, the same command goes on");
  options.example("penjing search space.mlir --data D --max-latency 200us --max-size 64K --svg front.svg",
                  "the most accurate network of 200 us and 64 KiB, and what lies beside it");
  options.example("penjing search --table nasbench201_12epochs.csv --searcher evolution --trials 500 --seeds 300",
                  "how good a searcher is, in seconds; 'penjing search --table T --help' tells more");
  options.example("penjing search --task xor --searcher neat --seeds 1000", "NEAT; 'penjing search --task T --help' tells more");
  options.note("A candidate is a point of the space: resolved, trained on the samples, finished, compiled for this machine "
               "and measured on that object: accuracy on the held-out samples, the median time of a call (alone: all other "
               "trials stand still), the size of its sections, arena and stack. Whoever breaks a limit is worth less than "
               "all who keep it. What crashes, diverges or takes too long is a trial that failed, and the search goes on.");
  options.note("For images of 28 x 28, 3 epochs of 10,000 samples take seconds; the best networks deserve a full training "
               "afterwards: penjing train best.mlirbc --data D --epochs 20.");
}

/// Samples, and what a trial does with them.
static llvm::Error prepare(Workspace &workspace, const SpaceSearch &given, CandidateSetup &setup) {
  setup.seed = given.seed;
  setup.trainPasses = given.train;
  setup.finishPasses = given.finish;
  setup.measuresLatency = !given.noLatency;
  auto data = workspace.loadSamples(given.data, DataSplit::Training);
  if (!data)
    return data.takeError();
  return splitForSearch(*data, given.samples, given.validation, setup);
}

/// Tells and writes what was found.
static int report(Workspace &workspace, const SpaceSearch &given, const SearchSpace &space, const CandidateSetup &setup,
                  const SearchResult &result) {
  workspace.say(llvm::StringRef(frontTable(space, result)).rtrim());
  if (!given.json.empty())
    if (llvm::Error error =
            writeOutputFile(given.json, llvm::formatv("{0:2}\n", frontJson(space, given.search, result)).str()))
      return workspace.fail(std::move(error));
  if (!given.svg.empty())
    if (llvm::Error error = writeOutputFile(given.svg, frontSvg(space, given.search, result)))
      return workspace.fail(std::move(error));
  if (!result.best)
    return workspace.fail("requires at least one trial that does not fail, but the first said: " +
                          result.trials.front().result.failure);
  const Trial &best = result.trials[*result.best];
  if (!best.isAllowed())
    return workspace.fail("requires a network within the limits, but the nearest, trial " + llvm::Twine(*result.best) +
                          ", breaks them: " + llvm::join(best.broken, ", "));
  workspace.say(llvm::formatv("best: trial {0}, {1:f2} %, {2}", *result.best, best.result.measured->accuracy * 100,
                              space.str(llvm::to_vector_of<int>(best.proposal)))
                    .str());
  if (given.output.empty())
    return kSuccess;
  auto bytes = makeCandidate(setup, best.proposal);
  if (!bytes)
    return workspace.fail(bytes.takeError());
  auto model = parseModule(*bytes, "the best network", &workspace.context());
  if (!model || failed(workspace.writeModel(*model, given.output)))
    return kFailure;
  workspace.say("wrote " + given.output);
  return kSuccess;
}

int penjing::searchSpaceCommand(llvm::ArrayRef<std::string> arguments) {
  SpaceSearch given;
  SharedOptions shared;
  Options options("search", "finds the network of a search space that is most accurate, or best within limits.");
  declareOptions(options, given);
  shared.declare(options);
  if (auto code = parseOptions(options, arguments))
    return *code;
  Workspace workspace(shared);
  if (!given.output.empty() && !isModelFile(given.output))
    return workspace.fail("requires an output .mlirbc, .mlir or .onnx, but got '" + given.output + "'");
  auto objective = parseObjective(given.objective);
  if (!objective)
    return workspace.fail(objective.takeError());
  given.search.objective = *objective;
  if (given.noLatency && objective->readsLatency())
    return workspace.fail("requires an objective without latency where --no-latency is given");
  if (!given.limit.empty()) {
    auto limit = parseDuration("limit", given.limit);
    if (!limit)
      return workspace.fail(limit.takeError());
    given.search.secondsLimit = *limit;
  }
  Interrupt interrupt(workspace.sharedSession());
  auto module = workspace.readModel(given.space);
  FailureOr<SearchSpace> space = failure();
  if (module)
    space = SearchSpace::of(*module);
  if (failed(space))
    return kFailure;
  CandidateSetup setup;
  setup.space = writeBytecode(*module);
  DialectRegistry registry;
  registerAllDialects(registry);
  setup.registry = &registry;
  if (llvm::Error error = prepare(workspace, given, setup))
    return workspace.fail(std::move(error));
  auto result = runSearch(*space, setup, given.search, {}, workspace.session());
  if (!result)
    return workspace.fail(result.takeError());
  if (result->isCancelled) {
    workspace.warn(given.search.journal.empty() ? "interrupted; without --journal nothing is kept"
                                                : "interrupted; the same command continues from '" + given.search.journal + "'");
    return kCancelled;
  }
  return report(workspace, given, *space, setup, *result);
}
