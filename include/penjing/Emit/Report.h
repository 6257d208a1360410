// The report of a compression: one HTML page that opens offline, with its charts
// as inline SVG, light or dark as the reader's device, readable on a phone.
//
// It is made of facts alone, a JSON object whose parts may all be missing:
//   title, subtitle       text
//   machine               {cpu, target, …}: shown as they are
//   variants              [{name, accuracy, parameters, zeros, weights, macs, weight_bytes,
//                           object_bytes, microseconds, onnxruntime_microseconds, files: [name],
//                           kernels: [{layer, op, leaf, shape, reason}]}], the first the original
//   input, stages, remarks   as `compressModel` reports them
#ifndef PENJING_EMIT_REPORT_H
#define PENJING_EMIT_REPORT_H

#include "llvm/Support/JSON.h"

#include <string>

namespace penjing {

/// The page. Text from the facts is escaped; what is missing is left out.
std::string renderReport(const llvm::json::Object &facts);

/// Adds the members of `more` to `facts`: arrays are appended, except that a
/// variant extends an earlier one of its name; other members are replaced.
void mergeFacts(llvm::json::Object &facts, const llvm::json::Object &more);

} // namespace penjing

#endif // PENJING_EMIT_REPORT_H
