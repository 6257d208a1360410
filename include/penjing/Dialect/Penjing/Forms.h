// The form of a module: reading it, setting it, and refusing the wrong one.
#ifndef PENJING_DIALECT_PENJING_FORMS_H
#define PENJING_DIALECT_PENJING_FORMS_H

#include "penjing/Dialect/Penjing/Penjing.h"

namespace penjing {

/// The module's form, or nothing where it does not say.
std::optional<Form> getForm(mlir::ModuleOp module);

/// Sets the form, and the dialect version where it is missing.
void setForm(mlir::ModuleOp module, Form form);

/// Fails with a message unless the module is in one of `forms`. The message
/// says which pass leads there where `remedy` is given.
mlir::LogicalResult requireForm(mlir::ModuleOp module, llvm::ArrayRef<Form> forms,
                                llvm::StringRef remedy = "");

/// The function that is the model: the only public one, or the one named `main`.
mlir::FailureOr<mlir::func::FuncOp> getEntryFunction(mlir::ModuleOp module);

} // namespace penjing

#endif // PENJING_DIALECT_PENJING_FORMS_H
