// pjk-lower-kernels: replaces every kernel op by its loops, and reports
// leaves that the target lacks.
#include "KernelLowering.h"

#include "penjing/Codegen/Passes.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/ADT/TypeSwitch.h"

#define DEBUG_TYPE "pjk-lower-kernels"

namespace penjing {
#define GEN_PASS_DEF_LOWERKERNELS
#include "penjing/Codegen/Passes.h.inc"
} // namespace penjing

using namespace mlir;
using namespace penjing;

namespace {
struct LowerKernels : penjing::impl::LowerKernelsBase<LowerKernels> {
  using LowerKernelsBase::LowerKernelsBase;

  void runOnOperation() override {
    llvm::Expected<Target> found = findTarget(target);
    if (!found) {
      getOperation().emitError(llvm::toString(found.takeError()));
      return signalPassFailure();
    }
    SmallVector<Operation *> kernels;
    getOperation().walk([&](Operation *op) {
      if (isa<kernel::ContractOp, kernel::MapOp, kernel::ReduceOp>(op))
        kernels.push_back(op);
    });
    for (Operation *op : kernels) {
      if (failed(lower(op, *found)))
        return signalPassFailure();
      op->erase();
    }
  }

  static LogicalResult lower(Operation *op, const Target &target) {
    return llvm::TypeSwitch<Operation *, LogicalResult>(op)
        .Case([&](kernel::ContractOp contract) {
          return lowerContract(contract, target);
        })
        .Case([&](kernel::MapOp map) { return lowerMap(map, target); })
        .Case([&](kernel::ReduceOp reduce) {
          return lowerReduce(reduce, target);
        });
  }
};
} // namespace
