// Chooses strides and halos of all values, and adds the copies that the caller's
// layout makes necessary.
#include "penjing/Transforms/Schedule/Passes.h"

#include "penjing/Analysis/ContractionViews.h"
#include "penjing/Analysis/Elementwise.h"
#include "penjing/Analysis/TargetedFunction.h"
#include "penjing/Analysis/UnstructuredContractions.h"
#include "penjing/Support/StableSort.h"

#define DEBUG_TYPE "pj-assign-layouts"

namespace penjing {
#define GEN_PASS_DEF_ASSIGNLAYOUTS
#include "penjing/Transforms/Schedule/Passes.h.inc"
} // namespace penjing

using namespace mlir;
using namespace penjing;

using Order = SmallVector<int64_t, 4>;

static ArrayRef<int64_t> shapeOf(Value value) {
  return cast<RankedTensorType>(value.getType()).getShape();
}

static Order rowMajor(size_t rank) { return llvm::to_vector<4>(llvm::seq<int64_t>(0, rank)); }
static Order channelsLast(Layout layout) {
  return layout == Layout::NCHW ? Order{0, 2, 3, 1} : Order{0, 1, 2, 3};
}

/// The ops of a kernel: those inside a fused region, or the op itself.
static SmallVector<Operation *> membersOf(Operation *op) {
  SmallVector<Operation *> members;
  if (auto fused = dyn_cast<FusedOp>(op))
    for (Operation &member : fused.getBody().front().without_terminator())
      members.push_back(&member);
  else
    members.push_back(op);
  return members;
}

/// Whether the value's elements are known while compiling.
static bool isKnown(Value value) {
  Operation *op = value.getDefiningOp();
  if (isa_and_nonnull<ConstantOp>(op))
    return true;
  auto use = dyn_cast_or_null<UseOp>(op);
  auto param = use ? SymbolTable::lookupNearestSymbolFrom<ParamOp>(use, use.getParamAttr())
                   : ParamOp();
  return param && param.getValueAttr();
}

static bool isExternal(Value value) { return !placementOf(value); }

/// The contraction whose epilogue the op belongs to, or null.
static Operation *contractionBefore(Operation *member) {
  auto fused = dyn_cast<FusedOp>(member->getParentOp());
  Operation *first = fused ? &fused.getBody().front().front() : nullptr;
  return first && first != member && isContraction(first) ? first : nullptr;
}

/// Whether the op's kernel has its vectors along points of the activations. A run of
/// one point lies as any layout has it.
static bool hasPointsLast(Operation *op) {
  return weightFormOf(op) == WeightForm::Unstructured && unstructuredRun(op) > 1;
}

/// The dimension of operand B along which the vectors of `op` lie.
static unsigned vectorDimOfB(Operation *op) {
  if (auto matmul = dyn_cast<MatmulOp>(op)) {
    int64_t rank = shapeOf(matmul.getB()).size();
    return rank - (matmul.getTransposeB() ? 2 : 1);
  }
  if (auto gradient = dyn_cast<ConvWeightGradientOp>(op))
    return gradient.getLayout() == Layout::NCHW ? 1 : 3;
  if (auto gradient = dyn_cast<ConvInputGradientOp>(op))
    return gradient.getGroups() > 1 && shapeOf(gradient.getWeight())[1] == 1 ? 0 : 1;
  return 0;
}

/// The order in memory that puts dimension `last` of a weight or matrix last.
static Order orderWithLast(size_t rank, int64_t last) {
  Order order;
  // A weight O x C x KH x KW is walked tap by tap, then by channel.
  for (int64_t dim : rank == 4 ? Order{2, 3, 0, 1} : rowMajor(rank))
    if (dim != last)
      order.push_back(dim);
  order.push_back(last);
  return order;
}

namespace {

/// What consumers ask of a value.
struct Demand {
  Halo halo;
  int64_t fill = 0;
};

class LayoutAssignment {
public:
  LayoutAssignment(func::FuncOp function, const Target &target)
      : function(function), lanes(target.lanes()) {}

  LogicalResult run();
  int64_t copies = 0;

private:
  void collectDemands();
  void satisfyOperands(Operation *op);
  void assignResults(Operation *op);
  void copyForOthers(Operation *op);
  void assignReturn(func::ReturnOp op);
  bool accepts(Operation *member, OpOperand &operand);
  Value relayout(Operation *before, Value value, PlacementAttr placement);
  Order orderOf(Operation *op, unsigned result);
  PlacementAttr place(Value value, const Order &order, const Demand *demand, bool dense = false);
  void setPlacements(Operation *op, ArrayRef<Attribute> placements);

  func::FuncOp function;
  int64_t lanes;
  llvm::DenseMap<Value, Demand> demands;
};

} // namespace

static int64_t zeroPointOf(Value value) {
  auto type = dyn_cast<quant::UniformQuantizedType>(getElementTypeOrSelf(value.getType()));
  return type ? type.getZeroPoint() : 0;
}

/// Halos that consumers read, joined for each value.
void LayoutAssignment::collectDemands() {
  for (Operation &op : function.getBody().front())
    for (Operation *member : membersOf(&op))
      for (OpOperand &operand : member->getOpOperands()) {
        Halo halo = haloOf(member, operand.getOperandNumber());
        if (halo.isEmpty())
          continue;
        Demand &demand = demands[operand.get()];
        demand.fill = zeroPointOf(operand.get());
        if (demand.halo.isEmpty())
          demand.halo = halo;
        for (unsigned dim = 0; dim < halo.low.size(); ++dim) {
          demand.halo.low[dim] = std::max(demand.halo.low[dim], halo.low[dim]);
          demand.halo.high[dim] = std::max(demand.halo.high[dim], halo.high[dim]);
        }
      }
}

PlacementAttr LayoutAssignment::place(Value value, const Order &order, const Demand *demand,
                                      bool dense) {
  ArrayRef<int64_t> shape = shapeOf(value);
  SmallVector<int64_t> strides(shape.size(), 1), low, high;
  if (demand) {
    low.assign(demand->halo.low.begin(), demand->halo.low.end());
    high.assign(demand->halo.high.begin(), demand->halo.high.end());
  }
  int64_t stride = 1;
  for (auto [place, dim] : llvm::enumerate(llvm::reverse(order))) {
    strides[dim] = stride;
    int64_t size = shape[dim] + (demand ? low[dim] + high[dim] : 0);
    // Rows of whole vectors; a few channels (an image's colours) stay few.
    if (place == 0 && !dense)
      size = size <= 4 ? (isQuantized(value.getType()) ? 4 : size)
                       : llvm::alignTo(size, lanes);
    stride *= size;
  }
  return PlacementAttr::get(value.getContext(), Space::Arena, -1, strides, low, high,
                            demand ? demand->fill : 0);
}

void LayoutAssignment::setPlacements(Operation *op, ArrayRef<Attribute> placements) {
  op->setAttr(PlacementAttr::kName, ArrayAttr::get(op->getContext(), placements));
}

Value LayoutAssignment::relayout(Operation *before, Value value, PlacementAttr placement) {
  OpBuilder builder(before);
  auto copy = RelayoutOp::create(builder, before->getLoc(), value.getType(), value);
  setPlacements(copy, {placement});
  ++copies;
  return copy.getResult();
}

/// Whether a kernel can read the operand where it lies.
bool LayoutAssignment::accepts(Operation *member, OpOperand &operand) {
  Value value = operand.get();
  View view = viewOf(value);
  // A view may cut dimensions as no other operand does: only the ops that look
  // on, and the rows of a matrix, take it as it is.
  if (Operation *contraction = contractionBefore(member)) {
    // Vectors lie along the channels of an epilogue's operand, or it stands still.
    View aligned = alignedView(member, operand.getOperandNumber(), view);
    if (hasPointsLast(contraction))
      return view.isSimple() && fitsUnstructuredEpilogue(contraction, aligned);
    const auto &channel = aligned.dims[channelAxis(contraction)];
    return view.isSimple() && (channel.front().size == 1 || channel.front().stride <= 1);
  }
  if (!isContraction(member))
    return view.isSimple() || isa<ReshapeOp, TransposeOp, SliceOp, BroadcastOp, RelayoutOp>(member);
  if (value == operandB(member)) {
    bool weight = !isa<ConvWeightGradientOp>(member);
    if (weight && isKnown(view.root) && view.isSimple())
      return true;
    const auto &factors = view.dims[vectorDimOfB(member)];
    bool matmul = isa<MatmulOp>(member);
    return (matmul || view.isSimple()) && factors.size() <= 1 &&
           (factors.empty() || factors.front().size == 1 || factors.front().stride == 1) &&
           value != operandA(member);
  }
  if (value != operandA(member))
    return view.isSimple();
  bool quantized = isQuantized(value.getType());
  if (hasPointsLast(member)) {
    if (!fitsUnstructured(member, view))
      return false;
  } else if (isa<MatmulOp>(member)) {
    return !quantized || !isExternal(view.root);
  } else if (!view.isSimple() || isExternal(view.root)) {
    return false;
  }
  Halo halo = haloOf(member, operand.getOperandNumber());
  PlacementAttr placement = placementOf(value);
  if (!halo.isEmpty()) {
    if (!placement || placement.getSpace() != Space::Arena || !placement.hasHalo())
      return false;
    for (unsigned dim = 0; dim < halo.low.size(); ++dim)
      if (placement.getLow()[dim] < halo.low[dim] || placement.getHigh()[dim] < halo.high[dim])
        return false;
  }
  if (hasPointsLast(member))
    return true;
  auto layout = member->getAttrOfType<LayoutAttr>("layout");
  unsigned channel = !layout || layout.getValue() == Layout::NCHW ? 1 : 3;
  return shapeOf(value)[channel] == 1 || view.stride(channel) == 1;
}

void LayoutAssignment::satisfyOperands(Operation *op) {
  for (Operation *member : membersOf(op))
    for (OpOperand &operand : member->getOpOperands()) {
      if (operand.get().getParentRegion() != &function.getBody() ||
          isShapeOnly(member, operand.getOperandNumber()) || accepts(member, operand))
        continue;
      Value value = operand.get();
      size_t rank = shapeOf(value).size();
      Order order = rowMajor(rank);
      const Demand *demand = nullptr;
      auto layout = member->getAttrOfType<LayoutAttr>("layout");
      bool dense = false;
      if (Operation *contraction = contractionBefore(member); contraction && hasPointsLast(contraction)) {
        dense = hasRunAcrossRows(contraction);
        if (rank == shapeOf(member->getResult(0)).size())
          order = unstructuredOrder(contraction, rank);
      } else if (contraction) {
        // The dimension that meets the result's channels comes last.
        int64_t missing = shapeOf(member->getResult(0)).size() - rank;
        int64_t channel = channelAxis(contraction) - missing;
        if (channel >= 0) {
          llvm::erase(order, channel);
          order.push_back(channel);
        }
      } else if (isContraction(member) && value == operandA(member) && hasPointsLast(member)) {
        dense = hasRunAcrossRows(member);
        order = unstructuredOrder(member, rank);
      } else if (isContraction(member) && value == operandB(member))
        order = isa<ConvWeightGradientOp>(member)
                    ? channelsLast(layout ? layout.getValue() : Layout::NCHW)
                    : orderWithLast(rank, vectorDimOfB(member));
      else if (rank == 4 && !isa<MatmulOp>(member))
        order = channelsLast(layout ? layout.getValue() : Layout::NCHW);
      if (isContraction(member) && value == operandA(member) && !dense && demands.count(value))
        demand = &demands[value];
      operand.set(relayout(op, value, place(value, order, demand, dense)));
    }
}

/// The order of a result's dimensions in memory.
Order LayoutAssignment::orderOf(Operation *op, unsigned result) {
  Operation *first = membersOf(op).front();
  Value value = op->getResult(result);
  size_t rank = shapeOf(value).size();
  if (isa<ConvWeightGradientOp>(first))
    return {2, 3, 1, 0};
  if (hasPointsLast(first))
    return unstructuredOrder(first, rank);
  if (isa<MatmulOp>(first) || rank < 2)
    return rowMajor(rank);
  if (rank == 4 && isa<ConvOp, ConvInputGradientOp, MaxPoolOp, AveragePoolOp, GlobalAveragePoolOp,
                       MaxPoolGradientOp, AveragePoolGradientOp>(first)) {
    auto layout = first->getAttrOfType<LayoutAttr>("layout");
    return channelsLast(layout ? layout.getValue() : Layout::NCHW);
  }
  // Elementwise and the like: as an operand lies that a kernel wrote.
  for (Operation *member : membersOf(op))
    for (Value operand : member->getOperands()) {
      if (operand.getParentRegion() != &function.getBody() || shapeOf(operand) != shapeOf(value))
        continue;
      View view = viewOf(operand);
      if (isExternal(view.root) || !view.isSimple())
        continue;
      Order order = rowMajor(rank);
      stableSort(order, [&](int64_t a, int64_t b) { return view.stride(a) > view.stride(b); });
      return order;
    }
  for (OpOperand &use : value.getUses())
    if (isContraction(use.getOwner()) && use.get() == operandB(use.getOwner()) &&
        !isa<ConvWeightGradientOp>(use.getOwner()))
      return orderWithLast(rank, vectorDimOfB(use.getOwner()));
  return rank == 4 ? channelsLast(Layout::NCHW) : rowMajor(rank);
}

void LayoutAssignment::assignResults(Operation *op) {
  // Rows with gaps that the new dimensions do not respect: close the gaps first.
  if (isa<ReshapeOp>(op) && !aliasOf(op, viewOf(op->getOperand(0)))) {
    Value input = op->getOperand(0);
    op->setOperand(0, relayout(op, input, place(input, rowMajor(shapeOf(input).size()), nullptr, true)));
  }
  if (isa<UseOp, ConstantOp>(op) || op->getNumResults() == 0 ||
      op->hasAttr(PlacementAttr::kName))
    return;
  if (isa<ReshapeOp, TransposeOp, SliceOp, BroadcastOp>(op) &&
      aliasOf(op, viewOf(op->getOperand(0)))) {
    setPlacements(op, {PlacementAttr::get(op->getContext(), Space::Alias, -1, {}, {}, {}, 0)});
    return;
  }
  SmallVector<Attribute> placements;
  for (OpResult result : op->getResults()) {
    Order order = orderOf(op, result.getResultNumber());
    bool returned = result.hasOneUse() && isa<func::ReturnOp>(*result.user_begin());
    auto demand = demands.find(result);
    if (returned && llvm::is_sorted(order) && demand == demands.end()) {
      auto dense = place(result, order, nullptr, /*dense=*/true);
      int64_t number = result.use_begin()->getOperandNumber();
      placements.push_back(PlacementAttr::get(op->getContext(), Space::Result, number,
                                              dense.getStrides(), {}, {}, 0));
      continue;
    }
    bool across = hasPointsLast(membersOf(op).front()) && hasRunAcrossRows(membersOf(op).front());
    placements.push_back(place(result, order, demand == demands.end() || across ? nullptr : &demand->second, across));
  }
  setPlacements(op, placements);
  if (hasPointsLast(membersOf(op).front()))
    copyForOthers(op);
}

/// Readers that do not have their vectors along points get a copy in the usual order.
void LayoutAssignment::copyForOthers(Operation *op) {
  Value result = op->getResult(0);
  Operation *contraction = membersOf(op).front();
  auto isOther = [&](OpOperand &use) {
    Operation *user = use.getOwner();
    return !isa<func::ReturnOp>(user) && !(isContraction(user) && hasPointsLast(user) && use.get() == operandA(user));
  };
  if (placementOf(result).getSpace() != Space::Arena || llvm::none_of(result.getUses(), isOther))
    return;
  auto layout = contraction->getAttrOfType<LayoutAttr>("layout");
  size_t rank = shapeOf(result).size();
  auto demand = demands.find(result);
  Value copy = relayout(op->getNextNode(), result,
                        place(result, layout ? channelsLast(layout.getValue()) : rowMajor(rank),
                              demand == demands.end() ? nullptr : &demand->second));
  result.replaceUsesWithIf(copy, [&](OpOperand &use) { return use.getOwner() != copy.getDefiningOp() && isOther(use); });
}

void LayoutAssignment::assignReturn(func::ReturnOp op) {
  for (OpOperand &operand : op->getOpOperands()) {
    PlacementAttr placement = placementOf(operand.get());
    if (placement && placement.getSpace() == Space::Result)
      continue;
    auto dense = place(operand.get(), rowMajor(shapeOf(operand.get()).size()), nullptr, true);
    operand.set(relayout(op, operand.get(),
                         PlacementAttr::get(op->getContext(), Space::Result,
                                            operand.getOperandNumber(), dense.getStrides(), {}, {}, 0)));
  }
}

LogicalResult LayoutAssignment::run() {
  collectDemands();
  for (Operation &op : llvm::make_early_inc_range(function.getBody().front())) {
    if (auto terminator = dyn_cast<func::ReturnOp>(op)) {
      assignReturn(terminator);
      continue;
    }
    satisfyOperands(&op);
    assignResults(&op);
  }
  return success();
}

namespace {
struct AssignLayouts : penjing::impl::AssignLayoutsBase<AssignLayouts> {
  using AssignLayoutsBase::AssignLayoutsBase;

  void runOnOperation() override {
    auto entry = getScheduledFunction(getOperation(), target);
    if (failed(entry))
      return signalPassFailure();
    LayoutAssignment assignment(entry->function, entry->target);
    if (failed(assignment.run()))
      return signalPassFailure();
    copies += assignment.copies;
  }
};
} // namespace
