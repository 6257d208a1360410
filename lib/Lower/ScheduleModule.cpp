// The order of the passes from the user's module to the scheduled form.
#include "CompileSession.h"

#include "penjing/Dialect/Penjing/Forms.h"
#include "penjing/Transforms/Materialize/Passes.h"
#include "penjing/Transforms/Schedule/Passes.h"

using namespace mlir;
using namespace penjing;

LogicalResult penjing::scheduleModule(ModuleOp module, const Target &target, bool fuse,
                                      const SchedulePreferences &preferences) {
  auto form = getForm(module);
  if (form && *form == Form::Scheduled)
    return success();
  PassManager passes(module.getContext());
  if (fuse)
    passes.addPass(createFoldConstantWeights());
  buildSchedule(passes, target.name, fuse, preferences);
  return passes.run(module);
}
