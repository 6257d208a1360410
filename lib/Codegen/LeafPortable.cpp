// Multiplication and addition as two operations, on any target: f32 with two
// roundings, 8-bit integers widened to i32.
#include "Leaf.h"

using namespace mlir;
using namespace penjing;

namespace {
class PortableLeaf final : public Leaf {
  StringRef name() const override { return "portable"; }

  bool accepts(const Target &, Type a, Type b, Type acc) const override {
    if (acc.isF32())
      return a.isF32() && b.isF32();
    return acc.isInteger(32) && a.isInteger(8) && b.isInteger(8);
  }

  Value broadcastA(KernelBuilder &builder, Value pointer, Type element,
                   int64_t lanes) const override {
    return builder.broadcast(wide(builder, builder.load(pointer, element), element),
                             lanes);
  }

  Value loadLanes(KernelBuilder &builder, Value pointer, Type element,
                  int64_t lanes, int64_t active) const override {
    return wide(builder, builder.load(pointer, element, lanes, active), element);
  }

  Value multiplyAdd(KernelBuilder &builder, Value acc, Value a,
                    Value b) const override {
    if (isa<FloatType>(getElementTypeOrSelf(acc.getType())))
      return arith::AddFOp::create(builder, acc,
                                   arith::MulFOp::create(builder, a, b));
    return arith::AddIOp::create(builder, acc,
                                 arith::MulIOp::create(builder, a, b));
  }

  /// The product needs a register of its own.
  int64_t registers(int64_t points, int64_t vectors) const override {
    return points * vectors + vectors + 2;
  }

  static Value wide(KernelBuilder &builder, Value value, Type element) {
    return element.isF32() ? value : builder.widen(value, element);
  }
};
} // namespace

namespace penjing {
const Leaf &leafPortable() {
  static const PortableLeaf leaf;
  return leaf;
}
} // namespace penjing
