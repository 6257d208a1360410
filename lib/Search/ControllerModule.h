// The recurrent controller as `pj` modules: one decision of a batch of rollouts, for
// sampling, and the loss of whole rollouts, for the step that trains it.
#ifndef PENJING_LIB_SEARCH_CONTROLLERMODULE_H
#define PENJING_LIB_SEARCH_CONTROLLERMODULE_H

#include "penjing/Dialect/Penjing/Penjing.h"

#include "mlir/IR/OwningOpRef.h"

#include <vector>

namespace penjing {

/// Tokens are numbered through: the options of the first decision, of the second, …;
/// the last token begins a rollout.
struct ControllerShape {
  std::vector<uint32_t> options; ///< of each decision
  int64_t rollouts = 8;          ///< of a batch
  int64_t hidden = 32;           ///< units of each LSTM layer
  double bound = 4;              ///< logits are bound·tanh(z / bound)

  /// Options of all decisions.
  int64_t optionTokens() const;
  int64_t tokens() const { return optionTokens() + 1; }
  int64_t beginToken() const { return optionTokens(); }
};

/// One decision. Inputs: `token` (rollouts x tokens, one-hot), `h1 c1 h2 c2` (rollouts x
/// hidden). Results: `weights` (rollouts x option tokens, the exponentials of the
/// logits of all decisions), then the new `h1 c1 h2 c2`.
mlir::OwningOpRef<mlir::ModuleOp> buildControllerCell(mlir::MLIRContext *context, const ControllerShape &shape);

/// Whole rollouts. Inputs: `tokens` ((decisions + 1)·rollouts x tokens, one-hot, the
/// begin tokens first), `advantage` and `entropy` (rollouts x 1). Result, a scalar:
///   loss = -sum over rollouts and decisions of
///          advantage · log p(option taken) + entropy · H(p)
/// (Williams 1992; the entropy bonus of Mnih et al. 2016).
mlir::OwningOpRef<mlir::ModuleOp> buildControllerLoss(mlir::MLIRContext *context, const ControllerShape &shape);

} // namespace penjing

#endif // PENJING_LIB_SEARCH_CONTROLLERMODULE_H
