// Shape arithmetic that several families of ops share.
#ifndef PENJING_LIB_DIALECT_PENJING_OPS_SHAPEINFERENCE_H
#define PENJING_LIB_DIALECT_PENJING_OPS_SHAPEINFERENCE_H

#include "penjing/Dialect/Penjing/NamedDimensions.h"
#include "penjing/Dialect/Penjing/Penjing.h"

#include "mlir/IR/Diagnostics.h"

namespace penjing {

/// A 2-D window as convolutions and pools slide it.
struct Window {
  llvm::ArrayRef<int64_t> kernel, strides, dilations, pads;
  bool ceilMode = false;

  /// Checks the attributes alone: two positive numbers each, four pads.
  mlir::LogicalResult verify(std::optional<mlir::Location> location) const;

  /// Number of windows along axis 0 (height) or 1 (width) of an image of
  /// `size`; fails where the kernel does not fit.
  mlir::FailureOr<mlir::AffineExpr> outputSize(mlir::AffineExpr size, unsigned axis,
                                               std::optional<mlir::Location> location) const;

  int64_t dilatedKernel(unsigned axis) const { return dilations[axis] * (kernel[axis] - 1) + 1; }
};

/// Where the channels and the image stand in a tensor of rank 4.
struct ImageAxes {
  explicit ImageAxes(Layout layout)
      : channel(layout == Layout::NCHW ? 1 : 3), height(layout == Layout::NCHW ? 2 : 1) {}
  unsigned channel, height;
};

/// Rank of a tensor type.
inline int64_t rankOf(mlir::Type type) {
  return mlir::cast<mlir::RankedTensorType>(type).getRank();
}

/// The broadcast type of some operands, with the element type given.
mlir::FailureOr<mlir::Type> inferBroadcast(mlir::MLIRContext *context,
                                           std::optional<mlir::Location> location,
                                           mlir::ValueRange operands, mlir::Type elementType);

/// Checks that the operand has rank 1 and the length `size`.
mlir::LogicalResult verifyVector(DimensionScope &scope, mlir::Value operand, mlir::AffineExpr size,
                                 llvm::StringRef what, std::optional<mlir::Location> location);

/// Checks that `axis` is a dimension of the type.
mlir::LogicalResult verifyAxis(int64_t axis, mlir::Type type, std::optional<mlir::Location> location);

/// Checks that a type is what another op would produce.
mlir::LogicalResult verifySameType(mlir::Type expected, mlir::Type actual, llvm::StringRef what,
                                   std::optional<mlir::Location> location);

/// Products an integer sum may have before it could overflow 32 bits.
constexpr int64_t kMaxIntegerProducts = 66000;

/// Infers the result of a legal `pj.conv`; shared with its adjoints.
mlir::FailureOr<mlir::Type> inferConv(mlir::MLIRContext *context,
                                      std::optional<mlir::Location> location, mlir::Type input,
                                      mlir::Type weight, mlir::Value bias, const Window &window,
                                      int64_t groups, Layout layout);

/// Infers the result of a legal pool of rank 4; shared with its adjoints.
mlir::FailureOr<mlir::Type> inferPool(mlir::MLIRContext *context,
                                      std::optional<mlir::Location> location, mlir::Type input,
                                      const Window &window, Layout layout);

} // namespace penjing

#endif // PENJING_LIB_DIALECT_PENJING_OPS_SHAPEINFERENCE_H
