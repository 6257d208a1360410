// How often a model is right on labelled samples, in whatever form it is.
#ifndef PENJING_RECIPES_ACCURACY_H
#define PENJING_RECIPES_ACCURACY_H

#include "penjing/Train/Dataset.h"
#include "penjing/Train/Metrics.h"

#include "mlir/IR/BuiltinOps.h"

#include <vector>

namespace penjing {

class Session;

struct AccuracyOptions {
  /// Samples in one call, where the model does not fix it.
  unsigned batch = 250;
  /// Runs the reference interpreter in place of compiled code.
  bool interpret = false;
  /// Reports to the session's progress.
  bool progress = true;
};

/// Runs the model's entry function, which has one input (samples x the
/// sample's shape) and a first result of samples x classes, on `samples` of `data`
/// and counts. Cancellation of the session is an error. Other errors:
/// a model of another shape, data that does not fit it, a label that is no class.
llvm::Expected<Metrics> measureAccuracy(mlir::ModuleOp module, const Dataset &data,
                                        llvm::ArrayRef<uint32_t> samples, Session &session,
                                        const AccuracyOptions &options = {});

/// Every sample of `data`.
std::vector<uint32_t> allSamples(const Dataset &data);

} // namespace penjing

#endif // PENJING_RECIPES_ACCURACY_H
