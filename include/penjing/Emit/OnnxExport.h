// Writing a model as an ONNX file that runtimes run with the same answers and
// that looks like the file it came from.
#ifndef PENJING_EMIT_ONNXEXPORT_H
#define PENJING_EMIT_ONNXEXPORT_H

#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/StringRef.h"

namespace penjing {

/// Writes the module's entry function to `path`, whole or not at all: operator
/// set 17, or 21 where 4- or 16-bit integers need it. Takes the forms
/// - float: as it is;
/// - decided: masks are folded into the weights; fake_quantize becomes
///   QuantizeLinear and DequantizeLinear, quantized weights are stored as
///   integers, the bias of a quantized product as 32-bit integers.
/// Nodes keep the names of the ONNX nodes in their locations. Every op that
/// has no ONNX counterpart is reported, then nothing is written.
mlir::LogicalResult exportOnnx(mlir::ModuleOp module, llvm::StringRef path);

} // namespace penjing

#endif // PENJING_EMIT_ONNXEXPORT_H
