// The C header beside an object: what an application includes.
#ifndef PENJING_EMIT_HEADER_H
#define PENJING_EMIT_HEADER_H

#include "penjing/Support/Array.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace penjing {

/// A tensor that the caller passes: dense, row-major.
struct HeaderTensor {
  std::string name; ///< as in the model; may be any text
  ElementKind element = ElementKind::F32;
  std::vector<int64_t> shape; ///< -1: the number of samples
};

/// What the header states.
struct HeaderFacts {
  std::string model;      ///< name of the function: a C identifier
  std::string target;     ///< name of the target description
  std::string recipeHash; ///< empty where no recipe made the model
  std::vector<HeaderTensor> inputs, outputs;
  bool hasSamples = false; ///< a named leading dimension is an argument
  uint64_t arenaBytes = 0;
  uint64_t codeBytes = 0;     ///< of the object's code sections
  uint64_t constantBytes = 0; ///< of its constant sections
  std::optional<uint64_t> stackBytes; ///< deepest stack of a call, where known
};

/// A C identifier made from any text; never a keyword of C or C++.
std::string cIdentifier(llvm::StringRef text);

/// The header's text: valid C99 and C++17. The function is
/// `int MODEL(inputs…, outputs…, [int64_t samples,] void *arena)`; it returns 0
/// or `MODEL_CPU_UNSUPPORTED`. Errors: a model name that is no identifier, an
/// element type that C has none for.
llvm::Expected<std::string> writeHeader(const HeaderFacts &facts);

} // namespace penjing

#endif // PENJING_EMIT_HEADER_H
