// The state of one import, and one node's view of it: what the import rules of
// the op families are written against.
#ifndef PENJING_LIB_IMPORT_GRAPHIMPORT_H
#define PENJING_LIB_IMPORT_GRAPHIMPORT_H

#include "OnnxModel.h"

#include "penjing/Dialect/Penjing/Penjing.h"

#include "mlir/IR/Builders.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"

namespace penjing::onnx_ir {

/// Tensors beyond this many elements are refused, far below overflow.
inline constexpr double kMaxElements = double(int64_t(1) << 40);

/// What integers mean: (q - zero) · scale.
struct Grid {
  const Tensor *scale = nullptr;
  const Tensor *zero = nullptr; ///< null: all zero
  int32_t type = UInt8;         ///< of the integers
  std::optional<int64_t> axis;  ///< where there is a scale per channel

  int64_t zeroAt(uint64_t index) const { return zero ? zero->integerAt(index) : 0; }
  bool operator==(const Grid &other) const;
};

/// A value of the file while it is imported: an SSA value, a constant that
/// becomes a parameter once an op reads it, or the integers of a quantizer.
struct ImportedValue {
  mlir::Value value;
  const Tensor *constant = nullptr;
  std::optional<mlir::Location> origin; ///< the Constant node behind `constant`
  mlir::Value quantized;                ///< the float operand of a QuantizeLinear
  mlir::Value dequantized;              ///< its fake_quantize, once there is one
  Grid grid;                            ///< of `quantized`
  const Node *quantizer = nullptr;
  bool broken = false; ///< its node was refused: readers stay silent
};

template <typename OpTy> using PropertiesOf = typename mlir::PropertiesSelector<OpTy>::type;

/// A reader of a value.
struct Reader {
  const Node *node;
  unsigned operand;
};

class NodeImport;
using ImportRule = void (*)(NodeImport &);

class GraphImport {
public:
  GraphImport(Model &model, FileErrors &errors, mlir::ModuleOp module);

  /// Creates the function with its arguments, all ops, and the results.
  mlir::LogicalResult run(const ImportOptions &options);

  /// Who reads a value; graph outputs are not among them.
  llvm::ArrayRef<Reader> readers(llvm::StringRef value) const;
  bool isOutput(llvm::StringRef value) const { return outputNames.contains(value); }

  /// A constant with the life of the import.
  Tensor *own(Tensor tensor) { return &owned.emplace_back(std::move(tensor)); }

  /// Reads a parameter with the constant's value. The parameter is made at its
  /// first reading; later readings may raise role and trainable. `name` is
  /// only the wish.
  mlir::Value readParameter(const Tensor *constant, mlir::Location parameterLocation,
                            mlir::Location location, Role role, bool trainable);

  void fold(const Node &node) { folded.push_back(node.name); }

  Model &model;
  FileErrors &errors;
  mlir::ModuleOp module;
  mlir::OpBuilder builder;
  llvm::StringMap<ImportedValue> values;
  /// Zero points as i32 by the tensor they come from (and whether per axis), and
  /// scales of one element as scalars.
  llvm::DenseMap<std::pair<const Tensor *, unsigned>, const Tensor *> zeroParameters;
  llvm::DenseMap<const Tensor *, const Tensor *> scalarScales;

private:
  mlir::LogicalResult importInputs(const ImportOptions &options);
  mlir::LogicalResult importOutputs();
  void importNode(const Node &node);
  /// The node's rule, or null after an error.
  ImportRule checkSupported(const Node &node);
  std::string uniqueSymbol(llvm::StringRef wish);

  llvm::StringMap<llvm::SmallVector<Reader, 2>> readersOf;
  llvm::StringSet<> outputNames, symbols;
  std::deque<Tensor> owned;
  llvm::DenseMap<const Tensor *, ParamOp> parameters;
  llvm::SmallVector<std::string> folded;
  mlir::func::FuncOp function;
};

/// One node as an import rule sees it. Getters emit an error and remember it
/// where the node is not as asked; `create` and `finish` then do nothing.
class NodeImport {
public:
  NodeImport(GraphImport &graph, const Node &node);

  mlir::InFlightDiagnostic emitError();
  bool hasErrors() const { return failed; }
  int64_t opset() const { return graph.model.opset; }
  mlir::MLIRContext *context() const { return graph.module.getContext(); }

  /// Checks the number of operands; all from `minimum` on may be absent.
  bool operands(unsigned minimum, unsigned maximum);
  bool has(unsigned i) const { return i < node.inputs.size() && !node.inputs[i].empty(); }
  /// Operand `i` as an SSA value; a constant is read as a parameter.
  mlir::Value value(unsigned i, Role role = Role::Constant, bool trainable = false);
  /// Operand `i`, which must be known at import; `what` names it in the error.
  const Tensor *constant(unsigned i, llvm::StringRef what);
  /// Operand `i` as integers known at import.
  std::optional<llvm::SmallVector<int64_t>> integers(unsigned i, llvm::StringRef what);
  /// Operand `i`, a number known at import.
  std::optional<double> number(unsigned i, llvm::StringRef what);
  ImportedValue *state(unsigned i);

  // Attributes. Each read marks its attribute as known; the others are refused.
  const NodeAttribute *attribute(llvm::StringRef name, NodeAttribute::Kind kind, llvm::StringRef kindName);
  int64_t integer(llvm::StringRef name, int64_t otherwise);
  double real(llvm::StringRef name, double otherwise);
  std::string text(llvm::StringRef name, llvm::StringRef otherwise);
  std::optional<llvm::SmallVector<int64_t>> integerList(llvm::StringRef name);
  void ignore(llvm::StringRef name) { known.insert(name); }
  /// An axis made positive by `rank`; an error outside.
  int64_t axis(int64_t axis, int64_t rank);

  /// Creates an op with its inferred types; null after an error.
  template <typename OpTy>
  mlir::Value create(mlir::ValueRange operands,
                     llvm::function_ref<void(PropertiesOf<OpTy> &)> fill = nullptr);
  /// Refuses results of absurd size.
  bool checkSize(mlir::Type type);
  mlir::Value reshape(mlir::Value input, llvm::ArrayRef<int64_t> shape);
  /// A splat constant of rank 0 with the value's element type.
  mlir::Value scalar(double number, mlir::Type elementType);

  /// The node's only result.
  void finish(mlir::Value result);
  void finish(const ImportedValue &result);
  /// The node's result is its operand `i`, and the node leaves no op.
  void forward(unsigned i);
  void finishConstant(Tensor tensor);
  bool isFinished() const { return finished; }

  GraphImport &graph;
  const Node &node;
  mlir::Location location;

private:
  friend class GraphImport;
  ImportedValue &result() { return graph.values[node.outputs.front()]; }

  llvm::StringSet<> known;
  bool failed = false, finished = false;
};

template <typename OpTy>
mlir::Value NodeImport::create(mlir::ValueRange operands,
                               llvm::function_ref<void(PropertiesOf<OpTy> &)> fill) {
  if (failed || llvm::any_of(operands, [](mlir::Value v) { return !v; })) {
    failed = true;
    return {};
  }
  mlir::OperationState state(location, OpTy::getOperationName());
  state.addOperands(operands);
  mlir::OpaqueProperties properties(nullptr);
  if constexpr (!std::is_same_v<PropertiesOf<OpTy>, mlir::EmptyProperties>) {
    auto &own = state.getOrAddProperties<PropertiesOf<OpTy>>();
    if (fill)
      fill(own);
    OpTy::populateDefaultProperties(state.name, own);
    properties = &own;
  }
  llvm::SmallVector<mlir::Type> types;
  // Inference checks the op's constraints and names the node in its errors.
  if (mlir::failed(OpTy::inferReturnTypes(context(), location, operands, {}, properties, {}, types))) {
    graph.errors.count();
    failed = true;
    return {};
  }
  if (!checkSize(types.front()))
    return {};
  state.addTypes(types);
  return graph.builder.create(state)->getResult(0);
}

/// The rule for an op type, or null.
ImportRule findRule(llvm::StringRef op);
/// The supported op types in one sentence.
std::string supportedOps();

// The rules, a source file per family.
void importConv(NodeImport &node);
void importMatMul(NodeImport &node);
void importGemm(NodeImport &node);
void importAdd(NodeImport &node);
void importSub(NodeImport &node);
void importMul(NodeImport &node);
void importDiv(NodeImport &node);
void importSum(NodeImport &node);
void importRelu(NodeImport &node);
void importNeg(NodeImport &node);
void importExp(NodeImport &node);
void importLog(NodeImport &node);
void importSqrt(NodeImport &node);
void importSigmoid(NodeImport &node);
void importTanh(NodeImport &node);
void importClip(NodeImport &node);
void importCast(NodeImport &node);
void importMaxPool(NodeImport &node);
void importAveragePool(NodeImport &node);
void importGlobalAveragePool(NodeImport &node);
void importBatchNormalization(NodeImport &node);
void importSoftmax(NodeImport &node);
void importReshape(NodeImport &node);
void importFlatten(NodeImport &node);
void importTranspose(NodeImport &node);
void importPad(NodeImport &node);
void importConcat(NodeImport &node);
void importIdentity(NodeImport &node);
void importDropout(NodeImport &node);
void importConstant(NodeImport &node);
void importConstantOfShape(NodeImport &node);
void importQuantizeLinear(NodeImport &node);
void importDequantizeLinear(NodeImport &node);

} // namespace penjing::onnx_ir

#endif // PENJING_LIB_IMPORT_GRAPHIMPORT_H
