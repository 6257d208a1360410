// A model called on arrays by name: compiled or interpreted, its outputs by name.
#ifndef PENJING_RECIPES_MODELCALL_H
#define PENJING_RECIPES_MODELCALL_H

#include "penjing/Lower/CompiledModule.h"
#include "penjing/Reference/Interpreter.h"
#include "penjing/Support/Npz.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace penjing {

/// The entry function of a model with inputs that fit it.
struct ModelCall {
  mlir::ModuleOp module;
  mlir::func::FuncOp function;
  std::vector<Tensor> inputs;

  /// Takes the inputs from an .npz file by name; an error names what is missing
  /// or does not fit.
  static llvm::Expected<ModelCall> read(mlir::ModuleOp module, llvm::StringRef path);
  /// Inputs drawn at random: floats in [-1, 1), integers small. Named dimensions are 1.
  static llvm::Expected<ModelCall> random(mlir::ModuleOp module, uint64_t seed);

  mlir::FailureOr<std::vector<NamedArray>> interpret() const;
  mlir::FailureOr<std::vector<NamedArray>> runCompiled() const;
  /// Every output of compiled code, in the order of its descriptions.
  mlir::FailureOr<std::vector<Array>> outputsOf(const CompiledModule &code) const;
  /// The name of an output: its `pj.name`, or `output`, `output_1`, ….
  std::string outputName(unsigned index) const;
};

} // namespace penjing

#endif // PENJING_RECIPES_MODELCALL_H
