// The controller compiled: sampling of rollouts and the gradient of their loss. One
// object serves all seeds and threads; values and memory are the caller's.
#ifndef PENJING_LIB_SEARCH_CONTROLLERCODE_H
#define PENJING_LIB_SEARCH_CONTROLLERCODE_H

#include "ControllerModule.h"

#include "penjing/Lower/CompiledModule.h"
#include "penjing/Search/Searcher.h"

namespace penjing {

class ControllerCode {
public:
  /// Builds, differentiates and compiles for the training level.
  static llvm::Expected<std::shared_ptr<const ControllerCode>> compile(const ControllerShape &shape);

  const ControllerShape &shape() const { return theShape; }
  /// Parameters of the controller in the order of all arrays below.
  llvm::ArrayRef<TensorDescription> parameters() const { return step->parameters(); }

  /// The buffers of one user: values, gradients and what calls write on.
  struct Buffers {
    std::vector<Array> values, gradients; ///< one per parameter
    Array cellArena, stepArena, token, state, nextState, weights, tokens, advantage, entropy;
  };
  Buffers makeBuffers() const;

  /// A batch of rollouts from the policy of `buffers.values`. `uniform` gives numbers
  /// in [0, 1), asked rollout by rollout within a decision.
  std::vector<Proposal> sample(Buffers &buffers, llvm::function_ref<double()> uniform) const;

  /// The loss of at most a batch of rollouts and its gradients. A rollout counts by
  /// its advantage and its share of the entropy bonus.
  float differentiate(Buffers &buffers, llvm::ArrayRef<Proposal> rollouts, llvm::ArrayRef<float> advantages,
                      float entropy) const;

private:
  ControllerShape theShape;
  std::unique_ptr<CompiledModule> cell, step;
};

} // namespace penjing

#endif // PENJING_LIB_SEARCH_CONTROLLERCODE_H
