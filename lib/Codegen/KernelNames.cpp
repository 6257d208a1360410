// Makes the names of outlined kernels out of hint, sizes, leaf
// and tile.
#include "KernelNames.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace penjing::kernel;

/// Hint and sizes: `conv_16x16x32_k3x3x16`.
static std::string shapeName(std::optional<StringRef> hint, StringRef standIn,
                             ArrayRef<DimAttr> dims) {
  std::string name;
  for (char c : hint.value_or(standIn))
    name += llvm::isAlnum(c) ? c : '_';
  if (name.empty() || llvm::isDigit(name.front()))
    name = "k" + name;
  auto sizes = [&](StringRef separator, bool reductions) {
    for (DimAttr dim : dims)
      if ((dim.getKind() == DimKind::Reduction) == reductions) {
        name += separator.str() + std::to_string(dim.getSize());
        separator = "x";
      }
  };
  sizes("_", false);
  sizes("_k", true);
  return name;
}

static std::string contractName(ContractOp op) {
  ContractionAttr contraction = op.getContraction();
  std::string name =
      shapeName(op.getHint(), "contract", contraction.getDims());
  int64_t points = 1;
  for (DimAttr dim : contraction.getDims())
    if (dim.getKind() == DimKind::Parallel)
      points *= dim.getTile();
  name += "_" + contraction.getLeaf().str() + "_" + std::to_string(points) +
          "x" + std::to_string(contraction.getVectorDim().getTile());
  if (contraction.getSparsity() != Sparsity::Dense)
    name += "_" + stringifySparsity(contraction.getSparsity()).str();
  return name;
}

std::string penjing::kernelName(Operation *kernel) {
  auto dimsOf = [](ArrayAttr dims) {
    return llvm::to_vector(dims.getAsRange<DimAttr>());
  };
  return llvm::TypeSwitch<Operation *, std::string>(kernel)
      .Case([](ContractOp op) { return contractName(op); })
      .Case([&](MapOp op) {
        return shapeName(op.getHint(), "map", dimsOf(op.getDims()));
      })
      .Case([&](ReduceOp op) {
        return shapeName(op.getHint(), "reduce", dimsOf(op.getDims()));
      });
}
