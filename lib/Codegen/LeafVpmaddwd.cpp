// x86 without VNNI: four bytes become two pairs of 16-bit words, multiplied and
// added in i32 without saturation, whatever the signs. Packed like vpdpbusd's.
#include "Leaf.h"

#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace penjing;

namespace {
class VpmaddwdLeaf final : public Leaf {
  StringRef name() const override { return "vpmaddwd"; }
  int64_t group() const override { return 4; }

  bool accepts(const Target &, Type a, Type b, Type acc) const override {
    return a.isInteger(8) && b.isInteger(8) && acc.isInteger(32);
  }

  LeafOperand broadcastA(KernelBuilder &builder, Value pointer, Type element,
                         int64_t lanes) const override {
    Value four = LLVM::LoadOp::create(builder, builder.getI32Type(), pointer,
                                      /*alignment=*/1);
    return words(builder, builder.broadcast(four, lanes), element, lanes);
  }

  LeafOperand loadLanes(KernelBuilder &builder, Value pointer, Type element,
                        int64_t lanes, int64_t active) const override {
    Value bytes =
        builder.load(pointer, builder.getI8Type(), lanes * 4, active * 4);
    return words(builder, bytes, element, lanes);
  }

  Value multiplyAdd(KernelBuilder &builder, Value acc, const LeafOperand &a,
                    const LeafOperand &b) const override {
    for (auto [left, right] : llvm::zip(a, b)) {
      StringAttr intrinsic = builder.getStringAttr(
          intrinsicFor(cast<VectorType>(acc.getType()).getNumElements()));
      Value pair = LLVM::CallIntrinsicOp::create(builder, acc.getType(),
                                                 intrinsic,
                                                 ValueRange{left, right})
                       .getResult(0);
      acc = arith::AddIOp::create(builder, acc, pair);
    }
    return acc;
  }

  /// Two halves of each vector of B, two of a point of A, one product.
  int64_t registers(int64_t points, int64_t vectors) const override {
    return points * vectors + 2 * vectors + 3;
  }

  static StringRef intrinsicFor(int64_t lanes) {
    return lanes == 16  ? "llvm.x86.avx512.pmaddw.d.512"
           : lanes == 8 ? "llvm.x86.avx2.pmadd.wd"
                        : "llvm.x86.sse2.pmadd.wd";
  }

  /// The even and the odd bytes of every word, widened in place.
  static LeafOperand words(KernelBuilder &builder, Value bytes, Type element,
                           int64_t lanes) {
    auto type = VectorType::get({lanes * 2}, builder.getI16Type());
    Value pairs = vector::BitCastOp::create(builder, type, bytes);
    auto constant = [&](int16_t value) -> Value {
      return arith::ConstantOp::create(
          builder, SplatElementsAttr::get(
                       type, Attribute(builder.getI16IntegerAttr(value))));
    };
    Value eight = constant(8);
    if (element.isUnsignedInteger())
      return {arith::AndIOp::create(builder, pairs, constant(0xff)),
              arith::ShRUIOp::create(builder, pairs, eight)};
    Value even = arith::ShLIOp::create(builder, pairs, eight);
    return {arith::ShRSIOp::create(builder, even, eight),
            arith::ShRSIOp::create(builder, pairs, eight)};
  }
};
} // namespace

namespace penjing {
const Leaf &leafVpmaddwd() {
  static const VpmaddwdLeaf leaf;
  return leaf;
}
} // namespace penjing
