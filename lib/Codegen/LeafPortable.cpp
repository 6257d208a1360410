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

  LeafOperand broadcastA(KernelBuilder &builder, Value pointer, Type element,
                   int64_t lanes) const override {
    Value scalar = wide(builder, builder.load(pointer, element), element);
    return {builder.broadcast(scalar, lanes)};
  }

  LeafOperand loadLanes(KernelBuilder &builder, Value pointer, Type element,
                  int64_t lanes, int64_t active) const override {
    Value lanesOf = builder.load(pointer, element, lanes, active);
    return {wide(builder, lanesOf, element)};
  }

  Value multiplyAdd(KernelBuilder &builder, Value acc, const LeafOperand &a,
                    const LeafOperand &b) const override {
    if (isa<FloatType>(getElementTypeOrSelf(acc.getType()))) {
      Value product = arith::MulFOp::create(builder, a.front(), b.front());
      return arith::AddFOp::create(builder, acc, product);
    }
    Value product = arith::MulIOp::create(builder, a.front(), b.front());
    return arith::AddIOp::create(builder, acc, product);
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
