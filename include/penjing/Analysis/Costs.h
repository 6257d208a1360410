// What an op costs, before any target is known: multiply-adds, other arithmetic
// and bytes.
#ifndef PENJING_ANALYSIS_COSTS_H
#define PENJING_ANALYSIS_COSTS_H

#include "penjing/Dialect/Penjing/Penjing.h"

namespace penjing {

/// Costs of one call; a dynamic dimension counts as one.
struct OpCost {
  int64_t multiplyAdds = 0;
  /// Arithmetic operations that are not multiply-adds of a contraction.
  int64_t operations = 0;
  /// Bytes of the parameters the op reads, as they are stored.
  int64_t parameterBytes = 0;
  /// Bytes of the activations it reads and writes.
  int64_t activationBytes = 0;

  OpCost &operator+=(const OpCost &other);
};

/// The op's cost; nothing for ops of other dialects.
std::optional<OpCost> costOf(mlir::Operation *op);

/// The cost of all ops of a function, each parameter counted once.
OpCost costOf(mlir::func::FuncOp function);

} // namespace penjing

#endif // PENJING_ANALYSIS_COSTS_H
