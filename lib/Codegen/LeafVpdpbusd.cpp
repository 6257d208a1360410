// x86 VNNI: four products of unsigned by signed bytes added to an i32 lane, at
// the width of the vectors. A is u8, B is s8, both in groups of four.
#include "Leaf.h"

#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace penjing;

namespace {
class VpdpbusdLeaf final : public Leaf {
  StringRef name() const override { return "vpdpbusd"; }
  int64_t group() const override { return 4; }

  bool accepts(const Target &, Type a, Type b, Type acc) const override {
    return a.isUnsignedInteger(8) && b.isSignedInteger(8) && acc.isInteger(32);
  }

  LeafOperand broadcastA(KernelBuilder &builder, Value pointer, Type,
                   int64_t lanes) const override {
    Value four = LLVM::LoadOp::create(builder, builder.getI32Type(), pointer,
                                      /*alignment=*/1);
    return {bytes(builder, builder.broadcast(four, lanes))};
  }

  LeafOperand loadLanes(KernelBuilder &builder, Value pointer, Type, int64_t lanes,
                  int64_t active) const override {
    return {builder.load(pointer, builder.getI8Type(), lanes * 4, active * 4)};
  }

  Value multiplyAdd(KernelBuilder &builder, Value acc, const LeafOperand &a,
                    const LeafOperand &b) const override {
    auto type = cast<VectorType>(acc.getType());
    int64_t bits = type.getNumElements() * 32;
    StringAttr intrinsic = builder.getStringAttr(
        "llvm.x86.avx512.vpdpbusd." + std::to_string(bits));
    return LLVM::CallIntrinsicOp::create(builder, type, intrinsic,
                                         ValueRange{acc, a.front(), b.front()})
        .getResult(0);
  }

  static Value bytes(KernelBuilder &builder, Value words) {
    int64_t lanes = cast<VectorType>(words.getType()).getNumElements();
    return vector::BitCastOp::create(
        builder, VectorType::get({lanes * 4}, builder.getI8Type()), words);
  }
};
} // namespace

namespace penjing {
const Leaf &leafVpdpbusd() {
  static const VpdpbusdLeaf leaf;
  return leaf;
}
} // namespace penjing
