// Chooses which zeros of a constant weight its kernel skips, by the target's time model.
#include "penjing/Transforms/Schedule/Passes.h"

#include "penjing/Analysis/ContractionViews.h"
#include "penjing/Analysis/KernelTimes.h"
#include "penjing/Analysis/TargetedFunction.h"
#include "penjing/Analysis/UnstructuredContractions.h"
#include "penjing/Codegen/Packing.h"
#include "penjing/Codegen/Tiling.h"
#include "penjing/Dialect/Penjing/ParameterValues.h"
#include "penjing/Support/Remark.h"
#include "penjing/Target/Leaves.h"

#include "llvm/Support/FormatVariadic.h"

#define DEBUG_TYPE "pj-choose-weight-forms"

namespace penjing {
#define GEN_PASS_DEF_CHOOSEWEIGHTFORMS
#include "penjing/Transforms/Schedule/Passes.h.inc"
} // namespace penjing

using namespace mlir;
using namespace penjing;
using kernel::ContractionAttr;

/// Share of a weight's elements from which on its zeros are told of: fewer are
/// there by chance or by rounding.
static constexpr double kLeastZeros = 0.1;
/// Share of zeros below which a form skips nothing worth its table.
static constexpr double kLeastSkipped = 0.02;
/// A sparse form this much slower than dense, but this much smaller, is taken.
static constexpr double kNearlyAsFast = 1.02, kMuchSmaller = 1.5;

static ArrayRef<int64_t> shapeOf(Value value) { return cast<RankedTensorType>(value.getType()).getShape(); }

/// The view of a value that is known while compiling, through ops that move nothing.
static std::optional<View> knownView(Value value) {
  if (isKnownValue(value))
    return viewOf(value);
  Operation *op = value.getDefiningOp();
  if (!isa_and_nonnull<ReshapeOp, TransposeOp, SliceOp>(op))
    return std::nullopt;
  auto input = knownView(op->getOperand(0));
  return input ? aliasOf(op, *input) : std::nullopt;
}

static std::optional<ParameterBytes> bytesOf(Value root) {
  if (auto constant = root.getDefiningOp<ConstantOp>())
    return ParameterBytes::of(constant.getValue());
  return ParameterBytes::of(getParam(root.getDefiningOp<UseOp>()));
}

/// A view whose dimensions follow each other in memory in this order.
static View orderedView(Value value, ArrayRef<int64_t> order) {
  ArrayRef<int64_t> shape = shapeOf(value);
  SmallVector<int64_t> strides(shape.size(), 1);
  int64_t stride = 1;
  for (int64_t dim : llvm::reverse(order)) {
    strides[dim] = stride;
    stride *= shape[dim];
  }
  return stridedView(value, shape, strides);
}

/// The order of the layouts that are not made for unstructured weights.
static SmallVector<int64_t, 4> usualOrder(Operation *op, size_t rank) {
  auto conv = dyn_cast<ConvOp>(op);
  if (conv && conv.getLayout() == Layout::NCHW)
    return {0, 2, 3, 1};
  return llvm::to_vector<4>(llvm::seq<int64_t>(0, rank));
}

/// Whether the kernel can skip blocks: one weight for all points, vectors along
/// its outputs.
static bool mayBeSparse(ContractionAttr contraction) {
  return contraction.getVectorDim().getStrides()[ContractionAttr::A] == 0 &&
         llvm::all_of(contraction.getDims(), [](kernel::DimAttr dim) {
           return dim.getKind() != kernel::DimKind::Parallel || dim.getStrides()[ContractionAttr::B] == 0;
         });
}

static int64_t bytesOfValue(Value value) { return *getStorageBytes(cast<RankedTensorType>(value.getType())); }

/// Whether the value leaves the function, and nothing else reads it.
static bool isReturned(Value value) {
  return value.hasOneUse() && isa<func::ReturnOp>(*value.user_begin());
}

/// The contraction of the kernel that computes `value`, or null.
static Operation *contractionOf(Value value) {
  Operation *op = value.getDefiningOp();
  if (auto fused = dyn_cast_or_null<FusedOp>(op))
    op = &fused.getBody().front().front();
  return op && isContraction(op) ? op : nullptr;
}

namespace {

/// A form of one weight, and what it takes.
struct Candidate {
  KernelForm form;
  double zeros = 0;  ///< share of the blocks or elements that are not stored
  double copies = 0; ///< seconds of the copies into its layout and back
  double seconds = 0, bytes = 0;
  std::string pattern; ///< how the zeros are counted

  bool isSparse() const { return form.weights != WeightForm::Dense; }
};

/// All forms of the weight of one contraction.
class WeightForms {
public:
  WeightForms(Operation *op, const Target &target) : op(op), target(target) {}

  /// Whether there is anything to choose; false also for weights without zeros.
  bool find();

  const Candidate &dense() const { return candidates.front(); }
  const Candidate &choose(bool preferSize) const;
  /// The sparse candidate to speak of where dense is chosen.
  const Candidate &fastestSparse() const;
  std::string sentence(const Candidate &sparse) const;

  double zeros = 0; ///< share of the elements

private:
  bool describe();
  void add(Candidate candidate);
  void addBlocks();
  void addUnstructured();
  double copySeconds(bool unstructured) const;

  Operation *op;
  const Target &target;
  View weight;
  std::optional<ParameterBytes> bytes;
  ContractionAttr contraction;
  int64_t origin = 0;
  ContractionSizes sizes;
  SmallVector<Candidate> candidates;
};

} // namespace

bool WeightForms::describe() {
  auto view = isa<ConvOp, MatmulOp>(op) ? knownView(operandB(op)) : std::nullopt;
  if (!view || (isa<ConvOp>(op) && !view->isSimple()))
    return false;
  weight = *view;
  bytes = bytesOf(weight.root);
  ContractionViews views;
  views.a = orderedView(operandA(op), usualOrder(op, shapeOf(operandA(op)).size()));
  views.b = weight;
  views.c = orderedView(op->getResult(0), usualOrder(op, shapeOf(op->getResult(0)).size()));
  views.packed = true;
  views.lanes = target.lanes();
  // What does not fit is told where kernels are chosen.
  ScopedDiagnosticHandler quiet(op->getContext(), [](Diagnostic &) { return success(); });
  auto pieces = describeContraction(op, views);
  if (failed(pieces))
    return false;
  contraction = pieces->front().contraction;
  origin = pieces->front().offsets[ContractionAttr::B];
  StringRef leaf = chooseLeaf(target, contraction);
  if (leaf.empty() || !mayBeSparse(contraction))
    return false;
  contraction = ContractionAttr::get(op->getContext(), contraction.getDims(), contraction.getA(), contraction.getB(),
                                     contraction.getAcc(), leaf, target.lanes(), contraction.getStorage(),
                                     contraction.getSparsity(), contraction.getExactTail());
  sizes = sizesOf(contraction);
  return true;
}

bool WeightForms::find() {
  if (!describe())
    return false;
  int64_t width = getStorageBytes(getElementTypeOrSelf(operandB(op).getType()));
  ArrayRef<char> data = bytes->bytes();
  int64_t count = data.size() / width, empty = 0;
  for (int64_t index = 0; index < count; ++index)
    // A float's sign bit alone is still zero.
    empty += llvm::all_of(llvm::enumerate(data.slice(index * width, width)), [&](auto byte) {
      return (byte.value() & (width == 4 && byte.index() == 3 ? 0x7f : 0xff)) == 0;
    });
  zeros = count ? double(empty) / count : 0;
  Candidate dense;
  dense.form.leaf = contraction.getLeaf();
  dense.form.weightBytes = dense.form.activationBytes = width;
  dense.copies = copySeconds(false);
  add(dense);
  if (empty == 0)
    return false;
  addBlocks();
  addUnstructured();
  return candidates.size() > 1;
}

void WeightForms::add(Candidate candidate) {
  candidate.seconds = kernelSeconds(sizes, candidate.form, target) + candidate.copies;
  candidate.bytes = storedBytes(sizes, candidate.form, target);
  candidates.push_back(candidate);
}

/// Blocks of one vector of outputs and of two.
void WeightForms::addBlocks() {
  ContractionAttr sparse = withWeightForm(contraction, WeightForm::Block);
  for (int64_t vectors : {2, 1}) {
    if (vectors > contraction.getVectorCount())
      continue;
    SmallVector<kernel::DimAttr> dims(sparse.getDims());
    for (kernel::DimAttr &dim : dims)
      if (dim.getKind() == kernel::DimKind::Vector)
        dim = kernel::DimAttr::get(dim.getContext(), dim.getName(), dim.getKind(), dim.getSize(), vectors, dim.getStrides());
    auto packed = packWeight(sparse.withDims(dims), bytes->bytes(), origin);
    if (!packed) {
      llvm::consumeError(packed.takeError());
      continue;
    }
    Candidate candidate = dense();
    candidate.form.weights = WeightForm::Block;
    candidate.form.blockVectors = vectors;
    candidate.form.stored = packed->total ? double(packed->stored) / packed->total : 1;
    candidate.zeros = 1 - candidate.form.stored;
    int64_t group = factsOfLeaf(contraction.getLeaf()).group;
    candidate.pattern = llvm::formatv("in blocks of {0}x{1}", vectors * target.lanes(), group);
    add(candidate);
  }
}

void WeightForms::addUnstructured() {
  int64_t run = unstructuredRun(op);
  if (!run || !weight.isSimple())
    return;
  ContractionViews views = contractionViews(op, target);
  views.a = orderedView(operandA(op), unstructuredOrder(op, shapeOf(operandA(op)).size()));
  views.b = weight;
  views.c = orderedView(kernelResult(op), unstructuredOrder(op, shapeOf(kernelResult(op)).size()));
  if (!describeUnstructured(op, views))
    return;
  Candidate candidate = dense();
  candidate.form.weights = WeightForm::Unstructured;
  candidate.form.run = run;
  candidate.form.stored = 1 - zeros;
  candidate.zeros = zeros;
  candidate.copies = copySeconds(true);
  candidate.pattern = "in single weights";
  add(candidate);
}

/// Seconds of the copies between the layout of the form and the neighbours'.
double WeightForms::copySeconds(bool unstructured) const {
  Value input = operandA(op), result = kernelResult(op);
  auto conv = dyn_cast<ConvOp>(op);
  bool callersOrder = conv && conv.getLayout() == Layout::NCHW;
  bool halo = !haloOf(op, 0).isEmpty();
  double seconds = 0;
  if (unstructured) {
    Operation *producer = contractionOf(input);
    bool reads = unstructuredRun(op) == 1 || (callersOrder && isa<BlockArgument>(input) && !halo) ||
                 (producer && weightFormOf(producer) == WeightForm::Unstructured);
    bool writes = unstructuredRun(op) == 1 || (callersOrder && isReturned(result));
    seconds += reads ? 0 : relayoutSeconds(bytesOfValue(input), target);
    seconds += writes ? 0 : relayoutSeconds(bytesOfValue(result), target);
  } else if (callersOrder) {
    seconds += isa<BlockArgument>(input) ? relayoutSeconds(bytesOfValue(input), target) : 0;
    seconds += isReturned(result) ? relayoutSeconds(bytesOfValue(result), target) : 0;
  }
  return seconds;
}

const Candidate &WeightForms::choose(bool preferSize) const {
  const Candidate *best = &dense();
  for (const Candidate &candidate : ArrayRef(candidates).drop_front()) {
    if (candidate.zeros < kLeastSkipped)
      continue;
    // Estimates closer than that are equal.
    double margin = best->isSparse() ? 1 : kNearlyAsFast;
    bool isSmaller = candidate.bytes < best->bytes, isFaster = margin * candidate.seconds < best->seconds;
    bool isWorthIt = !best->isSparse() && candidate.seconds <= kNearlyAsFast * best->seconds &&
                     best->bytes >= kMuchSmaller * candidate.bytes;
    if (preferSize ? isSmaller : isFaster || isWorthIt)
      best = &candidate;
  }
  return *best;
}

const Candidate &WeightForms::fastestSparse() const {
  ArrayRef<Candidate> sparse = ArrayRef(candidates).drop_front();
  return *llvm::min_element(sparse, [](const Candidate &a, const Candidate &b) { return a.seconds < b.seconds; });
}

std::string WeightForms::sentence(const Candidate &sparse) const {
  double even = breakEven(sizes, dense().form, sparse.form, target, sparse.copies - dense().copies);
  return llvm::formatv("{0:f0} % zeros {1}, {2}, {3:f2} us dense, {4:f2} us sparse", 100 * sparse.zeros, sparse.pattern,
                       even < 1 ? llvm::formatv("break-even {0:f0} %", 100 * even).str() : "no break-even",
                       1e6 * dense().seconds, 1e6 * sparse.seconds);
}

namespace {
struct ChooseWeightForms : penjing::impl::ChooseWeightFormsBase<ChooseWeightForms> {
  using ChooseWeightFormsBase::ChooseWeightFormsBase;

  LogicalResult choose(Operation *op, const Target &description) {
    WeightForms forms(op, description);
    // A form that somebody has written down is kept.
    if (op->hasAttr(KernelAttr::kName) || !forms.find())
      return success();
    const Candidate &choice = forms.choose(prefer == "size");
    const Candidate &sparse = choice.isSparse() ? choice : forms.fastestSparse();
    std::string reason = forms.sentence(sparse), layer = layerName(op);
    std::vector<RemarkValue> values = {{"zeros", sparse.zeros}, {"dense_us", 1e6 * forms.dense().seconds},
                                       {"sparse_us", 1e6 * sparse.seconds}};
    if (choice.isSparse()) {
      double lost = 1e6 * (choice.seconds - forms.dense().seconds);
      if (lost > 0)
        reason += llvm::formatv(", {0:f1} times smaller for {1:f2} us more", forms.dense().bytes / choice.bytes, lost);
      emitRemark(op, DEBUG_TYPE, RemarkKind::Passed, "runs '" + layer + "' sparse: " + reason, std::move(values));
    } else if (forms.zeros >= kLeastZeros) {
      if (requireSparse)
        return op->emitError() << "requires a sparse kernel for every weight with zeros, but '" << layer
                               << "' is faster dense: " << reason;
      emitRemark(op, DEBUG_TYPE, RemarkKind::Missed, "kept '" + layer + "' dense: " + reason, std::move(values));
    }
    int64_t vectors = choice.form.weights == WeightForm::Block ? choice.form.blockVectors : 1;
    op->setAttr(KernelAttr::kName, KernelAttr::get(op->getContext(), choice.form.leaf, description.lanes(), {vectors},
                                                   choice.form.weights, reason));
    return success();
  }

  void runOnOperation() override {
    if (prefer != "speed" && prefer != "size") {
      getOperation().emitError() << "requires option \"prefer\" to be speed or size, but got \"" << prefer << "\"";
      return signalPassFailure();
    }
    auto entry = getScheduledFunction(getOperation(), target);
    if (failed(entry))
      return signalPassFailure();
    auto result = entry->function.walk([&](Operation *op) -> WalkResult {
      return isContraction(op) ? WalkResult(choose(op, entry->target)) : WalkResult::advance();
    });
    if (result.wasInterrupted())
      signalPassFailure();
  }
};
} // namespace
