// pjk-outline-kernels: one internal function per distinct kernel op, and calls
// in the places of the ops.
#include "KernelNames.h"

#include "penjing/Codegen/Passes.h"
#include "penjing/Dialect/Kernel/Kernel.h"

#include "mlir/IR/OperationSupport.h"

#define DEBUG_TYPE "pjk-outline-kernels"

namespace penjing {
#define GEN_PASS_DEF_OUTLINEKERNELS
#include "penjing/Codegen/Passes.h.inc"
} // namespace penjing

using namespace mlir;
using namespace penjing;
using namespace penjing::kernel;

/// The mark of a function that is one kernel.
static constexpr StringLiteral kernelMark = "pjk.kernel";

/// For every operand the first operand that is the same value.
static SmallVector<unsigned> sharedOperands(Operation *op) {
  SmallVector<unsigned> first;
  for (Value operand : op->getOperands())
    first.push_back(std::distance(op->operand_begin(),
                                  llvm::find(op->getOperands(), operand)));
  return first;
}

static bool sameKernel(Operation *left, Operation *right) {
  return sharedOperands(left) == sharedOperands(right) &&
         OperationEquivalence::isEquivalentTo(
             left, right, OperationEquivalence::ignoreValueEquivalence,
             /*markEquivalent=*/nullptr, OperationEquivalence::IgnoreLocations);
}

static llvm::hash_code hashKernel(Operation *op) {
  return OperationEquivalence::computeHash(
      op, OperationEquivalence::ignoreHashValue,
      OperationEquivalence::ignoreHashValue,
      OperationEquivalence::IgnoreLocations);
}

static std::optional<ArrayRef<int64_t>> knownAlignments(Operation *op) {
  if (auto contract = dyn_cast<ContractOp>(op))
    return contract.getAlignments();
  if (auto map = dyn_cast<MapOp>(op))
    return map.getAlignments();
  return cast<ReduceOp>(op).getAlignments();
}

static Value outputOf(Operation *op) {
  if (auto contract = dyn_cast<ContractOp>(op))
    return contract.getC();
  return op->getOperands().back();
}

namespace {
struct OutlineKernels : penjing::impl::OutlineKernelsBase<OutlineKernels> {
  using OutlineKernelsBase::OutlineKernelsBase;

  void runOnOperation() override {
    SymbolTable symbols(getOperation());
    DenseMap<llvm::hash_code, SmallVector<std::pair<Operation *, func::FuncOp>>>
        known;
    for (Operation *op : kernelsOutside()) {
      auto &bucket = known[hashKernel(op)];
      auto found = llvm::find_if(
          bucket, [&](auto &entry) { return sameKernel(entry.first, op); });
      SmallVector<Value> operands = distinctOperands(op);
      OpBuilder builder(op);
      func::FuncOp function;
      if (found == bucket.end()) {
        function = outline(op, operands, symbols);
        func::CallOp::create(builder, op->getLoc(), function, operands);
        bucket.emplace_back(&function.getBody().front().front(), function);
        ++kernels;
      } else {
        function = found->second;
        func::CallOp::create(builder, op->getLoc(), function, operands);
      }
      ++calls;
      op->erase();
    }
  }

  SmallVector<Operation *> kernelsOutside() {
    SmallVector<Operation *> ops;
    getOperation().walk<WalkOrder::PreOrder>([&](Operation *op) {
      if (op->hasAttr(kernelMark))
        return WalkResult::skip();
      if (isa<ContractOp, MapOp, ReduceOp>(op))
        ops.push_back(op);
      return WalkResult::advance();
    });
    return ops;
  }

  static SmallVector<Value> distinctOperands(Operation *op) {
    SmallVector<Value> operands;
    for (auto [index, first] : llvm::enumerate(sharedOperands(op)))
      if (index == first)
        operands.push_back(op->getOperand(index));
    return operands;
  }

  /// The function that holds a copy of `op` on its own arguments.
  func::FuncOp outline(Operation *op, ArrayRef<Value> operands,
                       SymbolTable &symbols) {
    Location loc = op->getLoc();
    OpBuilder builder(op->getContext());
    auto type = builder.getFunctionType(TypeRange(ValueRange(operands)), {});
    auto function = func::FuncOp::create(loc, kernelName(op), type);
    function.setPrivate();
    function->setAttr(kernelMark, builder.getUnitAttr());
    function->setAttr("llvm.linkage",
                      LLVM::LinkageAttr::get(builder.getContext(),
                                             LLVM::Linkage::Internal));
    function->setAttr("passthrough",
                      builder.getArrayAttr({builder.getStringAttr("noinline"),
                                            builder.getStringAttr("nounwind")}));
    symbols.insert(function);

    Block *block = function.addEntryBlock();
    builder.setInsertionPointToStart(block);
    IRMapping mapping;
    mapping.map(ValueRange(operands), block->getArguments());
    builder.clone(*op, mapping);
    func::ReturnOp::create(builder, loc);
    describeArguments(function, op, mapping);
    return function;
  }

  static void describeArguments(func::FuncOp function, Operation *op,
                                IRMapping &mapping) {
    Builder builder(op->getContext());
    std::optional<ArrayRef<int64_t>> alignments = knownAlignments(op);
    for (auto [index, operand] : llvm::enumerate(op->getOperands())) {
      auto argument = cast<BlockArgument>(mapping.lookup(operand));
      unsigned number = argument.getArgNumber();
      function.setArgAttr(number, "llvm.noalias", builder.getUnitAttr());
      function.setArgAttr(number, "llvm.noundef", builder.getUnitAttr());
      if (operand != outputOf(op))
        function.setArgAttr(number, "llvm.readonly", builder.getUnitAttr());
      if (alignments)
        function.setArgAttr(number, "llvm.align",
                            builder.getI64IntegerAttr((*alignments)[index]));
    }
  }
};
} // namespace
