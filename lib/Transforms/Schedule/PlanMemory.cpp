// Gives every value and every op's scratch memory an offset in one arena.
#include "penjing/Transforms/Schedule/Passes.h"

#include "penjing/Analysis/Elementwise.h"
#include "penjing/Analysis/OffsetLimits.h"
#include "penjing/Analysis/Scratch.h"
#include "penjing/Dialect/Penjing/Forms.h"
#include "penjing/Dialect/Penjing/ParameterValues.h"

#define DEBUG_TYPE "pj-plan-memory"

namespace penjing {
#define GEN_PASS_DEF_PLANMEMORY
#include "penjing/Transforms/Schedule/Passes.h.inc"
} // namespace penjing

using namespace mlir;
using namespace penjing;

namespace {

/// A piece of the arena that is needed from one op to another.
struct Buffer {
  int64_t bytes = 0, first = 0, last = 0, offset = -1;
  Value value;             ///< or
  Operation *op = nullptr; ///< the op whose scratch memory it is
  int64_t sameAs = -1;     ///< the buffer it is written over
};

class MemoryPlan {
public:
  explicit MemoryPlan(func::FuncOp function) : function(function) {}
  int64_t run();

private:
  void collect();
  void extendToUses(Value value, int64_t buffer);
  int64_t operandInPlace(Operation *op, PlacementAttr placement);
  int64_t assignOffsets();
  void write();

  func::FuncOp function;
  SmallVector<Buffer> buffers;
  llvm::DenseMap<Value, int64_t> bufferOf;
  llvm::DenseMap<Operation *, int64_t> position;
};

} // namespace

/// Vectors may be read and written behind the last element.
static constexpr int64_t slack = 64;

void MemoryPlan::extendToUses(Value value, int64_t buffer) {
  for (Operation *user : value.getUsers()) {
    Operation *ancestor = function.getBody().findAncestorOpInRegion(*user);
    buffers[buffer].last = std::max(buffers[buffer].last, position.lookup(ancestor));
    for (OpResult result : ancestor->getResults())
      if (PlacementAttr placement = placementOf(result))
        if (placement.getSpace() == Space::Alias && ancestor->getOperand(0) == value)
          extendToUses(result, buffer);
  }
}

/// The operand that dies in an elementwise op and lies exactly as its result will.
int64_t MemoryPlan::operandInPlace(Operation *op, PlacementAttr placement) {
  SmallVector<Operation *> members;
  if (auto fused = dyn_cast<FusedOp>(op)) {
    for (Operation &member : fused.getBody().front().without_terminator())
      members.push_back(&member);
  } else {
    members.push_back(op);
  }
  if (!isElementwise(members.front()))
    return -1;
  for (Operation *member : members)
    for (auto [index, operand] : llvm::enumerate(member->getOperands())) {
      auto found = bufferOf.find(operand);
      PlacementAttr other = placementOf(operand);
      if (found == bufferOf.end() || other.getStrides() != placement.getStrides() ||
          other.getLow() != placement.getLow() || other.getHigh() != placement.getHigh() ||
          other.getFill() != placement.getFill() ||
          cast<RankedTensorType>(operand.getType()).getShape() !=
              cast<RankedTensorType>(op->getResult(0).getType()).getShape() ||
          getStorageBytes(getElementTypeOrSelf(operand.getType())) !=
              getStorageBytes(getElementTypeOrSelf(op->getResult(0).getType())) ||
          buffers[found->second].last != position.lookup(op))
        continue;
      return found->second;
    }
  return -1;
}

void MemoryPlan::collect() {
  int64_t index = 0;
  for (Operation &op : function.getBody().front())
    position[&op] = index++;
  for (Operation &op : function.getBody().front()) {
    for (OpResult result : op.getResults()) {
      PlacementAttr placement = placementOf(result);
      if (!placement || placement.getSpace() != Space::Arena)
        continue;
      auto type = cast<RankedTensorType>(result.getType());
      Buffer buffer;
      buffer.bytes = llvm::alignTo(placement.getExtent(type.getShape()) *
                                           getStorageBytes(type.getElementType()) +
                                       slack,
                                   64);
      buffer.first = buffer.last = position[&op];
      buffer.value = result;
      buffer.sameAs = operandInPlace(&op, placement);
      bufferOf[result] = buffers.size();
      buffers.push_back(buffer);
      extendToUses(result, buffers.size() - 1);
    }
    if (int64_t bytes = scratchBytes(&op))
      buffers.push_back({bytes + slack, position[&op], position[&op], -1, {}, &op, -1});
  }
}

/// Largest first, each at the lowest offset that no living neighbour holds.
int64_t MemoryPlan::assignOffsets() {
  // A buffer written over another one is the same memory for longer.
  SmallVector<int64_t> owner;
  for (auto [index, buffer] : llvm::enumerate(buffers)) {
    owner.push_back(buffer.sameAs < 0 ? index : owner[buffer.sameAs]);
    Buffer &memory = buffers[owner.back()];
    memory.last = std::max(memory.last, buffer.last);
    memory.bytes = std::max(memory.bytes, buffer.bytes);
  }
  SmallVector<int64_t> order;
  for (int64_t index = 0, end = buffers.size(); index < end; ++index)
    if (owner[index] == index)
      order.push_back(index);
  llvm::sort(order, [&](int64_t a, int64_t b) {
    return std::tuple(buffers[b].bytes, a) < std::tuple(buffers[a].bytes, b);
  });
  int64_t arena = 0;
  SmallVector<int64_t> placed;
  for (int64_t index : order) {
    Buffer &buffer = buffers[index];
    SmallVector<std::pair<int64_t, int64_t>> taken;
    for (int64_t other : placed)
      if (buffers[other].first <= buffer.last && buffer.first <= buffers[other].last)
        taken.push_back({buffers[other].offset, buffers[other].bytes});
    llvm::sort(taken);
    int64_t offset = 0;
    for (auto [start, bytes] : taken) {
      if (offset + buffer.bytes <= start)
        break;
      offset = std::max(offset, start + bytes);
    }
    buffer.offset = offset;
    arena = std::max(arena, offset + buffer.bytes);
    placed.push_back(index);
  }
  for (auto [index, buffer] : llvm::enumerate(buffers))
    buffer.offset = buffers[owner[index]].offset;
  return arena;
}

void MemoryPlan::write() {
  MLIRContext *context = function.getContext();
  for (const Buffer &buffer : buffers) {
    if (buffer.op) {
      buffer.op->setAttr(kScratchAttr,
                         IntegerAttr::get(IntegerType::get(context, 64), buffer.offset));
      continue;
    }
    auto result = cast<OpResult>(buffer.value);
    auto old = result.getOwner()->getAttrOfType<ArrayAttr>(PlacementAttr::kName);
    SmallVector<Attribute> placements(old.begin(), old.end());
    Attribute &entry = placements[result.getResultNumber()];
    entry = cast<PlacementAttr>(entry).withOffset(buffer.offset);
    result.getOwner()->setAttr(PlacementAttr::kName, ArrayAttr::get(context, placements));
  }
}

int64_t MemoryPlan::run() {
  collect();
  int64_t bytes = assignOffsets();
  write();
  return bytes;
}

namespace {
struct PlanMemory : penjing::impl::PlanMemoryBase<PlanMemory> {
  void runOnOperation() override {
    if (failed(requireForm(getOperation(), {Form::Scheduled}, "run pj-fuse first")))
      return signalPassFailure();
    auto function = getEntryFunction(getOperation());
    if (failed(function))
      return signalPassFailure();
    int64_t bytes = MemoryPlan(*function).run();
    if (failed(requireOffsets(*function, "an arena", bytes)))
      return signalPassFailure();
    (*function)->setAttr(kArenaAttr,
                         IntegerAttr::get(IntegerType::get(&getContext(), 64), bytes));
  }
};
} // namespace
