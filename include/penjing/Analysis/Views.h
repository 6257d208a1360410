// Where the elements of scheduled values lie: strides per logical dimension,
// through reshapes, transposes and slices that move nothing.
#ifndef PENJING_ANALYSIS_VIEWS_H
#define PENJING_ANALYSIS_VIEWS_H

#include "penjing/Dialect/Penjing/Penjing.h"

namespace penjing {

/// `size` indices, `stride` elements apart.
struct Factor {
  int64_t size = 1, stride = 0;
};

/// The elements of a value. A dimension is a product of factors, outermost first:
/// a reshape that merges dimensions that do not follow each other in memory
/// stays a view.
struct View {
  /// The value whose memory it is: an argument, a `pj.use`, a `pj.constant`, or
  /// a result with a placement that is no alias.
  mlir::Value root;
  /// Elements from the start of the root's buffer to index 0.
  int64_t offset = 0;
  llvm::SmallVector<llvm::SmallVector<Factor, 1>, 4> dims;

  /// Whether every dimension has one factor.
  bool isSimple() const;
  /// Stride of a dimension with one factor (0 for size 1).
  int64_t stride(unsigned dim) const { return dims[dim].empty() ? 0 : dims[dim].front().stride; }
};

/// Strides of a dense row-major tensor.
llvm::SmallVector<int64_t> denseStrides(llvm::ArrayRef<int64_t> shape);

/// A view of a buffer with these sizes and strides.
View stridedView(mlir::Value root, llvm::ArrayRef<int64_t> shape, llvm::ArrayRef<int64_t> strides,
                 int64_t offset = 0);

/// The view of a value of a scheduled function; its placements are there.
View viewOf(mlir::Value value);

/// The view that a reshape, transpose, slice or broadcast gives of its operand's;
/// nothing for another op or where elements would have to move.
std::optional<View> aliasOf(mlir::Operation *op, const View &input);

/// The placement of a result, or null.
PlacementAttr placementOf(mlir::Value value);

/// One loop over dimensions of several views: a size and a stride per view.
struct StridedDim {
  int64_t size = 1;
  llvm::SmallVector<int64_t, 4> strides;
};

/// Loops, outermost first, that walk a dimension of several views together. Each
/// entry of `factors` has the same number of elements; nothing where the cuts
/// do not divide each other.
std::optional<llvm::SmallVector<StridedDim>>
refineDimension(llvm::ArrayRef<llvm::ArrayRef<Factor>> factors);

/// Loops over all dimensions of several views of one shape; loops that follow each
/// other in every view are merged, loops of size 1 dropped.
std::optional<llvm::SmallVector<StridedDim>> refineViews(llvm::ArrayRef<View> views);

/// The view repeated (stride 0) to `shape` by NumPy's rule, its last dimension
/// at the last of `shape`.
View broadcastView(const View &view, llvm::ArrayRef<int64_t> shape);

/// The view of a vector along dimension `axis` of `shape`.
View vectorView(const View &view, int64_t axis, llvm::ArrayRef<int64_t> shape);

} // namespace penjing

#endif // PENJING_ANALYSIS_VIEWS_H
