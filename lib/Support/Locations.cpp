// Reading and writing the ONNX node in MLIR locations; fusing without losing
// a node.
#include "penjing/Support/Locations.h"

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/MLIRContext.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace penjing;
using namespace mlir;

Location penjing::nodeLocation(MLIRContext *context, const NodeOrigin &node) {
  Location place = FileLineColLoc::get(context, node.file, node.ordinal, 0);
  Location kind = NameLoc::get(StringAttr::get(context, node.op), place);
  return NameLoc::get(StringAttr::get(context, node.name), kind);
}

/// The node at `loc` if `loc` is a name.
static NodeOrigin nodeOf(NameLoc loc) {
  NodeOrigin node;
  node.name = loc.getName().str();
  Location child = loc.getChildLoc();
  if (auto kind = dyn_cast<NameLoc>(child)) {
    node.op = kind.getName().str();
    child = kind.getChildLoc();
  }
  if (auto place = dyn_cast<FileLineColLoc>(child)) {
    node.file = place.getFilename().str();
    node.ordinal = place.getLine();
  }
  return node;
}

static void collect(Location loc, llvm::SmallVectorImpl<NodeOrigin> &nodes) {
  llvm::TypeSwitch<LocationAttr>(loc)
      .Case([&](NameLoc name) {
        NodeOrigin node = nodeOf(name);
        if (!llvm::is_contained(nodes, node))
          nodes.push_back(node);
      })
      .Case([&](FusedLoc fused) {
        for (Location part : fused.getLocations())
          collect(part, nodes);
      })
      .Case([&](CallSiteLoc call) {
        collect(call.getCallee(), nodes);
        collect(call.getCaller(), nodes);
      });
}

llvm::SmallVector<NodeOrigin> penjing::nodeOrigins(Location loc) {
  llvm::SmallVector<NodeOrigin> nodes;
  collect(loc, nodes);
  return nodes;
}

std::string penjing::nodeName(Location loc) {
  llvm::SmallVector<NodeOrigin> nodes = nodeOrigins(loc);
  return nodes.empty() ? std::string() : nodes.front().name;
}

std::string penjing::describeNodes(Location loc) {
  std::string text;
  for (const NodeOrigin &node : nodeOrigins(loc)) {
    text += text.empty() ? "\"" : ", \"";
    text += node.name + "\"";
    if (!node.op.empty())
      text +=
          " (" + node.op + (node.file.empty() ? "" : ", " + node.file) + ")";
  }
  return text.empty() ? "unnamed" : text;
}

/// Every location that stands for a node, else the location itself.
static void flatten(Location loc, llvm::SmallVectorImpl<Location> &parts) {
  if (auto fused = dyn_cast<FusedLoc>(loc)) {
    for (Location part : fused.getLocations())
      flatten(part, parts);
    return;
  }
  if (!isa<UnknownLoc>(loc) && !llvm::is_contained(parts, loc))
    parts.push_back(loc);
}

Location penjing::fuseLocations(llvm::ArrayRef<Location> locs) {
  assert(!locs.empty() && "an op replaces at least one op");
  llvm::SmallVector<Location> parts;
  for (Location loc : locs)
    flatten(loc, parts);
  // FusedLoc::get gives the part itself if there is one, unknown if there is
  // none.
  return FusedLoc::get(locs.front().getContext(), parts);
}
