// A multiply-add leaf: what it multiplies, how it wants operands, and the
// instructions of one step. Each is one file LeafName.cpp.
#ifndef PENJING_LIB_CODEGEN_LEAF_H
#define PENJING_LIB_CODEGEN_LEAF_H

#include "KernelBuilder.h"

namespace penjing {

/// An operand of a multiply-add in registers: one value, or the halves that a
/// leaf has split it into.
using LeafOperand = llvm::SmallVector<mlir::Value, 2>;

class Leaf {
public:
  virtual ~Leaf() = default;
  virtual llvm::StringRef name() const = 0;

  /// Consecutive reduction steps that one instruction adds.
  virtual int64_t group() const { return 1; }

  /// Whether the leaf multiplies these types on this target.
  virtual bool accepts(const Target &target, mlir::Type a, mlir::Type b,
                       mlir::Type acc) const = 0;

  /// One group of A in every lane.
  virtual LeafOperand broadcastA(KernelBuilder &builder, mlir::Value pointer,
                                 mlir::Type element, int64_t lanes) const = 0;

  /// One group per lane of A or B. Lanes from `active` on are not read.
  virtual LeafOperand loadLanes(KernelBuilder &builder, mlir::Value pointer,
                                mlir::Type element, int64_t lanes,
                                int64_t active) const = 0;

  /// acc + a * b, lane by lane.
  virtual mlir::Value multiplyAdd(KernelBuilder &builder, mlir::Value acc,
                                  const LeafOperand &a,
                                  const LeafOperand &b) const = 0;

  /// Registers that a tile of points x vectors needs.
  virtual int64_t registers(int64_t points, int64_t vectors) const {
    return points * vectors + vectors + 1;
  }
};

/// The leaf called `name`, or null.
const Leaf *findLeaf(llvm::StringRef name);

/// Every leaf, sorted by name.
llvm::ArrayRef<const Leaf *> allLeaves();

} // namespace penjing

#endif // PENJING_LIB_CODEGEN_LEAF_H
