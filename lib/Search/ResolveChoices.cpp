// Turns a search space into the network that the given decisions make of it.
#include "penjing/Search/Passes.h"

#include "Resolve.h"

#include "penjing/Dialect/Penjing/Forms.h"
#include "penjing/Search/Space.h"

#include "mlir/Pass/PassManager.h"

#define DEBUG_TYPE "pj-resolve-choices"

namespace penjing {
#define GEN_PASS_DEF_RESOLVECHOICES
#include "penjing/Search/Passes.h.inc"
} // namespace penjing

using namespace mlir;
using namespace penjing;

namespace {

struct ResolveChoices : public penjing::impl::ResolveChoicesBase<ResolveChoices> {
  using ResolveChoicesBase::ResolveChoicesBase;

  /// `{edge0=conv3x3 edge1=none}` is as good as `{decisions={edge0=… edge1=…}}`.
  LogicalResult initializeOptions(StringRef options, function_ref<LogicalResult(const Twine &)> errorHandler) override {
    if (options.trim().empty() || options.trim().starts_with("decisions="))
      return ResolveChoicesBase::initializeOptions(options, errorHandler);
    decisions = options.str();
    return success();
  }

  void runOnOperation() override {
    ModuleOp module = getOperation();
    auto form = getForm(module);
    if (!form || *form != Form::Float) {
      module.emitError() << "requires a search space, a module of form 'float', but got "
                         << (form ? stringifyForm(*form) : StringRef("none"));
      return signalPassFailure();
    }
    auto space = SearchSpace::of(module);
    if (failed(space))
      return signalPassFailure();
    auto vector = space->parse(decisions);
    if (!vector) {
      module.emitError() << llvm::toString(vector.takeError());
      return signalPassFailure();
    }
    if (failed(resolveChoices(module, *space, *vector)))
      return signalPassFailure();
    OpPassManager passes(ModuleOp::getOperationName());
    takeDecisions(module, *space, *vector, passes);
    if (failed(runPipeline(passes, module)))
      signalPassFailure();
  }
};

} // namespace
