// Asks the processor, in the emitted code, whether it can run that code: x86's
// cpuid and xgetbv, once.
#ifndef PENJING_LIB_CODEGEN_PROCESSORCHECK_H
#define PENJING_LIB_CODEGEN_PROCESSORCHECK_H

#include "penjing/Target/Target.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace penjing {

/// An i1 at the builder's place: the requirement is met. Adds to `module` the
/// word that keeps the answer and the internal function that asks, once for
/// all entry points.
mlir::Value checkProcessor(mlir::ImplicitLocOpBuilder &builder,
                           mlir::ModuleOp module,
                           const CpuRequirement &requirement);

/// Function attributes of code that every x86-64 processor runs.
mlir::ArrayAttr baselinePassthrough(mlir::Builder &builder);

} // namespace penjing

#endif // PENJING_LIB_CODEGEN_PROCESSORCHECK_H
