// The grids of quantized tensors as ONNX's nodes give them.
#ifndef PENJING_LIB_IMPORT_IMPORTGRID_H
#define PENJING_LIB_IMPORT_IMPORTGRID_H

#include "GraphImport.h"

namespace penjing::onnx_ir {

struct IntegerRange {
  unsigned bits;
  bool isSigned;
};

/// Width and signedness of the integers of a grid; nothing where a grid cannot
/// have that type.
std::optional<IntegerRange> rangeOf(int32_t type);

/// Reads scale, zero point and axis of a node whose tensor has `dims`; an error
/// where they do not fit.
std::optional<Grid> readGrid(NodeImport &node, llvm::ArrayRef<int64_t> dims, int32_t type);

/// One parameter per initializer and reading, however many nodes share it.
struct GridParameters {
  mlir::Value scale, zero;
};
GridParameters readGridParameters(NodeImport &node, const Grid &grid);

} // namespace penjing::onnx_ir

#endif // PENJING_LIB_IMPORT_IMPORTGRID_H
