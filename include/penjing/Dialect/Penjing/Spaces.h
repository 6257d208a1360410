// Search spaces as the dialect writes them: names of decisions, and the check
// that a module leaves none open.
#ifndef PENJING_DIALECT_PENJING_SPACES_H
#define PENJING_DIALECT_PENJING_SPACES_H

#include "penjing/Dialect/Penjing/Penjing.h"

namespace penjing {

/// Whether the text can name a decision or an option: letters, digits, `_./:-`.
bool isDecisionWord(llvm::StringRef text);

/// What a decision or size `name` of a block is called outside of an instance:
/// `instance.name`; `instance` where the name is `self`; the name itself where the
/// instance is null.
mlir::StringAttr qualifiedName(mlir::StringAttr instance, mlir::StringAttr name);

/// Fails, naming the pass to run, where a function of the module holds an op of a
/// search space: such a module is many networks and cannot run as one.
mlir::LogicalResult requireResolved(mlir::ModuleOp module);

} // namespace penjing

#endif // PENJING_DIALECT_PENJING_SPACES_H
