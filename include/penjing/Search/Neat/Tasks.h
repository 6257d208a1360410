// The built-in tasks of NEAT.
#ifndef PENJING_SEARCH_NEAT_TASKS_H
#define PENJING_SEARCH_NEAT_TASKS_H

#include "penjing/Search/Neat/Task.h"
#include "penjing/Support/Array.h"

namespace penjing::neat {

/// Exclusive or (section 4.2): fitness (4 - sum of |errors|)². Solved when all four
/// outputs lie on the right side of 0.5, or, where `leastFitness` is given, when 4 - sum of
/// errors² reaches it; failed after 200 generations of 150.
std::unique_ptr<Task> xorTask(std::optional<double> leastFitness = std::nullopt);

/// Poles on a cart, integrated by RK4 with steps of 0.01 s, a force in ±10 N every 0.02 s
/// (section 4.3, equations of Wieland 1991).
struct PoleOptions {
  unsigned poles = 2;
  /// Whether the network sees velocities; if not, it is recurrent and gets Gruau's fitness.
  bool velocities = true;
};
/// With velocities: fitness is the number of steps in balance, solved at 100,000.
/// Without: Gruau's fitness over 1,000 steps; solved when a generation's champion
/// balances 100,000 steps and at least 200 of the 625 starts for 1,000; failed after 100,000
/// evaluations. The champion's tests are not counted.
std::unique_ptr<Task> poleTask(const PoleOptions &options);

/// Samples to learn from, row-major.
struct Samples {
  uint32_t features = 0, targets = 0;
  std::vector<float> inputs;  ///< n x features
  std::vector<float> outputs; ///< n x targets, in [0, 1]: the range of the sigmoid
  /// One of the targets is 1: a class. Solved by the share of right ones.
  bool classes = false;

  size_t count() const { return features ? inputs.size() / features : 0; }
};
/// Samples from arrays `x` (n x …, finite) and `y`: of classes n whole numbers from 0
/// on, else n or n x targets numbers in [0, 1].
llvm::Expected<Samples> samplesFromArrays(llvm::ArrayRef<NamedArray> arrays, bool classes);
/// Fitness 1 / (1 + mean squared error · 4); solved when the share of right classes, or 1 -
/// mean squared error, reaches `enough`.
std::unique_ptr<Task> samplesTask(Samples samples, double enough, uint64_t evaluationLimit = 100'000);

/// `xor`, `pole`, `pole-no-velocity`, `pole2`, `pole2-no-velocity`; an error lists them.
llvm::Expected<std::unique_ptr<Task>> findTask(llvm::StringRef name);

} // namespace penjing::neat

#endif // PENJING_SEARCH_NEAT_TASKS_H
