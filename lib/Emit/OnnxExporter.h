// The state of one export, and what the rules of the op families are written
// against.
#ifndef PENJING_LIB_EMIT_ONNXEXPORTER_H
#define PENJING_LIB_EMIT_ONNXEXPORTER_H

#include "OnnxGraph.h"

#include "penjing/Dialect/Penjing/NamedDimensions.h"
#include "penjing/Dialect/Penjing/Penjing.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/StringSet.h"

#include <map>
#include <optional>

namespace penjing::onnx_out {

/// A value known while exporting: a parameter or what follows from parameters.
struct Constant {
  std::string name;        ///< the initializer's, as far as it is free
  mlir::RankedTensorType type;
  std::string bytes;       ///< row-major; one element where `splat`
  bool splat = false;
  mlir::Location location; ///< of the parameter

  double valueAt(uint64_t index) const;
};

class Exporter {
public:
  Exporter(mlir::ModuleOp module, mlir::func::FuncOp function);

  /// The graph; nothing after errors.
  std::optional<Graph> run();

  // What the rules use.
  /// The ONNX name of a value; constants become initializers.
  std::string name(mlir::Value value);
  /// The value as a constant, if it is one.
  const Constant *constant(mlir::Value value);
  void setConstant(mlir::Value value, Constant constant);
  /// Adds an initializer and gives its name, `wish` if that is free.
  std::string initializer(llvm::StringRef wish, int32_t type, llvm::ArrayRef<int64_t> dims, std::string bytes);
  std::string integers(llvm::StringRef wish, llvm::ArrayRef<int64_t> values);
  /// A scalar of an element type.
  std::string scalar(llvm::StringRef wish, mlir::Type elementType, double value);
  /// Adds the node that computes `op`'s result.
  void emit(mlir::Operation *op, llvm::StringRef onnxOp, std::vector<std::string> inputs,
            std::vector<Attribute> attributes = {});
  /// Adds a node for a value that is not an op's; gives the value's name.
  std::string emitStep(mlir::Operation *op, llvm::StringRef suffix, llvm::StringRef onnxOp,
                       std::vector<std::string> inputs, std::vector<Attribute> attributes = {});
  /// Adds a node with names as wished.
  std::string emitNamed(llvm::StringRef nodeName, std::string valueName, llvm::StringRef onnxOp,
                        std::vector<std::string> inputs, std::vector<Attribute> attributes = {});
  /// The name of the ONNX node behind the op, or one made from the op.
  std::string nodeWish(mlir::Operation *op);
  /// Reserves and gives the name that the op's result takes.
  std::string resultName(mlir::Operation *op, llvm::StringRef wish);
  void bind(mlir::Value value, std::string name) { names[value] = std::move(name); }
  std::string uniqueValue(llvm::StringRef wish);
  mlir::InFlightDiagnostic emitError(mlir::Operation *op);
  void requireOpset(int64_t opset) { graph.opset = std::max(graph.opset, opset); }

  // Rules that span a file of their own.
  void exportFakeQuantize(FakeQuantizeOp op);
  /// The bias of a product of quantized operands as integers; its name.
  std::string exportBias(mlir::Operation *product, mlir::Value input, mlir::Value weight, mlir::Value bias);
  void exportMatmul(MatmulOp op);
  void exportReshape(ReshapeOp op);

  Graph graph;

private:
  void exportOp(mlir::Operation *op);
  bool exportElementwise(mlir::Operation *op);
  bool exportWindowed(mlir::Operation *op);
  bool exportShape(mlir::Operation *op);
  void exportUse(UseOp op);
  void exportMasked(MaskedOp op);
  void exportReturn(mlir::func::ReturnOp op);
  ValueInfo valueInfo(std::string name, mlir::RankedTensorType type);

  mlir::ModuleOp module;
  mlir::func::FuncOp function;
  llvm::DenseMap<mlir::Value, std::string> names, outputNames;
  std::map<mlir::Operation *, Constant> parameters;
  llvm::DenseMap<mlir::Value, Constant> constants;
  /// Initializers by name and what they hold, so that readers share them.
  llvm::StringMap<std::pair<int32_t, std::string>> written;
  llvm::StringSet<> takenValues, takenNodes;
  uint64_t initializerBytes = 0;
  bool failed = false, tooLarge = false;
};

} // namespace penjing::onnx_out

#endif // PENJING_LIB_EMIT_ONNXEXPORTER_H
