// Refuses tensors, constants and arenas whose offsets have more than 32 bits, and
// tensors without elements.
#include "penjing/Analysis/OffsetLimits.h"

#include "penjing/Analysis/Layers.h"
#include "penjing/Dialect/Penjing/ParameterValues.h"

using namespace mlir;
using namespace penjing;

LogicalResult penjing::requireOffsets(Operation *where, const Twine &what, std::optional<uint64_t> bytes) {
  if (bytes && *bytes <= kMostBytes)
    return success();
  InFlightDiagnostic message = where->emitError() << "requires " << what << " of at most " << kMostBytes
                                                  << " bytes, for offsets have 32 bits, but got ";
  if (bytes)
    message << *bytes;
  else
    message << "more than 64 bits count";
  return message;
}

static LogicalResult requireTensor(Operation *where, Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  // Loops of kernels count down from at least one turn.
  if (tensor && llvm::is_contained(tensor.getShape(), 0))
    return where->emitError() << "requires dimensions of at least 1 to be compiled, but got " << tensor
                              << "; an empty tensor has nothing to compute, so bind or remove it";
  return tensor ? requireOffsets(where, "tensors", getStorageBytes(tensor)) : success();
}

LogicalResult penjing::requireOffsets(func::FuncOp function) {
  for (Type type : function.getArgumentTypes())
    if (failed(requireTensor(function, type)))
      return failure();
  uint64_t constants = 0;
  llvm::SmallDenseSet<Attribute> counted;
  auto result = function.walk([&](Operation *op) -> WalkResult {
    if (op == function)
      return WalkResult::advance();
    for (Type type : op->getResultTypes())
      if (failed(requireTensor(op, type)))
        return WalkResult::interrupt();
    auto use = dyn_cast<UseOp>(op);
    ParamOp param = use ? getParam(use) : ParamOp();
    ElementsAttr value = param ? param.getValueAttr() : ElementsAttr();
    if (value && counted.insert(use.getParamAttr()).second)
      constants += *getStorageBytes(param.getTensorType());
    return WalkResult::advance();
  });
  return failure(result.wasInterrupted() || failed(requireOffsets(function, "constants", constants)));
}
