// The sliding window of ONNX's convolutions and pools: its attributes in the
// form the dialect's ops have them.
#ifndef PENJING_LIB_IMPORT_IMPORTWINDOW_H
#define PENJING_LIB_IMPORT_IMPORTWINDOW_H

#include "GraphImport.h"

namespace penjing::onnx_ir {

struct WindowAttributes {
  llvm::SmallVector<int64_t> kernel, strides{1, 1}, dilations{1, 1}, pads{0, 0, 0, 0};
  bool automatic = false; ///< pads follow from auto_pad
};

/// Reads kernel_shape, strides, dilations (where `dilated`), pads and auto_pad
/// for an image operand of rank 4 in NCHW. `kernel` is the weight's, or empty.
/// Nothing after an error.
std::optional<WindowAttributes> readWindow(NodeImport &node, mlir::Value image,
                                           llvm::ArrayRef<int64_t> kernel, bool dilated);

} // namespace penjing::onnx_ir

#endif // PENJING_LIB_IMPORT_IMPORTWINDOW_H
