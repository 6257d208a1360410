// A score of an untrained network: how differently its relus see different
// inputs. Mellor et al. 2021, "Neural Architecture Search without Training".
#ifndef PENJING_SEARCH_NASWOTSCORE_H
#define PENJING_SEARCH_NASWOTSCORE_H

#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/ArrayRef.h"

#include <vector>

namespace penjing {

/// log |det K| of the batch: K[i][j] is the number of relus, units of all layers
/// together, that are both on or both off for samples i and j. Higher is better;
/// minus infinity where two samples switch all relus alike.
///
/// `network` is a resolved module of form float; parameters with an initializer
/// are drawn from `seed`, batch normalizations use the batch's own statistics,
/// and a clip from 0 counts as a relu. `inputs` holds a pointer per input of the
/// entry function, each to `batch` samples. The module is not changed. Fails with
/// a diagnostic where it cannot be compiled or has no relu.
mlir::FailureOr<double> naswotScore(mlir::ModuleOp network, llvm::ArrayRef<const void *> inputs, int64_t batch,
                                    uint64_t seed = 0);

/// log |det| of a symmetric matrix of `size` rows, row by row; minus infinity
/// where it is singular.
double logDeterminant(std::vector<double> matrix, size_t size);

} // namespace penjing

#endif // PENJING_SEARCH_NASWOTSCORE_H
