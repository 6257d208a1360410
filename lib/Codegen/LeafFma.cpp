// Fused multiply-add on f32 vectors of any width (AVX2, AVX-512, NEON): one
// rounding per product.
#include "Leaf.h"

using namespace mlir;
using namespace penjing;

namespace {
class FmaLeaf final : public Leaf {
  StringRef name() const override { return "fma"; }

  bool accepts(const Target &target, Type a, Type b, Type acc) const override {
    return target.fma && a.isF32() && b.isF32() && acc.isF32();
  }

  LeafOperand broadcastA(KernelBuilder &builder, Value pointer, Type element,
                   int64_t lanes) const override {
    return {builder.broadcast(builder.load(pointer, element), lanes)};
  }

  LeafOperand loadLanes(KernelBuilder &builder, Value pointer, Type element,
                  int64_t lanes, int64_t active) const override {
    return {builder.load(pointer, element, lanes, active)};
  }

  Value multiplyAdd(KernelBuilder &builder, Value acc, const LeafOperand &a,
                    const LeafOperand &b) const override {
    // Not vector.fma: upstream lowers it to fmuladd, which may round twice.
    return LLVM::FMAOp::create(builder, a.front(), b.front(), acc);
  }
};
} // namespace

namespace penjing {
const Leaf &leafFma() {
  static const FmaLeaf leaf;
  return leaf;
}
} // namespace penjing
