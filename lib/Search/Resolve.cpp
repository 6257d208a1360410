// From a space and a vector of decisions to the network: the choices that stand
// in functions first, then what was decided about trained layers.
#include "Resolve.h"

#include "Instantiation.h"

#include "penjing/Dialect/Penjing/Forms.h"
#include "penjing/Dialect/Penjing/ParameterValues.h"
#include "penjing/Dialect/Penjing/Spaces.h"

#include "mlir/IR/Verifier.h"
#include "mlir/Pass/PassManager.h"

using namespace mlir;
using namespace penjing;

LogicalResult penjing::resolveChoices(ModuleOp module, const SearchSpace &space, ArrayRef<int> decisions) {
  if (decisions.size() != space.size())
    return module.emitError() << "requires an option for each of " << space.size() << " decisions, but got "
                              << decisions.size();
  llvm::StringMap<int> answers;
  for (auto [decision, option] : llvm::zip(space.decisions(), decisions)) {
    if (option < 0 || size_t(option) >= decision.options.size())
      return module.emitError() << "requires an option from 0 to " << decision.options.size() - 1 << " for decision '"
                                << decision.name << "', but got " << option;
    answers[decision.name] = option;
  }
  bool hasQuestions = llvm::any_of(module.getOps<func::FuncOp>(), [](func::FuncOp function) {
    return function.walk([](Operation *op) {
                     return op->hasTrait<penjing::OpTrait::OnlySpace>() ? WalkResult::interrupt() : WalkResult::advance();
                   })
        .wasInterrupted();
  });
  if (hasQuestions && failed(Instantiation(module, answers).run()))
    return failure();
  // A function that is called, not applied, cannot hold questions.
  return requireResolved(module);
}

OwningOpRef<ModuleOp> penjing::resolve(ModuleOp spaceModule, ArrayRef<int> decisions) {
  auto space = SearchSpace::of(spaceModule);
  if (failed(space))
    return nullptr;
  OwningOpRef<ModuleOp> network = spaceModule.clone();
  rekeyParameters(*network);
  PassManager passes(network->getContext());
  bool done = succeeded(resolveChoices(*network, *space, decisions));
  if (done) {
    takeDecisions(*network, *space, decisions, passes);
    done = succeeded(passes.run(*network)) && succeeded(verify(*network));
  }
  if (done)
    return network;
  releaseParameters(*network);
  return nullptr;
}
