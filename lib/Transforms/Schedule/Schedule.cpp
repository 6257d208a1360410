// The order of the scheduling passes.
#include "penjing/Transforms/Schedule/Passes.h"

#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;
using namespace penjing;

void penjing::buildSchedule(OpPassManager &passes, StringRef target, bool fuse,
                            const SchedulePreferences &preferences) {
  passes.addPass(createSplitSamples());
  // One kernel per op, for comparing op by op: results stay in the types they have.
  if (fuse) {
    passes.addPass(createCSEPass());
    passes.addPass(createShiftSigned(ShiftSignedOptions{target.str()}));
  }
  passes.addPass(createFuse(FuseOptions{!fuse}));
  passes.addPass(createChooseWeightForms(ChooseWeightFormsOptions{
      target.str(), preferences.preferSize ? "size" : "speed", preferences.requireSparse}));
  passes.addPass(createAssignLayouts(AssignLayoutsOptions{target.str()}));
  passes.addPass(createChooseKernels(ChooseKernelsOptions{target.str(), preferences.requireInt8}));
  passes.addPass(createPlanMemory());
}
