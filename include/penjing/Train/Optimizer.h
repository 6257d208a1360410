// Optimizers: SGD with momentum and Nesterov, and AdamW. Plain loops over f32
// whose result is the same on every machine and for every number of threads.
#ifndef PENJING_TRAIN_OPTIMIZER_H
#define PENJING_TRAIN_OPTIMIZER_H

#include "penjing/Support/Array.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <vector>

namespace penjing {

enum class OptimizerKind { SGD, AdamW };

llvm::Expected<OptimizerKind> parseOptimizerKind(llvm::StringRef name);

struct OptimizerOptions {
  OptimizerKind kind = OptimizerKind::SGD;
  float momentum = 0;    ///< SGD
  bool nesterov = false; ///< SGD; requires momentum
  float weightDecay = 0; ///< SGD: added to the gradient; AdamW: decoupled
  float beta1 = 0.9f, beta2 = 0.999f, epsilon = 1e-8f; ///< AdamW
};

/// One trained parameter: its values and gradient, of one size, and where it is
/// masked a byte per element. An element whose byte is 0 keeps its value.
struct TrainedParameter {
  llvm::MutableArrayRef<float> values;
  llvm::ArrayRef<float> gradient;
  llvm::ArrayRef<uint8_t> mask;
};

/// Keeps the state of every parameter; parameters come in the same order and
/// sizes at every step.
class Optimizer {
public:
  Optimizer(OptimizerOptions options, llvm::ArrayRef<uint64_t> sizes);

  /// One step with the learning rate `rate`.
  ///   SGD:   g += decay·w; v = momentum·v + g; w -= rate·(nesterov ? g +
  ///   momentum·v : v) AdamW: w -= rate·decay·w; m, v as in Kingma and Ba 2015,
  ///   algorithm 1, with
  ///          bias correction (Loshchilov and Hutter 2019, algorithm 2)
  void step(double rate, llvm::ArrayRef<TrainedParameter> parameters);

  /// The state, named `NAME.momentum` or `NAME.first`, `NAME.second`, plus
  /// `optimizer.steps`; the arrays share memory with the optimizer's.
  std::vector<NamedArray> state(llvm::ArrayRef<std::string> names) const;
  /// Takes a state of the same parameters; an error names what is missing or
  /// of another size.
  llvm::Error restore(llvm::ArrayRef<std::string> names,
                      llvm::ArrayRef<NamedArray> state);

private:
  void stepSGD(float rate, const TrainedParameter &parameter,
               float *velocity) const;
  void stepAdamW(double rate, const TrainedParameter &parameter, float *first,
                 float *second) const;

  OptimizerOptions options;
  /// Per parameter one array (SGD with momentum) or two (AdamW).
  std::vector<Array> slots;
  uint64_t steps = 0;
  /// beta1 and beta2 to the power of `steps`, by multiplication.
  double power1 = 1, power2 = 1;
};

} // namespace penjing

#endif // PENJING_TRAIN_OPTIMIZER_H
