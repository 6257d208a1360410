// Import rules of elementwise ops: arithmetic with broadcasting, activations.
#include "GraphImport.h"

using namespace mlir;
using namespace penjing;
using namespace penjing::onnx_ir;

/// Whether a constant added to `other` is the bias of a convolution or matrix
/// product: one number per channel.
static bool isBias(Value other, const ImportedValue *addend) {
  if (!addend || !addend->constant || !other)
    return false;
  Operation *producer = other.getDefiningOp();
  unsigned long_ = llvm::count_if(addend->constant->dims, [](int64_t d) { return d != 1; });
  return isa_and_nonnull<ConvOp, MatmulOp>(producer) && producer->getNumOperands() == 2 && long_ <= 1;
}

template <typename OpTy> static void importBinary(NodeImport &node) {
  if (!node.operands(2, 2))
    return;
  node.ignore("consumed_inputs");
  ImportedValue *lhs = node.state(0), *rhs = node.state(1);
  if (!lhs || !rhs)
    return;
  bool sum = std::is_same_v<OpTy, AddOp>;
  bool biasLeft = sum && isBias(rhs->value, lhs), biasRight = sum && isBias(lhs->value, rhs);
  Value a = node.value(0, biasLeft ? Role::Bias : Role::Constant, biasLeft);
  Value b = node.value(1, biasRight ? Role::Bias : Role::Constant, biasRight);
  node.finish(node.create<OpTy>({a, b}));
}

void onnx_ir::importAdd(NodeImport &node) { importBinary<AddOp>(node); }
void onnx_ir::importSub(NodeImport &node) { importBinary<SubOp>(node); }
void onnx_ir::importMul(NodeImport &node) { importBinary<MulOp>(node); }
void onnx_ir::importDiv(NodeImport &node) { importBinary<DivOp>(node); }

void onnx_ir::importSum(NodeImport &node) {
  if (!node.operands(1, ~0u))
    return;
  if (node.node.inputs.size() == 1)
    return node.forward(0);
  Value sum = node.value(0);
  for (unsigned i = 1; i < node.node.inputs.size(); ++i) {
    if (!node.has(i)) {
      node.emitError() << "requires operand " << i << ", but got an empty name";
      return;
    }
    sum = node.create<AddOp>({sum, node.value(i)});
  }
  node.finish(sum);
}

template <typename OpTy> static void importUnary(NodeImport &node) {
  if (node.operands(1, 1))
    node.finish(node.create<OpTy>(node.value(0)));
}

void onnx_ir::importRelu(NodeImport &node) { importUnary<ReluOp>(node); }
void onnx_ir::importNeg(NodeImport &node) { importUnary<NegOp>(node); }
void onnx_ir::importExp(NodeImport &node) { importUnary<ExpOp>(node); }
void onnx_ir::importLog(NodeImport &node) { importUnary<LogOp>(node); }
void onnx_ir::importSqrt(NodeImport &node) { importUnary<SqrtOp>(node); }
void onnx_ir::importSigmoid(NodeImport &node) { importUnary<SigmoidOp>(node); }
void onnx_ir::importTanh(NodeImport &node) { importUnary<TanhOp>(node); }

void onnx_ir::importClip(NodeImport &node) {
  std::optional<double> low, high;
  if (node.opset() < 11) { // bounds are attributes
    if (!node.operands(1, 1))
      return;
    if (auto *min = node.attribute("min", NodeAttribute::Float, "a float"))
      low = min->f;
    if (auto *max = node.attribute("max", NodeAttribute::Float, "a float"))
      high = max->f;
  } else {
    if (!node.operands(1, 3))
      return;
    if (node.has(1))
      low = node.number(1, "a lower bound");
    if (node.has(2))
      high = node.number(2, "an upper bound");
  }
  Builder &b = node.graph.builder;
  node.finish(node.create<ClipOp>(node.value(0), [&](PropertiesOf<ClipOp> &p) {
    if (low)
      p.min = b.getF64FloatAttr(*low);
    if (high)
      p.max = b.getF64FloatAttr(*high);
  }));
}

void onnx_ir::importCast(NodeImport &node) {
  if (!node.operands(1, 1))
    return;
  node.ignore("saturate"); // of types that are refused
  int64_t to = node.integer("to", 0);
  Type type = to > 0 && to < 64 ? elementType(node.context(), to) : Type();
  if (!type && !node.hasErrors())
    node.emitError() << "requires a cast to a float, integer or boolean type, but got " << dataTypeName(to);
  node.finish(node.create<CastOp>(node.value(0), [&](PropertiesOf<CastOp> &p) { p.to = TypeAttr::get(type); }));
}
