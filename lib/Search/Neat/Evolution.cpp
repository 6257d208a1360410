// The loop of generations, and experiments over many seeds.
#include "penjing/Search/Neat/Evolution.h"

#include "penjing/Search/Neat/Population.h"
#include "penjing/Support/Session.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <mutex>
#include <thread>

using namespace penjing;
using namespace penjing::neat;

Outcome penjing::neat::evolve(Task &task, const Parameters &parameters, uint64_t seed,
                              const std::function<bool()> &cancelled) {
  Population population(task.shape(), parameters, seed);
  std::vector<double> fitness(parameters.population);
  Outcome outcome;
  for (;;) {
    std::optional<Winner> winner = task.evaluate(population.genomes(), fitness);
    outcome.evaluations += population.genomes().size();
    outcome.generations = population.generation() + 1;
    size_t best = size_t(std::max_element(fitness.begin(), fitness.end()) - fitness.begin());
    if (winner) {
      best = winner->index;
      outcome.solved = true;
      outcome.generalization = winner->generalization;
    }
    if (winner || outcome.evaluations + parameters.population > task.evaluationLimit() || (cancelled && cancelled())) {
      outcome.fitness = fitness[best];
      outcome.genome = population.genomes()[best];
      return outcome;
    }
    population.advance(fitness);
  }
}

const Outcome *Statistics::firstSolved() const {
  auto place = llvm::find_if(outcomes, [](const Outcome &outcome) { return outcome.solved; });
  return place == outcomes.end() ? nullptr : &*place;
}

static void summarize(Statistics &statistics) {
  double squares = 0;
  for (const Outcome &outcome : statistics.outcomes) {
    if (!outcome.solved)
      continue;
    ++statistics.solved;
    statistics.evaluations += double(outcome.evaluations);
    squares += double(outcome.evaluations) * double(outcome.evaluations);
    statistics.hidden += double(outcome.genome.hidden.size());
    statistics.connections += double(outcome.genome.connections.size());
    statistics.generalization += outcome.generalization;
  }
  if (!statistics.solved)
    return;
  for (double *mean : {&statistics.evaluations, &statistics.hidden, &statistics.connections, &statistics.generalization})
    *mean /= statistics.solved;
  double variance = squares / statistics.solved - statistics.evaluations * statistics.evaluations;
  statistics.evaluationsDeviation = std::sqrt(std::max(variance, 0.0));
}

Statistics penjing::neat::runExperiment(const ExperimentOptions &options, Session &session) {
  auto start = std::chrono::steady_clock::now();
  Statistics statistics;
  statistics.seeds = options.seeds;
  statistics.outcomes.resize(options.seeds);
  std::atomic<uint32_t> next{0};
  std::mutex reporting;
  TimeLeft left;
  uint32_t done = 0;
  auto work = [&] {
    for (uint32_t index; (index = next++) < options.seeds && !session.isCancelled();) {
      std::unique_ptr<Task> task = options.makeTask();
      Parameters parameters = options.parameters ? *options.parameters : task->parameters();
      statistics.outcomes[index] =
          evolve(*task, parameters, options.firstSeed + index, [&] { return session.isCancelled(); });
      std::lock_guard<std::mutex> lock(reporting);
      ProgressReport report;
      report.activity = "neat";
      report.step = ++done, report.steps = options.seeds;
      report.secondsLeft = left.estimate(done, options.seeds);
      session.progress().report(report);
    }
  };
  std::vector<std::thread> threads;
  for (unsigned k = 1; k < options.threads; ++k)
    threads.emplace_back(work);
  work();
  for (std::thread &thread : threads)
    thread.join();
  summarize(statistics);
  statistics.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  session.progress().finish("neat", llvm::formatv("{0} of {1} seeds solved", statistics.solved, options.seeds).str());
  return statistics;
}

llvm::json::Object penjing::neat::toJson(const Statistics &statistics) {
  auto mean = [&](double value) { return statistics.solved ? llvm::json::Value(value) : llvm::json::Value(nullptr); };
  return llvm::json::Object{{"seeds", int64_t(statistics.seeds)},
                            {"solved", int64_t(statistics.solved)},
                            {"mean_evaluations", mean(statistics.evaluations)},
                            {"sd_evaluations", mean(statistics.evaluationsDeviation)},
                            {"mean_hidden", mean(statistics.hidden)},
                            {"mean_connections", mean(statistics.connections)},
                            {"generalization", mean(statistics.generalization)},
                            {"seconds", statistics.seconds}};
}
