// pj-search: options to numbers, the search, and the best network into the module.
#include "penjing/Dialect/Penjing/ModelFiles.h"
#include "penjing/Dialect/Penjing/ParameterValues.h"
#include "penjing/Search/Front.h"
#include "penjing/Search/Passes.h"
#include "penjing/Search/Quantities.h"
#include "penjing/Support/NumericOption.h"
#include "penjing/Support/Remark.h"
#include "penjing/Support/Session.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"

#define DEBUG_TYPE "pj-search"

namespace penjing {
#define GEN_PASS_DEF_SEARCH
#include "penjing/Search/Passes.h.inc"
} // namespace penjing

using namespace mlir;
using namespace penjing;

/// Makes `module` hold what `other` holds.
static void replaceContents(ModuleOp module, ModuleOp other) {
  releaseParameters(module);
  module.getBody()->clear();
  module.getBody()->getOperations().splice(module.getBody()->end(), other.getBody()->getOperations());
  module->setAttrs(other->getAttrDictionary());
}

namespace {
class SearchPass : public penjing::impl::SearchBase<SearchPass> {
public:
  using SearchBase::SearchBase;

  void runOnOperation() override {
    if (failed(search(getOperation())))
      signalPassFailure();
  }

private:
  LogicalResult search(ModuleOp module);
  LogicalResult readOptions(ModuleOp module, CandidateSetup &setup);
  LogicalResult prepareData(ModuleOp module, CandidateSetup &setup);
  LogicalResult takeBest(ModuleOp module, const SearchSpace &space, const CandidateSetup &setup, const SearchResult &result);

  LogicalResult integer(StringRef name, StringRef text, int64_t low, int64_t high, uint64_t &value) {
    auto parsed = parseIntegerOption(name, text, low, high);
    if (!parsed)
      return fail(parsed.takeError());
    value = *parsed;
    return success();
  }
  LogicalResult fail(llvm::Error error) { return getOperation().emitError() << llvm::toString(std::move(error)); }

  SearchRunOptions searchOptions;
  uint64_t trainingSamples = 0, validationSamples = 0;
};
} // namespace

LogicalResult SearchPass::readOptions(ModuleOp module, CandidateSetup &setup) {
  std::shared_ptr<Session> session = getSession(&getContext());
  uint64_t batchSize = 0, jobCount = std::max(1u, session->threads);
  setup.seed = session->seed;
  if (failed(integer("trials", trials, 0, 1 << 20, searchOptions.trials)) ||
      failed(integer("batch", batch, 1, 1 << 10, batchSize)) ||
      failed(integer("samples", samples, 0, INT32_MAX, trainingSamples)) ||
      failed(integer("held-out", heldOut, 1, INT32_MAX, validationSamples)) ||
      (!jobs.empty() && failed(integer("jobs", jobs, 1, 1 << 10, jobCount))) ||
      (!seed.empty() && failed(integer("seed", seed, 0, INT64_MAX, setup.seed))))
    return failure();
  searchOptions.searcher = searcher;
  searchOptions.batch = batchSize;
  searchOptions.jobs = jobCount;
  auto objective = parseObjective({targetLatency, exponent, maxLatency, maxSize, maxRam, minAccuracy});
  if (!objective)
    return fail(objective.takeError());
  searchOptions.objective = *objective;
  if (!limit.empty()) {
    auto seconds = parseDuration("limit", limit);
    if (!seconds)
      return fail(seconds.takeError());
    searchOptions.secondsLimit = *seconds;
  }
  setup.trainPasses = train.empty() ? kDefaultTrainPasses.str() : train.getValue();
  setup.finishPasses = finish.empty() ? kDefaultFinishPasses.str() : finish.getValue();
  // A time that nobody reads would make equal searches differ.
  setup.measuresLatency = objective->readsLatency();
  const ResumeState &state = session->resumeState;
  if (state.folder.empty())
    return success();
  if (std::error_code code = llvm::sys::fs::create_directories(state.folder))
    return fail(llvm::createFileError(state.folder, code));
  searchOptions.journal = state.folder + "/" + state.stage + "-search.jsonl";
  return success();
}

LogicalResult SearchPass::prepareData(ModuleOp module, CandidateSetup &setup) {
  std::shared_ptr<Session> session = getSession(&getContext());
  auto source = session->findData(data);
  if (!source)
    return fail(source.takeError());
  auto loaded = loadDataset(*source, DataSplit::Training, session->limits);
  if (!loaded)
    return fail(loaded.takeError());
  if (llvm::Error error = splitForSearch(*loaded, trainingSamples, validationSamples, setup))
    return fail(std::move(error));
  return success();
}

LogicalResult SearchPass::takeBest(ModuleOp module, const SearchSpace &space, const CandidateSetup &setup,
                                   const SearchResult &result) {
  if (!result.best)
    return module.emitError() << "requires at least one trial that does not fail, but the first said: "
                              << result.trials.front().result.failure;
  const Trial &best = result.trials[*result.best];
  if (!best.isAllowed())
    return module.emitError() << "requires a network within the limits, but the nearest, trial " << *result.best
                              << ", breaks them: " << llvm::join(best.broken, ", ");
  auto bytes = makeCandidate(setup, best.proposal);
  if (!bytes)
    return fail(bytes.takeError());
  OwningOpRef<ModuleOp> model = parseModule(*bytes, "the best network", &getContext());
  if (!model)
    return failure();
  replaceContents(module, *model);
  penjing::emitRemark(module, DEBUG_TYPE, RemarkKind::Passed,
                      llvm::formatv("took trial {0} of {1}, {2:f2} % on held-out samples: {3}", *result.best,
                                    result.trials.size(), best.result.measured->accuracy * 100,
                                    space.str(llvm::to_vector_of<int>(best.proposal)))
                          .str(),
                      {{"accuracy", best.result.measured->accuracy}, {"front", frontJson(space, searchOptions, result)}});
  return success();
}

LogicalResult SearchPass::search(ModuleOp module) {
  CandidateSetup setup;
  if (failed(readOptions(module, setup)))
    return failure();
  FailureOr<SearchSpace> space = SearchSpace::of(module);
  if (failed(space))
    return failure();
  if (searchOptions.trials == 0) {
    OwningOpRef<ModuleOp> first = resolve(module, DecisionVector(space->size(), 0));
    if (!first)
      return failure();
    replaceContents(module, *first);
    return success();
  }
  if (failed(prepareData(module, setup)))
    return failure();
  setup.space = writeBytecode(module);
  DialectRegistry registry;
  getContext().getDialectRegistry().appendTo(registry);
  setup.registry = &registry;
  auto result = runSearch(*space, setup, searchOptions, {}, *getSession(&getContext()));
  if (!result)
    return fail(result.takeError());
  if (result->isCancelled)
    return module.emitError() << "cancelled";
  return takeBest(module, *space, setup, *result);
}
