// Gathers a contraction and the elementwise ops behind it, and chains of
// elementwise ops, into regions that one kernel computes.
#include "penjing/Transforms/Schedule/Passes.h"

#include "penjing/Analysis/Contractions.h"
#include "penjing/Analysis/Elementwise.h"
#include "penjing/Analysis/OffsetLimits.h"
#include "penjing/Dialect/Penjing/Forms.h"
#include "penjing/Support/Locations.h"

#define DEBUG_TYPE "pj-fuse"

namespace penjing {
#define GEN_PASS_DEF_FUSE
#include "penjing/Transforms/Schedule/Passes.h.inc"
} // namespace penjing

using namespace mlir;
using namespace penjing;

static ArrayRef<int64_t> shapeOf(Value value) {
  return cast<RankedTensorType>(value.getType()).getShape();
}

/// The next op that can join the kernel whose value so far is `value`.
static Operation *nextOf(Value value, Operation *root) {
  if (!value.hasOneUse())
    return nullptr;
  Operation *user = *value.user_begin();
  if (!isElementwise(user) || user->getBlock() != root->getBlock() ||
      shapeOf(user->getResult(0)) != shapeOf(value))
    return nullptr;
  // The value must take part element by element, not as a vector of scales.
  for (OpOperand &operand : user->getOpOperands())
    if (operand.get() == value && operand.getOperandNumber() != 0 &&
        isa<BatchNormOp, FakeQuantizeOp>(user))
      return nullptr;
  return user;
}

namespace {
struct Fuse : penjing::impl::FuseBase<Fuse> {
  using FuseBase::FuseBase;

  void runOnOperation() override {
    ModuleOp module = getOperation();
    if (failed(requireForm(module, {Form::Float, Form::Decided, Form::Packed})))
      return signalPassFailure();
    auto function = getEntryFunction(module);
    if (failed(function))
      return signalPassFailure();
    bool dynamic = false;
    function->walk([&](Operation *op) {
      for (Type type : op->getResultTypes())
        if (auto tensor = dyn_cast<RankedTensorType>(type); tensor && !tensor.hasStaticShape())
          dynamic = true;
    });
    if (dynamic) {
      function->emitError() << "requires static shapes; run pj-split-samples first";
      return signalPassFailure();
    }
    if (failed(requireOffsets(*function)))
      return signalPassFailure();
    setForm(module, Form::Scheduled);
    if (keepOps)
      return;
    SmallVector<Operation *> roots;
    for (Operation &op : function->getBody().front())
      if (isa<ConvOp, MatmulOp>(op) || isElementwise(&op))
        roots.push_back(&op);
    for (Operation *root : roots)
      // Ops inside a region are already part of a kernel.
      if (root->getParentOp() == *function)
        fuseFrom(root);
  }

  void fuseFrom(Operation *root) {
    SmallVector<Operation *> members = {root};
    while (Operation *next = nextOf(members.back()->getResult(0), root))
      members.push_back(next);
    if (members.size() == 1)
      return;
    fused += members.size() - 1;
    Operation *last = members.back();
    OpBuilder builder(last);
    SmallVector<Location> locations;
    for (Operation *member : members)
      locations.push_back(member->getLoc());
    auto region = FusedOp::create(builder, fuseLocations(locations),
                                  last->getResult(0).getType());
    Block *block = builder.createBlock(&region.getBody());
    last->getResult(0).replaceAllUsesWith(region.getResult());
    for (Operation *member : members)
      member->moveBefore(block, block->end());
    builder.setInsertionPointToEnd(block);
    YieldOp::create(builder, region.getLoc(), last->getResult(0));
  }
};
} // namespace
