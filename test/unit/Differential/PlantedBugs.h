// Bugs planted on purpose: each changes a module the way a wrong reader or pass
// would, and the comparison with the reference has to notice.
#ifndef PENJING_TEST_UNIT_DIFFERENTIAL_PLANTEDBUGS_H
#define PENJING_TEST_UNIT_DIFFERENTIAL_PLANTEDBUGS_H

#include "penjing/Dialect/Penjing/Penjing.h"

namespace penjing::test {

struct PlantedBug {
  const char *name;
  /// Plants the bug in the module; false where it has no place for it.
  bool (*plant)(mlir::ModuleOp);
};

llvm::ArrayRef<PlantedBug> plantedBugs();

} // namespace penjing::test

#endif // PENJING_TEST_UNIT_DIFFERENTIAL_PLANTEDBUGS_H
