// Checks that the three kernel ops share, with the messages
// they give.
#include "Verification.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace penjing;

LogicalResult kernel::verifyDim(Operation *op, DimAttr dim, unsigned operands) {
  if (dim.getSize() < 1)
    return op->emitOpError("requires sizes of at least 1, but dimension '")
           << dim.getName() << "' has size " << dim.getSize();
  if (dim.getTile() < 1)
    return op->emitOpError("requires tiles of at least 1, but dimension '")
           << dim.getName() << "' has tile " << dim.getTile();
  if (dim.getStrides().size() != operands)
    return op->emitOpError("requires one stride per pointer, ")
           << operands << ", but dimension '" << dim.getName() << "' has "
           << dim.getStrides().size();
  return success();
}

Type kernel::getYieldedType(Region &region) {
  return cast<YieldOp>(region.front().getTerminator()).getValue().getType();
}

LogicalResult kernel::verifySignature(Operation *op, Region &region,
                                      StringRef what, TypeRange arguments) {
  Block &block = region.front();
  if (block.getNumArguments() != arguments.size())
    return op->emitOpError("requires ")
           << arguments.size() << " arguments in its " << what
           << " region, but got " << block.getNumArguments();
  for (auto [argument, type] : llvm::zip(block.getArguments(), arguments)) {
    if (type && argument.getType() != type)
      return op->emitOpError("requires argument ")
             << argument.getArgNumber() << " of its " << what
             << " region to be " << type << ", but got " << argument.getType();
    if (!argument.getType().isSignlessIntOrFloat())
      return op->emitOpError("requires signless integer or float arguments in its ")
             << what << " region, but got " << argument.getType();
  }
  if (!isa<YieldOp>(block.getTerminator()))
    return op->emitOpError("requires a pjk.yield at the end of its ")
           << what << " region";
  Type yielded = getYieldedType(region);
  if (!yielded.isSignlessIntOrFloat())
    return op->emitOpError("requires its ")
           << what << " region to yield a signless integer or float, but got "
           << yielded;
  return success();
}

LogicalResult kernel::verifyBody(Operation *op, Region &region) {
  for (Operation &inner : region.front().without_terminator()) {
    StringRef dialect = inner.getName().getDialectNamespace();
    bool division =
        isa<arith::DivSIOp, arith::DivUIOp, arith::RemSIOp, arith::RemUIOp,
            arith::CeilDivSIOp, arith::CeilDivUIOp, arith::FloorDivSIOp>(inner);
    if ((dialect != "arith" && dialect != "math") || division ||
        inner.getNumRegions())
      return op->emitOpError("requires ops of arith and math without integer "
                             "division in its regions, but got '")
             << inner.getName() << "'";
  }
  return success();
}

LogicalResult
kernel::verifyAlignments(Operation *op,
                         std::optional<ArrayRef<int64_t>> alignments,
                         unsigned operands) {
  if (!alignments)
    return success();
  if (alignments->size() != operands)
    return op->emitOpError("requires one alignment per pointer, ")
           << operands << ", but got " << alignments->size();
  for (int64_t alignment : *alignments)
    if (alignment < 1 || !llvm::isPowerOf2_64(alignment))
      return op->emitOpError(
                 "requires alignments to be powers of two, but got ")
             << alignment;
  return success();
}
