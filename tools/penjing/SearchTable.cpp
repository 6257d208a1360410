// penjing search --table: searches of a space whose points all have known scores.
#include "Workspace.h"

#include "penjing/Search/TableSearch.h"
#include "penjing/Support/OutputFile.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace penjing;

/// `edge0=skip edge1=conv`.
static std::string describe(llvm::ArrayRef<Decision> decisions, const Proposal &proposal) {
  std::vector<std::string> parts;
  for (auto [decision, option] : llvm::zip_equal(decisions, proposal))
    parts.push_back(decision.name + "=" + decision.options[option]);
  return llvm::join(parts, " ");
}

/// Searches the table once per seed, and says and writes how it went.
static int runSearches(Workspace &workspace, llvm::StringRef path, const TableSearchOptions &search,
                              llvm::StringRef against, llvm::StringRef json) {
  auto table = ScoreTable::read(path);
  if (!table)
    return workspace.fail(table.takeError());
  auto result = searchTable(*table, search);
  if (!result)
    return workspace.fail(result.takeError());
  llvm::json::Array curve, reported;
  for (const TableSearchResult::Mark &mark : result->curve) {
    workspace.say(llvm::formatv("after {0,5} trials  {1:f3}", mark.trials, mark.mean).str());
    curve.push_back(llvm::json::Object{{"trials", mark.trials}, {"mean_test", mark.mean}});
  }
  for (double value : result->reported)
    reported.push_back(value);
  workspace.say(llvm::formatv("{0}: {1:f3} ± {2:f3} over {3} seeds in {4:f1} s; best {5}", search.searcher, result->mean,
                              result->deviation, search.seeds, result->seconds,
                              describe(table->decisions(), result->best))
                    .str());
  llvm::json::Object page{{"table", path},
                          {"searcher", search.searcher},
                          {"trials", search.trials},
                          {"seeds", search.seeds},
                          {"first_seed", search.firstSeed},
                          {"mean_test", result->mean},
                          {"sd_test", result->deviation},
                          {"test", std::move(reported)},
                          {"curve", std::move(curve)},
                          {"seconds", result->seconds}};
  if (!against.empty()) {
    TableSearchOptions other = search;
    other.searcher = against.str();
    other.batch = 0;
    auto baseline = searchTable(*table, other);
    if (!baseline)
      return workspace.fail(baseline.takeError());
    double p = rankSumProbability(result->reported, baseline->reported);
    workspace.say(llvm::formatv("{0}: {1:f3} ± {2:f3}; rank-sum p {3:e1}", against, baseline->mean, baseline->deviation, p).str());
    page["against"] = llvm::json::Object{
        {"searcher", against}, {"mean_test", baseline->mean}, {"sd_test", baseline->deviation}, {"p", p}};
  }
  if (!json.empty())
    if (llvm::Error error = writeOutputFile(json, llvm::formatv("{0:2}\n", llvm::json::Value(std::move(page))).str()))
      return workspace.fail(std::move(error));
  return kSuccess;
}

int penjing::searchTableCommand(llvm::ArrayRef<std::string> arguments) {
  std::string table, against, json;
  TableSearchOptions search;
  SharedOptions shared;
  Options options("search", "compares searchers on a table that has the scores of all points of a space.");
  options.value("table", "T.csv", table, "NAS-Bench-201 (header with cell, cifar10_val, cifar10_test) or NAS-Bench-Macro (arch, test_acc_0 …)");
  options.required();
  options.choice("searcher", searcherKinds(), search.searcher, "who proposes (random)");
  options.value("trials", "N", search.trials, "points to try (500)");
  options.count("batch", "N", search.batch, 4096, "points proposed at once (what the searcher likes)");
  options.value("seeds", "N", search.seeds, "searches, with as many seeds (1)");
  options.value("first-seed", "N", search.firstSeed, "the first of the seeds (0)");
  options.choice("against", searcherKinds(), against, "also run this searcher, and test whether the results differ");
  options.value("json", "FILE", json, "write the figures as JSON");
  options.example("penjing search --table nasbench201_12epochs.csv --searcher rnn-controller --trials 500 --seeds 300 \\\n"
                  "      --against random",
                  "mean test accuracy of what 300 searches found");
  options.note("A search asks the table for each point that is proposed, repeats included. Its result is the test accuracy "
               "of the point of the best validation accuracy; NAS-Bench-Macro has no validation accuracy: the reward is the "
               "first of three test accuracies, and their mean is the result.");
  shared.declare(options);
  if (auto code = parseOptions(options, arguments))
    return *code;
  Workspace workspace(shared);
  search.threads = shared.threads;
  return runSearches(workspace, table, search, against, json);
}
