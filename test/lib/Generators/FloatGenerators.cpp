// The table of all generators of ops on floats and booleans, and of decisions
// simulated in float.
#include "Families.h"

using namespace mlir;
using namespace penjing;
using namespace penjing::test;

static constexpr double kExactBound = 1 << 23;

bool penjing::test::grow(Graph &g, Operation *op, double bound, bool exact) {
  if (bound > kExactBound && exact) {
    op->erase();
    return false;
  }
  for (Value result : op->getResults())
    g.add({result, bound, exact});
  return true;
}

const std::map<std::string, Generator> &penjing::test::floatGenerators() {
  static const GeneratorTable table = [] {
    GeneratorTable all;
    addContractionGenerators(all);
    addElementwiseGenerators(all);
    addPoolingGenerators(all);
    addNormalizationGenerators(all);
    addShapeGenerators(all);
    return all;
  }();
  return table;
}
