// The generators of ops on floats and booleans, a source file per family.
// Each family adds its own to the one table.
#ifndef PENJING_TEST_LIB_GENERATORS_FAMILIES_H
#define PENJING_TEST_LIB_GENERATORS_FAMILIES_H

#include "Graph.h"

namespace penjing::test {

using GeneratorTable = std::map<std::string, Generator>;

void addContractionGenerators(GeneratorTable &table);
void addElementwiseGenerators(GeneratorTable &table);
void addPoolingGenerators(GeneratorTable &table);
void addNormalizationGenerators(GeneratorTable &table);
void addShapeGenerators(GeneratorTable &table);

inline mlir::RankedTensorType typeOf(mlir::Value value) {
  return llvm::cast<mlir::RankedTensorType>(value.getType());
}

/// Adds the op's results; erases the op where its values grow too large to stay exact.
bool grow(Graph &g, mlir::Operation *op, double bound, bool exact);

} // namespace penjing::test

#endif // PENJING_TEST_LIB_GENERATORS_FAMILIES_H
