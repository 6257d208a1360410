// Readable names for outlined kernels: what a profile shows, made of the op's
// hint, sizes, leaf and tile.
#ifndef PENJING_LIB_CODEGEN_KERNELNAMES_H
#define PENJING_LIB_CODEGEN_KERNELNAMES_H

#include "penjing/Dialect/Kernel/Kernel.h"

#include <string>

namespace penjing {

/// `conv_16x16x32_k3x3x16_fma_8x2`: outer sizes, reduction sizes, leaf, points
/// x vectors. Not unique.
std::string kernelName(mlir::Operation *kernel);

} // namespace penjing

#endif // PENJING_LIB_CODEGEN_KERNELNAMES_H
