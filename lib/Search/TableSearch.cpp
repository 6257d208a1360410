// Runs a searcher on a table once per seed, and compares two samples by rank.
#include "penjing/Search/TableSearch.h"

#include "llvm/Support/ThreadPool.h"

#include <chrono>
#include <cmath>

using namespace penjing;

/// The trials after which the mean is told: 50, 100, 200, 500, 1,000, …
static std::vector<uint64_t> marksOf(uint64_t trials) {
  std::vector<uint64_t> marks;
  for (uint64_t scale = 10; scale < trials; scale *= 10)
    for (uint64_t factor : {1, 2, 5})
      if (scale * factor >= 50 && scale * factor < trials)
        marks.push_back(scale * factor);
  marks.push_back(trials);
  return marks;
}

namespace {
/// What one search gives.
struct OneSearch {
  std::vector<double> reported; ///< at each mark
  double reward = -INFINITY;
  Proposal best;
};
} // namespace

static OneSearch runOne(const ScoreTable &table, Searcher &searcher, unsigned batch, llvm::ArrayRef<uint64_t> marks) {
  OneSearch result;
  double reported = NAN;
  uint64_t trial = 0;
  while (trial < marks.back()) {
    std::vector<Outcome> outcomes;
    for (Proposal &proposal : searcher.ask(std::min<uint64_t>(batch, marks.back() - trial))) {
      std::optional<ScoreTable::Score> score = table.find(proposal);
      if (score && score->reward > result.reward) {
        result.reward = score->reward;
        result.best = proposal;
        reported = score->reported;
      }
      if (++trial == marks[result.reported.size()])
        result.reported.push_back(reported);
      outcomes.push_back({std::move(proposal), score ? std::optional<double>(score->reward) : std::nullopt});
    }
    searcher.tell(outcomes);
  }
  return result;
}

llvm::Expected<TableSearchResult> penjing::searchTable(const ScoreTable &table, const TableSearchOptions &options) {
  if (options.trials == 0 || options.seeds == 0)
    return llvm::createStringError("requires at least one trial and one seed, but got " +
                                   std::to_string(options.trials) + " and " + std::to_string(options.seeds));
  auto start = std::chrono::steady_clock::now();
  auto factory = searcherFactory(options.searcher, table.optionCounts());
  if (!factory)
    return factory.takeError();
  unsigned batch = options.batch ? options.batch : preferredBatch(options.searcher);
  std::vector<uint64_t> marks = marksOf(options.trials);
  std::vector<OneSearch> searches(options.seeds);
  auto run = [&](uint64_t index) {
    searches[index] = runOne(table, *(*factory)(options.firstSeed + index), batch, marks);
  };
  if (options.threads > 1) {
    llvm::DefaultThreadPool pool(llvm::hardware_concurrency(options.threads));
    for (uint64_t index = 0; index < options.seeds; ++index)
      pool.async(run, index);
    pool.wait();
  } else {
    for (uint64_t index = 0; index < options.seeds; ++index)
      run(index);
  }

  TableSearchResult result;
  double bestReward = -INFINITY;
  for (auto [place, mark] : llvm::enumerate(marks)) {
    double sum = 0;
    for (const OneSearch &search : searches)
      sum += search.reported[place];
    result.curve.push_back({mark, sum / searches.size()});
  }
  result.mean = result.curve.back().mean;
  double squares = 0;
  for (const OneSearch &search : searches) {
    result.reported.push_back(search.reported.back());
    squares += (search.reported.back() - result.mean) * (search.reported.back() - result.mean);
    if (search.reward > bestReward) {
      bestReward = search.reward;
      result.best = search.best;
    }
  }
  result.deviation = searches.size() > 1 ? std::sqrt(squares / (searches.size() - 1)) : 0;
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return result;
}

double penjing::rankSumProbability(llvm::ArrayRef<double> a, llvm::ArrayRef<double> b) {
  struct Value {
    double value;
    bool isA;
  };
  std::vector<Value> all;
  for (double value : a)
    all.push_back({value, true});
  for (double value : b)
    all.push_back({value, false});
  llvm::sort(all, [](const Value &x, const Value &y) { return x.value < y.value; });
  double n = all.size(), rankSum = 0, ties = 0;
  for (size_t from = 0; from < all.size();) {
    size_t to = from;
    while (to < all.size() && all[to].value == all[from].value)
      ++to;
    double count = to - from, rank = (from + 1 + to) / 2.0;
    ties += count * count * count - count;
    for (; from < to; ++from)
      rankSum += all[from].isA ? rank : 0;
  }
  double sizes = double(a.size()) * b.size();
  double expected = a.size() * (n + 1) / 2;
  double variance = sizes / 12 * (n + 1 - ties / (n * (n - 1)));
  if (!(variance > 0))
    return 1;
  return std::erfc(std::fabs(rankSum - expected) / std::sqrt(2 * variance));
}
