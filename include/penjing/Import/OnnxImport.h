// Reading ONNX files: from an untrusted file to a module of form float or
// decided, literally, with the ONNX node in every location.
#ifndef PENJING_IMPORT_ONNXIMPORT_H
#define PENJING_IMPORT_ONNXIMPORT_H

#include "penjing/Support/Limits.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <string>
#include <vector>

namespace penjing {

/// Sizes for a named dimension (one number) or for an input (one number per
/// dimension; -1 leaves a dimension as the file has it).
struct ShapeBinding {
  std::string name;
  llvm::SmallVector<int64_t> sizes;
};

/// Reads `NAME=SIZE` or `INPUT=SIZExSIZEx…`; `?` leaves a dimension as it is.
llvm::Expected<ShapeBinding> parseShapeBinding(llvm::StringRef text);

struct ImportOptions {
  std::vector<ShapeBinding> shapes;
  Limits limits;
};

/// The name of the module attribute that lists the nodes which left no op
/// behind (Identity, Dropout, constants read as attributes): unique names.
inline constexpr llvm::StringLiteral kFoldedNodesAttr = "pj.folded_nodes";

/// The attribute of a `pj.param` with the initializer's name in the file, where
/// the symbol's name differs.
inline constexpr llvm::StringLiteral kOnnxNameAttr = "pj.onnx_name";

/// The model in the ONNX file at `path`, verified. Operator sets 7 to 22.
/// Quantize-dequantize pairs become `pj.fake_quantize`, and the form decided.
/// Emits one error per fault, all of them, and gives null if there is any.
/// External data is read only from the file's own folder.
mlir::OwningOpRef<mlir::ModuleOp> importOnnx(llvm::StringRef path, mlir::MLIRContext *context,
                                             const ImportOptions &options = {});

} // namespace penjing

#endif // PENJING_IMPORT_ONNXIMPORT_H
