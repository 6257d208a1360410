// Finds the function and the target that a pass of one target works on.
#include "penjing/Analysis/TargetedFunction.h"

#include "penjing/Dialect/Penjing/Forms.h"

using namespace mlir;
using namespace penjing;

FailureOr<TargetedFunction> penjing::getTargetedFunction(ModuleOp module, StringRef target) {
  auto function = getEntryFunction(module);
  if (failed(function))
    return failure();
  llvm::Expected<Target> description = findTarget(target);
  if (!description)
    return module.emitError(llvm::toString(description.takeError()));
  return TargetedFunction{*function, std::move(*description)};
}

FailureOr<TargetedFunction> penjing::getScheduledFunction(ModuleOp module, StringRef target) {
  if (failed(requireForm(module, {Form::Scheduled}, "run pj-fuse first")))
    return failure();
  return getTargetedFunction(module, target);
}
