// The results of the entry function with their names, read and rewritten as one.
#ifndef PENJING_LIB_TRANSFORMS_GRADIENT_ENTRYRESULTS_H
#define PENJING_LIB_TRANSFORMS_GRADIENT_ENTRYRESULTS_H

#include "penjing/Dialect/Penjing/Penjing.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace penjing {

struct EntryResult {
  mlir::Value value;
  mlir::DictionaryAttr attributes; ///< of the result; may be null

  /// The `pj.name`, or empty.
  llvm::StringRef name() const;
};

/// A result without other attributes than its `pj.name`.
EntryResult namedResult(mlir::Value value, const llvm::Twine &name);

/// The entry function, and the operation that ends its only block.
struct TrainableEntry {
  mlir::func::FuncOp function;
  mlir::func::ReturnOp end;
};

/// Fails, with a diagnostic, where the module is neither in the float nor in the decided form, or
/// its entry function has no body or several blocks.
mlir::FailureOr<TrainableEntry> getTrainableEntry(mlir::ModuleOp module);

llvm::SmallVector<EntryResult> getResults(mlir::func::FuncOp function, mlir::func::ReturnOp end);

/// Makes these the values that `end` returns, with their attributes.
void setResults(mlir::func::FuncOp function, mlir::func::ReturnOp end,
                llvm::ArrayRef<EntryResult> results);

} // namespace penjing

#endif // PENJING_LIB_TRANSFORMS_GRADIENT_ENTRYRESULTS_H
