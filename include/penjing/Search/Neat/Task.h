// What NEAT is to solve: gives every genome a fitness and says when one solves it.
// A fitness of one's own is a class of this kind, or a function given to
// `functionTask`.
#ifndef PENJING_SEARCH_NEAT_TASK_H
#define PENJING_SEARCH_NEAT_TASK_H

#include "penjing/Search/Neat/Genome.h"
#include "penjing/Search/Neat/Parameters.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <functional>
#include <memory>
#include <optional>

namespace penjing::neat {

/// A genome that solves the task.
struct Winner {
  uint32_t index = 0;        ///< in the population
  uint32_t generalization = 0; ///< tests passed beside the fitness, where the task has them
};

/// One run of evolution owns one task: it may keep state between generations.
class Task {
public:
  virtual ~Task() = default;
  virtual Shape shape() const = 0;
  /// The parameters this task is evolved with.
  virtual Parameters parameters() const { return {}; }
  /// A run that reaches this without a winner has failed.
  virtual uint64_t evaluationLimit() const = 0;
  /// Fills the fitness (finite, at least 0) of every genome of a generation.
  virtual std::optional<Winner> evaluate(llvm::ArrayRef<Genome> genomes, llvm::MutableArrayRef<double> fitness) = 0;
};

/// Outputs of one network, for fitness functions: a step's inputs to its outputs.
class Network {
public:
  Network(const Shape &shape, const Genome &genome);
  ~Network();
  /// Feed-forward: the outputs of these inputs. Recurrent: one more step.
  std::vector<float> step(llvm::ArrayRef<float> inputs);

private:
  struct State;
  std::unique_ptr<State> state;
};

/// The user's own function: a network's fitness, at least 0. The task is solved when
/// a fitness reaches `enough`.
std::unique_ptr<Task> functionTask(const Shape &shape, std::function<double(Network &)> fitness, double enough,
                                   uint64_t evaluationLimit, const Parameters &parameters = {});

} // namespace penjing::neat

#endif // PENJING_SEARCH_NEAT_TASK_H
