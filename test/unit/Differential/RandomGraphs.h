// Random graphs, compiled and interpreted side by side.
#ifndef PENJING_TEST_UNIT_DIFFERENTIAL_RANDOMGRAPHS_H
#define PENJING_TEST_UNIT_DIFFERENTIAL_RANDOMGRAPHS_H

#include "Generators/Graph.h"

#include "penjing/Reference/Tensor.h"

namespace penjing::test {

/// A finished graph.
struct RandomGraph {
  mlir::OwningOpRef<mlir::ModuleOp> module;
  std::vector<bool> exact; ///< per result
};

/// How often each op stands in the graphs made so far.
using OpCounts = std::map<std::string, unsigned>;

/// A graph of `ops` ops; ops that were rare so far come first.
RandomGraph growGraph(mlir::MLIRContext *context, Form form, uint64_t seed, unsigned ops, OpCounts &counts);

/// Inputs of small integers.
llvm::SmallVector<Tensor> drawInputs(mlir::ModuleOp module, uint64_t seed);

/// Results of the compiled module; nothing where it does not compile.
std::optional<llvm::SmallVector<Tensor>> runCompiled(mlir::ModuleOp module, llvm::ArrayRef<Tensor> inputs);
/// Results of the interpreter.
std::optional<llvm::SmallVector<Tensor>> runInterpreted(mlir::ModuleOp module, llvm::ArrayRef<Tensor> inputs);

/// Where the two differ: empty if they agree, bit for bit where `exact` says so
/// and within rounding elsewhere.
std::string difference(llvm::ArrayRef<Tensor> expected, llvm::ArrayRef<Tensor> got, const std::vector<bool> &exact);

} // namespace penjing::test

#endif // PENJING_TEST_UNIT_DIFFERENTIAL_RANDOMGRAPHS_H
