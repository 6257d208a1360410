// Contractions to test: dimensions, strides and buffers of convolutions, matrix
// products, gradients and random nests.
#ifndef PENJING_TEST_UNIT_CODEGEN_CONTRACTCASES_H
#define PENJING_TEST_UNIT_CODEGEN_CONTRACTCASES_H

#include "penjing/Dialect/Kernel/Kernel.h"

#include <array>
#include <string>
#include <vector>

namespace penjing::test {

using kernel::DimKind;
using kernel::Sparsity;
using kernel::Storage;

/// A dimension before it becomes an attribute; strides of A, B, C.
struct Dim {
  const char *name;
  DimKind kind;
  int64_t size;
  std::array<int64_t, 3> strides;
  int64_t tile = 1;
};

/// A contraction to test, and sizes of its buffers in elements.
struct Case {
  std::string name;
  std::vector<Dim> dims;
  int64_t sizeA, sizeB, sizeC;
  Storage storage = Storage::Packed;
  Sparsity sparsity = Sparsity::Dense;
  bool exactTail = false;
  /// Share of blocks or elements set to zero.
  double zeros = 0;
  /// Vector tile of a block, in units of 16 outputs.
  int64_t blockOutputs = 0;
  /// The epilogue is the accumulator itself: no bias, residual or activation.
  bool plain = false;
  /// Whether the tiles are the dimensions' own, not the chosen ones.
  bool ownTiles = false;
};

/// The least multiple of the unit that is not below the value.
int64_t roundUp(int64_t value, int64_t unit);

/// One case of every kind that the lowering knows, dense and sparse, even and odd.
std::vector<Case> allCases();

/// The weight gradient of a batch too large for the caches: its images are
/// reduced outside the tiles, with the sums in C.
Case batchGradient(const std::string &name, int64_t n, int64_t h, int64_t w, int64_t c, int64_t o, bool exact);

/// Any sizes, any tiles, any dependence of A and B on the dimensions, in any
/// order of the nest.
Case randomCase(unsigned seed);

/// Whether the case has no groups for a leaf that multiplies four at once.
bool lacksGroups(const Case &test);

/// Visits every point of the dimensions of the wanted roles with its offsets in A, B and
/// C, and its index along the vector dimension.
void visit(llvm::ArrayRef<Dim> dims, bool reductions, std::array<int64_t, 3> at,
           llvm::function_ref<void(std::array<int64_t, 3>, int64_t)> body, int64_t channel = 0);

} // namespace penjing::test

#endif // PENJING_TEST_UNIT_CODEGEN_CONTRACTCASES_H
