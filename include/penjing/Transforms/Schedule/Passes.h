// Passes from a float, decided or packed module to the scheduled form.
#ifndef PENJING_TRANSFORMS_SCHEDULE_PASSES_H
#define PENJING_TRANSFORMS_SCHEDULE_PASSES_H

#include "penjing/Transforms/Schedule/Preferences.h"

#include "mlir/Pass/Pass.h"
#include "llvm/ADT/StringRef.h"

namespace penjing {

#define GEN_PASS_DECL
#include "penjing/Transforms/Schedule/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "penjing/Transforms/Schedule/Passes.h.inc"

/// Attributes that the passes leave on the entry function.
constexpr llvm::StringLiteral kSamplesAttr = "pj.samples";
constexpr llvm::StringLiteral kArenaAttr = "pj.arena";

/// The whole way to the scheduled form for the target of that name. `fuse`
/// false keeps each op a kernel of its own.
void buildSchedule(mlir::OpPassManager &passes, llvm::StringRef target, bool fuse = true,
                   const SchedulePreferences &preferences = {});

} // namespace penjing

#endif // PENJING_TRANSFORMS_SCHEDULE_PASSES_H
