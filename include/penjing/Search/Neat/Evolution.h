// Runs of evolution: one seed until it is solved or fails, and many seeds with
// their statistics.
#ifndef PENJING_SEARCH_NEAT_EVOLUTION_H
#define PENJING_SEARCH_NEAT_EVOLUTION_H

#include "penjing/Search/Neat/Task.h"

#include "llvm/Support/JSON.h"

namespace penjing {
class Session;
}

namespace penjing::neat {

struct Outcome {
  bool solved = false;
  uint64_t evaluations = 0; ///< whole generations
  uint32_t generations = 0;
  uint32_t generalization = 0;
  double fitness = 0; ///< of `genome`
  Genome genome;      ///< the winner; without one, the last generation's best
};

/// One run. `cancelled` is asked once a generation; a cancelled run is not solved.
Outcome evolve(Task &task, const Parameters &parameters, uint64_t seed,
               const std::function<bool()> &cancelled = nullptr);

struct ExperimentOptions {
  std::function<std::unique_ptr<Task>()> makeTask;
  /// Null takes the task's own.
  const Parameters *parameters = nullptr;
  uint32_t seeds = 1;
  uint64_t firstSeed = 0;
  unsigned threads = 1;
};

struct Statistics {
  uint32_t seeds = 0, solved = 0;
  /// Means over the solved runs.
  double evaluations = 0, hidden = 0, connections = 0, generalization = 0;
  double evaluationsDeviation = 0; ///< standard deviation over the solved runs
  double seconds = 0;              ///< wall clock
  std::vector<Outcome> outcomes;   ///< by seed
  /// The solved run of the lowest seed, or null.
  const Outcome *firstSolved() const;
};

/// Runs every seed, spread over threads (the result does not depend on how many).
/// Reports progress to the session and stops where it is cancelled.
Statistics runExperiment(const ExperimentOptions &options, Session &session);

/// `seeds`, `solved`, `mean_evaluations`, `sd_evaluations`, `mean_hidden`, `mean_connections`,
/// `generalization`, `seconds`; means are null where nothing was solved.
llvm::json::Object toJson(const Statistics &statistics);

} // namespace penjing::neat

#endif // PENJING_SEARCH_NEAT_EVOLUTION_H
