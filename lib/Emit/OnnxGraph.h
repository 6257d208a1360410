// The ONNX graph while it is written: plain structures, so that the heavy
// message classes stay in one source file.
#ifndef PENJING_LIB_EMIT_ONNXGRAPH_H
#define PENJING_LIB_EMIT_ONNXGRAPH_H

#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <string>
#include <variant>
#include <vector>

namespace penjing::onnx_out {

/// TensorProto.DataType, as far as it is written.
enum DataType : int32_t {
  Float = 1, UInt8 = 2, Int8 = 3, UInt16 = 4, Int16 = 5, Int32 = 6, Int64 = 7, Bool = 9,
  Float16 = 10, Double = 11, UInt32 = 12, UInt64 = 13, BFloat16 = 16, UInt4 = 21, Int4 = 22
};

/// The data type of an element type; 0 where ONNX has none.
int32_t dataType(mlir::Type elementType);

struct Tensor {
  std::string name;
  int32_t type = Float;
  llvm::SmallVector<int64_t> dims;
  std::string bytes; ///< raw data; 4-bit integers a byte each
};

struct Attribute {
  std::string name;
  std::variant<int64_t, float, std::string, llvm::SmallVector<int64_t>, Tensor> value;
};

struct Node {
  std::string name, op;
  std::vector<std::string> inputs, outputs;
  std::vector<Attribute> attributes;
};

struct ValueInfo {
  std::string name;
  int32_t type = Float;
  std::vector<std::variant<int64_t, std::string>> dims;
};

struct Graph {
  int64_t opset = 17;
  std::vector<ValueInfo> inputs, outputs;
  std::vector<Tensor> initializers;
  std::vector<Node> nodes;
};

/// The bytes of the ONNX file; an error beyond the format's 2 GiB.
llvm::Expected<std::string> serialize(const Graph &graph);

} // namespace penjing::onnx_out

#endif // PENJING_LIB_EMIT_ONNXGRAPH_H
