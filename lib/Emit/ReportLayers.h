// The report's section of layers: what was removed, what it cost, which kernel.
#ifndef PENJING_LIB_EMIT_REPORTLAYERS_H
#define PENJING_LIB_EMIT_REPORTLAYERS_H

#include "llvm/Support/JSON.h"

#include <string>

namespace penjing {

/// A card per layer of the input; empty without layers.
std::string renderLayers(const llvm::json::Object &facts);

/// A list of remarks about `node` (about no node where empty), stage by stage.
std::string renderRemarks(const llvm::json::Object &facts, llvm::StringRef node);

} // namespace penjing

#endif // PENJING_LIB_EMIT_REPORTLAYERS_H
