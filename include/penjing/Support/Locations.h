// The ONNX node behind an operation, carried by MLIR locations. One node is
// loc("conv1"("Conv"("model.onnx":7:0))): name, op, file and its ordinal, so
// that MLIR's own diagnostics already name all of them.
#ifndef PENJING_SUPPORT_LOCATIONS_H
#define PENJING_SUPPORT_LOCATIONS_H

#include "mlir/IR/Location.h"
#include "llvm/ADT/SmallVector.h"

#include <string>

namespace penjing {

struct NodeOrigin {
  std::string name, op, file; ///< op and file are empty if only a name is known
  unsigned ordinal = 0;       ///< position in the file's graph

  bool operator==(const NodeOrigin &o) const {
    return name == o.name && op == o.op && file == o.file &&
           ordinal == o.ordinal;
  }
};

/// The location of one node.
mlir::Location nodeLocation(mlir::MLIRContext *context, const NodeOrigin &node);

/// All nodes in `loc`, in order, each once; call sites and fused locations are
/// looked through, and a plain name counts as a node.
llvm::SmallVector<NodeOrigin> nodeOrigins(mlir::Location loc);

/// The first node's name, or empty.
std::string nodeName(mlir::Location loc);

/// `"conv1" (Conv, model.onnx)`, joined by `, `; `unnamed` if there is none.
std::string describeNodes(mlir::Location loc);

/// The location of an op that replaces the ops at `locs`: every node once.
mlir::Location fuseLocations(llvm::ArrayRef<mlir::Location> locs);

} // namespace penjing

#endif // PENJING_SUPPORT_LOCATIONS_H
