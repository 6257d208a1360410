// The Pareto front as a table and as JSON.
#include "penjing/Search/Front.h"

#include "penjing/Search/Quantities.h"

#include "llvm/Support/FormatVariadic.h"

#include <tuple>

using namespace penjing;

bool penjing::dominates(const Measurement &a, const Measurement &b) {
  bool nowhereWorse = a.accuracy >= b.accuracy && a.latency <= b.latency && a.sizeBytes <= b.sizeBytes &&
                      a.ramBytes <= b.ramBytes;
  bool better = a.accuracy > b.accuracy || a.latency < b.latency || a.sizeBytes < b.sizeBytes || a.ramBytes < b.ramBytes;
  return nowhereWorse && better;
}

static bool areEqual(const Measurement &a, const Measurement &b) {
  auto figures = [](const Measurement &m) { return std::tuple(m.accuracy, m.latency, m.sizeBytes, m.ramBytes); };
  return figures(a) == figures(b);
}

std::vector<size_t> penjing::paretoFront(llvm::ArrayRef<Trial> trials) {
  std::vector<size_t> front;
  for (size_t i = 0; i < trials.size(); ++i) {
    if (!trials[i].isAllowed())
      continue;
    bool isBeaten = false;
    for (size_t j = 0; j < trials.size() && !isBeaten; ++j)
      isBeaten = trials[j].isAllowed() && (dominates(*trials[j].result.measured, *trials[i].result.measured) ||
                                           (j < i && areEqual(*trials[j].result.measured, *trials[i].result.measured)));
    if (!isBeaten)
      front.push_back(i);
  }
  llvm::sort(front, [&](size_t a, size_t b) {
    double first = trials[a].result.measured->accuracy, second = trials[b].result.measured->accuracy;
    return first != second ? first > second : a < b;
  });
  return front;
}

std::string penjing::rejection(const SearchResult &result, llvm::ArrayRef<size_t> front, size_t place) {
  const Trial &trial = result.trials[place];
  if (!trial.result.measured)
    return trial.result.failure;
  if (!trial.broken.empty())
    return llvm::join(trial.broken, ", ");
  for (size_t other : front)
    if (dominates(*result.trials[other].result.measured, *trial.result.measured))
      return llvm::formatv("trial {0} is better", other);
  for (size_t other : front)
    if (other != place && areEqual(*result.trials[other].result.measured, *trial.result.measured))
      return llvm::formatv("trial {0} is the same", other);
  return "";
}

static std::string decisionsOf(const SearchSpace &space, const Trial &trial) {
  return space.str(llvm::to_vector_of<int>(trial.proposal));
}

static std::string latencyText(const Measurement &measured) {
  return measured.latency > 0 ? durationText(measured.latency) : "-";
}

std::string penjing::frontTable(const SearchSpace &space, const SearchResult &result) {
  std::vector<size_t> front = paretoFront(result.trials);
  std::string text;
  llvm::raw_string_ostream os(text);
  if (!front.empty())
    os << llvm::formatv("{0,5}  {1,9}  {2,9}  {3,9}  {4,9}  decisions\n", "trial", "accuracy", "latency", "size", "RAM");
  for (size_t place : front) {
    const Measurement &m = *result.trials[place].result.measured;
    os << llvm::formatv("{0,5}  {1,7:f2} %  {2,9}  {3,9}  {4,9}  {5}\n", place, m.accuracy * 100, latencyText(m),
                        bytesText(m.sizeBytes), bytesText(m.ramBytes), decisionsOf(space, result.trials[place]));
  }
  size_t failed = 0, outside = 0, beaten = 0;
  for (const Trial &trial : result.trials)
    ++(!trial.result.measured ? failed : !trial.broken.empty() ? outside : beaten);
  beaten -= front.size();
  os << llvm::formatv("{0} on the front, {1} beaten, {2} outside the limits, {3} failed\n", front.size(), beaten, outside, failed);
  return text;
}

llvm::json::Value penjing::frontJson(const SearchSpace &space, const SearchRunOptions &options, const SearchResult &result) {
  std::vector<size_t> front = paretoFront(result.trials);
  llvm::json::Array trials, frontTrials;
  int64_t failed = 0;
  for (auto [place, trial] : llvm::enumerate(result.trials)) {
    llvm::json::Object object{{"trial", place}, {"decisions", decisionsOf(space, trial)}, {"seconds", trial.result.seconds}};
    if (trial.result.measured)
      for (auto &member : trial.result.measured->toJson())
        object[member.first] = std::move(member.second);
    else
      ++failed;
    object["reward"] = trial.reward ? llvm::json::Value(*trial.reward) : nullptr;
    object["on_front"] = llvm::is_contained(front, place);
    if (std::string text = rejection(result, front, place); !text.empty())
      object["rejected"] = text;
    trials.push_back(std::move(object));
  }
  for (size_t place : front)
    frontTrials.push_back(place);
  return llvm::json::Object{{"objective", options.objective.text()},
                            {"searcher", options.searcher},
                            {"trials", std::move(trials)},
                            {"front", std::move(frontTrials)},
                            {"best", result.best ? llvm::json::Value(*result.best) : nullptr},
                            {"failed", failed}};
}
