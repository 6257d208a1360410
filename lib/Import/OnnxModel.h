// An ONNX file in plain structures: what the importer works on, so that the
// heavy message classes stay in one source file.
#ifndef PENJING_LIB_IMPORT_ONNXMODEL_H
#define PENJING_LIB_IMPORT_ONNXMODEL_H

#include "penjing/Import/OnnxImport.h"

#include "mlir/IR/Diagnostics.h"

#include <deque>
#include <optional>

namespace penjing::onnx_ir {

/// TensorProto.DataType; newer numbers than the installed schema's included.
enum DataType : int32_t {
  Undefined = 0, Float = 1, UInt8 = 2, Int8 = 3, UInt16 = 4, Int16 = 5, Int32 = 6, Int64 = 7,
  String = 8, Bool = 9, Float16 = 10, Double = 11, UInt32 = 12, UInt64 = 13, Complex64 = 14,
  Complex128 = 15, BFloat16 = 16, UInt4 = 21, Int4 = 22
};

/// The schema's name of a data type in lower case, or its number.
std::string dataTypeName(int32_t type);
/// The element type here, or null where there is none.
mlir::Type elementType(mlir::MLIRContext *context, int32_t type);
/// Bytes an element takes in `Tensor::bytes`; 0 where the type is not
/// supported. 4-bit integers are unpacked to a byte each.
unsigned elementBytes(int32_t type);

struct Tensor {
  std::string name;
  int32_t type = Undefined;
  llvm::SmallVector<int64_t> dims;
  uint64_t count = 0;
  std::string bytes;  ///< row-major, little-endian; one element where `splat`
  bool splat = false; ///< every element equals the one in `bytes`

  /// Element `index` as a number; integers of 64 bits by `integerAt`.
  double valueAt(uint64_t index) const;
  int64_t integerAt(uint64_t index) const;
  bool isInteger() const;
};

struct NodeAttribute {
  enum Kind { Float, Int, String, Tensor, Floats, Ints, Strings, Other } kind = Other;
  std::string name;
  double f = 0;
  int64_t i = 0;
  std::string s;
  std::vector<float> floats;
  std::vector<int64_t> ints;
  std::vector<std::string> strings;
  std::optional<onnx_ir::Tensor> tensor;
};

struct Node {
  std::string name; ///< unique after `nameNodes`
  std::string op, domain;
  std::vector<std::string> inputs, outputs;
  std::vector<NodeAttribute> attributes;
  unsigned ordinal = 0; ///< position in the file, from 0
};

/// A dimension: a size, a name, or neither.
struct Dimension {
  std::optional<int64_t> size;
  std::string name;
};

struct ValueInfo {
  std::string name;
  bool isTensor = false;
  int32_t type = Undefined;
  std::optional<std::vector<Dimension>> shape;
};

struct Model {
  int64_t opset = 0;
  std::vector<ValueInfo> inputs, outputs;
  std::deque<Tensor> initializers;
  std::vector<Node> nodes;
};

/// Emits errors at places of the file, counts them, and falls silent behind a
/// hundred.
class FileErrors {
public:
  FileErrors(mlir::MLIRContext *context, std::string file)
      : context(context), file(std::move(file)) {}

  /// The place of a node, initializer, input or output.
  mlir::Location locate(llvm::StringRef name, llvm::StringRef op, unsigned ordinal = 0) const;
  mlir::InFlightDiagnostic emitError(mlir::Location location);
  mlir::InFlightDiagnostic emitFileError();
  /// Whether the next error would still be printed; counts it as one.
  bool count() { return ++errors <= kLimit; }
  bool any() const { return errors > 0; }
  /// Says how many errors were not printed.
  void finish();

  llvm::StringRef fileName() const { return file; }

private:
  static constexpr unsigned kLimit = 100;
  mlir::MLIRContext *context;
  std::string file;
  unsigned errors = 0;
};

/// Refuses bytes whose message classes would take far more memory than the
/// file has, or are nested too deeply, before they are built.
llvm::Error checkWireFormat(llvm::StringRef bytes);

/// Reads the file. Nothing where it is no ONNX file at all; faults of single
/// tensors and attributes are emitted and counted in `errors`.
std::optional<Model> readModel(llvm::StringRef path, const Limits &limits, FileErrors &errors);

/// Gives every node a unique name: `Conv#3` where it has none, `same#2` where
/// it repeats.
void nameNodes(Model &model);

/// Sorts the nodes so that each comes behind those it reads. Emits an error for
/// values written twice, read but never written, and cycles.
void orderNodes(Model &model, FileErrors &errors);

} // namespace penjing::onnx_ir

#endif // PENJING_LIB_IMPORT_ONNXMODEL_H
