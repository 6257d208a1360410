// One tile of a contraction: points x vectors accumulators in registers, from
// the start of a pass through the reductions to the epilogue.
#ifndef PENJING_LIB_CODEGEN_CONTRACTTILE_H
#define PENJING_LIB_CODEGEN_CONTRACTTILE_H

#include "ContractAddressing.h"
#include "KernelBuilder.h"

namespace penjing {

/// What all tiles of one op share.
struct ContractContext {
  ContractContext(kernel::ContractOp op, const ContractAddressing &addressing,
                  const Target &target);

  /// Bytes by which an operand moves along an outer dimension, by an element
  /// or, along the vector dimension, by a vector.
  int64_t stride(unsigned operand, kernel::DimAttr dim) const;

  kernel::ContractOp op;
  const ContractAddressing &addressing;
  kernel::ContractionAttr contraction;
  KernelBuilder builder;
  int64_t lanes;
  /// Bytes of an element of A, B, C and the epilogue's operands.
  llvm::SmallVector<int64_t> bytes;
  /// Reduction dimensions that run outside the tiles.
  unsigned hoisted = 0;
};

/// The place in the nest: one pointer per operand, and how far each outer
/// dimension's tile reaches.
struct Place {
  llvm::SmallVector<mlir::Value> pointers;
  llvm::SmallVector<int64_t> tiles;
  /// Row of the sparse table, null when dense.
  mlir::Value row;
  /// Lanes of the tile's last vector that exist.
  int64_t lastLanes;
  /// Whether this is the first pass over the tiles, null when there is one.
  mlir::Value isFirstPass;
};

class ContractTile {
public:
  ContractTile(ContractContext &context, const Place &place);
  /// Builds the tile's code.
  void run();

private:
  using Values = llvm::SmallVector<mlir::Value>;
  Values start();
  Values reduce(llvm::ArrayRef<ReductionLoop> loops, mlir::Value a,
                mlir::Value b, int64_t offsetA, int64_t offsetB,
                Values accumulators);
  std::pair<mlir::Value, mlir::Value> tableRun(mlir::Value &entries);
  Values reduceEntries(mlir::ValueRange accumulators);
  mlir::Value add(mlir::Value left, mlir::Value right);
  Values step(mlir::Value a, mlir::Value b, mlir::ValueRange accumulators);
  void epilogue(mlir::ValueRange accumulators);

  ContractContext &context;
  KernelBuilder &builder;
  kernel::ContractOp op;
  const ContractAddressing &addressing;
  kernel::ContractionAttr contraction;
  const Place &place;
  int64_t lanes, lastLanes;
  /// Byte offsets of every point, per operand.
  llvm::SmallVector<llvm::SmallVector<int64_t>> points;
  int64_t vectors = 0;
};

} // namespace penjing

#endif // PENJING_LIB_CODEGEN_CONTRACTTILE_H
