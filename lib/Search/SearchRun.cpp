// The loop of a search.
#include "penjing/Search/SearchRun.h"

#include "TrialProcesses.h"

#include "penjing/Support/InputFile.h"
#include "penjing/Support/Session.h"

#include "llvm/Support/FormatVariadic.h"

#include <cmath>

using namespace penjing;

namespace {
/// How often a trial may begin without ending before it counts as failed: a trial that
/// takes the whole machine down must not be retried for ever.
constexpr unsigned kBeginnings = 3;
constexpr llvm::StringLiteral kActivity = "search";

class SearchLoop {
public:
  SearchLoop(const SearchSpace &space, const CandidateSetup &setup, const SearchRunOptions &options, Session &session)
      : space(space), setup(setup), options(options), session(session) {}

  llvm::Expected<SearchResult> run(const SearchFacts &facts);

private:
  llvm::Error runBatch(llvm::ArrayRef<Proposal> proposals);
  llvm::Expected<std::optional<TrialResult>> recall(uint64_t trial, const Proposal &proposal);
  llvm::Error finishTrial(uint64_t trial, const Proposal &proposal, TrialResult result);
  void judge(Trial &trial) const;
  void report();
  std::string textOf(const Proposal &proposal) const {
    return space.str(llvm::to_vector_of<int>(proposal));
  }

  const SearchSpace &space;
  const CandidateSetup &setup;
  const SearchRunOptions &options;
  Session &session;
  std::unique_ptr<Journal> journal;
  /// What points gave that ended, also those of the batch at hand.
  std::map<Proposal, TrialResult> known;
  std::map<uint64_t, TrialResult> ended; ///< of the batch at hand
  std::optional<double> bestReward;
  std::optional<double> bestAccuracy;
  uint64_t done = 0;
  TimeLeft timeLeft;
  SearchResult result;
};
} // namespace

void SearchLoop::judge(Trial &trial) const {
  const std::optional<Measurement> &measured = trial.result.measured;
  if (!measured)
    return;
  trial.reward = options.objective.reward(*measured);
  trial.broken = options.objective.budget.broken(*measured);
}

void SearchLoop::report() {
  ProgressReport report;
  report.activity = kActivity;
  report.step = done;
  report.steps = options.trials;
  report.accuracy = bestAccuracy;
  report.secondsLeft = timeLeft.estimate(done, options.trials);
  session.progress().report(report);
}

/// The result of a trial that need not run: journalled, or of a point that is known.
llvm::Expected<std::optional<TrialResult>> SearchLoop::recall(uint64_t trial, const Proposal &proposal) {
  if (const Journal::Entry *entry = journal ? journal->find(trial) : nullptr) {
    if (entry->proposal != proposal)
      return llvm::createStringError(llvm::formatv(
          "requires a journal whose trial {0} is '{1}', but got another point; the search differs", trial, textOf(proposal)));
    if (entry->result)
      return entry->result;
    if (entry->begun >= kBeginnings) {
      TrialResult failed;
      failed.failure = llvm::formatv("began {0} times and never ended", entry->begun);
      if (llvm::Error error = journal->end(trial, failed))
        return std::move(error);
      return failed;
    }
  }
  auto found = known.find(proposal);
  return found == known.end() ? std::nullopt : std::optional<TrialResult>(found->second);
}

llvm::Error SearchLoop::finishTrial(uint64_t trial, const Proposal &proposal, TrialResult outcome) {
  Trial judged{proposal, outcome, {}, {}};
  judge(judged);
  if (judged.reward && (!bestReward || *judged.reward > *bestReward)) {
    bestReward = judged.reward;
    bestAccuracy = outcome.measured->accuracy;
  }
  known.emplace(proposal, outcome);
  ended[trial] = std::move(outcome);
  ++done;
  report();
  return llvm::Error::success();
}

llvm::Error SearchLoop::runBatch(llvm::ArrayRef<Proposal> proposals) {
  const uint64_t first = result.trials.size();
  ended.clear();
  // Points to run, each once; a repeat in the batch takes the first one's result.
  std::vector<uint64_t> fresh;
  for (auto [place, proposal] : llvm::enumerate(proposals)) {
    auto outcome = recall(first + place, proposal);
    if (!outcome)
      return outcome.takeError();
    bool isRepeat = llvm::is_contained(proposals.take_front(place), proposal);
    if (*outcome) {
      if (llvm::Error error = finishTrial(first + place, proposal, **outcome))
        return error;
    } else if (!isRepeat) {
      fresh.push_back(first + place);
    }
  }
  auto proposalOf = [&](unsigned index) -> const Proposal & { return proposals[fresh[index] - first]; };
  TrialWork work;
  work.count = fresh.size();
  work.work = [&](unsigned index, llvm::function_ref<void()> quiet) {
    return measureCandidate(setup, proposalOf(index), quiet);
  };
  work.begin = [&](unsigned index) {
    return journal ? journal->begin(fresh[index], proposalOf(index), textOf(proposalOf(index))) : llvm::Error::success();
  };
  work.stopped = [&](unsigned index) { return journal ? journal->stop(fresh[index]) : llvm::Error::success(); };
  work.end = [&](unsigned index, const TrialResult &outcome) -> llvm::Error {
    if (journal)
      if (llvm::Error error = journal->end(fresh[index], outcome))
        return error;
    return finishTrial(fresh[index], proposalOf(index), outcome);
  };
  TrialProcessOptions processes;
  processes.jobs = options.jobs;
  processes.secondsLimit = options.secondsLimit;
  processes.isCancelled = [&] { return session.isCancelled(); };
  auto finished = runTrials(work, processes);
  if (!finished)
    return finished.takeError();
  result.isCancelled = !*finished;
  for (auto [place, proposal] : llvm::enumerate(proposals)) {
    if (result.isCancelled)
      break;
    if (!ended.count(first + place))
      if (llvm::Error error = finishTrial(first + place, proposal, known.at(proposal)))
        return error;
    Trial trial{proposal, ended.at(first + place), {}, {}};
    judge(trial);
    result.trials.push_back(std::move(trial));
  }
  return llvm::Error::success();
}

llvm::Expected<SearchResult> SearchLoop::run(const SearchFacts &facts) {
  std::vector<uint32_t> counts;
  for (const Decision &decision : space.decisions())
    counts.push_back(decision.options.size());
  auto factory = searcherFactory(options.searcher, counts);
  if (!factory)
    return factory.takeError();
  if (options.batch == 0 || options.trials == 0)
    return llvm::createStringError(llvm::formatv("requires at least one trial and batches of one, but got {0} and {1}",
                                                 options.trials, options.batch));
  if (!options.journal.empty()) {
    auto opened = Journal::open(options.journal, facts);
    if (!opened)
      return opened.takeError();
    journal = std::move(*opened);
  }
  std::unique_ptr<Searcher> searcher = (*factory)(setup.seed);
  timeLeft.estimate(0, options.trials);
  while (result.trials.size() < options.trials && !result.isCancelled) {
    size_t first = result.trials.size();
    std::vector<Proposal> proposals = searcher->ask(std::min<uint64_t>(options.batch, options.trials - first));
    if (llvm::Error error = runBatch(proposals))
      return std::move(error);
    std::vector<Outcome> outcomes;
    for (const Trial &trial : llvm::ArrayRef(result.trials).drop_front(first))
      outcomes.push_back({trial.proposal, trial.reward});
    if (!result.isCancelled)
      searcher->tell(outcomes);
  }
  for (auto [place, trial] : llvm::enumerate(result.trials))
    if (trial.reward && (!result.best || *trial.reward > *result.trials[*result.best].reward))
      result.best = place;
  session.progress().finish(kActivity, "");
  return std::move(result);
}

llvm::Expected<SearchResult> penjing::runSearch(const SearchSpace &space, const CandidateSetup &setup,
                                                const SearchRunOptions &options, SearchFacts facts, Session &session) {
  facts.push_back({"searcher", options.searcher});
  facts.push_back({"batch", std::to_string(options.batch)});
  facts.push_back({"seed", std::to_string(setup.seed)});
  facts.push_back({"objective", options.objective.text()});
  facts.push_back({"space", sha256Hex(setup.space)});
  facts.push_back({"train", setup.trainPasses});
  facts.push_back({"finish", setup.finishPasses});
  facts.push_back({"training data", setup.training.empty() ? "" : sha256Hex({setup.training[0].array.bytes(), setup.training[0].array.byteSize()})});
  facts.push_back({"validation data", setup.validation.size() ? setup.validation.hash() : ""});
  return SearchLoop(space, setup, options, session).run(facts);
}
