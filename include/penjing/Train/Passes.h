// The passes of this room and the names under which they find data and models
// in the session.
#ifndef PENJING_TRAIN_PASSES_H
#define PENJING_TRAIN_PASSES_H

#include "penjing/Dialect/Penjing/Penjing.h"

#include "mlir/Pass/Pass.h"

namespace penjing {

/// The data set a driver binds with `Session::bindData`.
constexpr llvm::StringLiteral kDataName = "data";
/// The recipe's input model, bound with `Session::bindModel`: the teacher of a
/// distillation unless another is named.
constexpr llvm::StringLiteral kInputModelName = "input";

#define GEN_PASS_DECL
#include "penjing/Train/Passes.h.inc"

void registerTraining();

} // namespace penjing

#endif // PENJING_TRAIN_PASSES_H
