// Import rules of normalization, softmax and dropout.
#include "GraphImport.h"

using namespace mlir;
using namespace penjing;
using namespace penjing::onnx_ir;

void onnx_ir::importBatchNormalization(NodeImport &node) {
  if (!node.operands(5, 5))
    return;
  double epsilon = node.real("epsilon", 1e-5f), momentum = node.real("momentum", 0.9f);
  if (node.opset() < 9 && node.integer("spatial", 1) != 1)
    node.emitError() << "requires statistics per channel (spatial = 1), but got spatial = 0";
  if (node.opset() >= 14 && node.integer("training_mode", 0) != 0)
    node.emitError() << "requires inference (training_mode = 0), but got training_mode = 1";
  SmallVector<Value> operands{node.value(0), node.value(1, Role::NormScale, true),
                              node.value(2, Role::NormShift, true),
                              node.value(3, Role::RunningMean), node.value(4, Role::RunningVariance)};
  Builder &b = node.graph.builder;
  node.finish(node.create<BatchNormOp>(operands, [&](PropertiesOf<BatchNormOp> &p) {
    p.epsilon = b.getF64FloatAttr(epsilon);
    p.momentum = b.getF64FloatAttr(momentum);
  }));
}

static Value softmax(NodeImport &node, Value input, int64_t axis) {
  return node.create<SoftmaxOp>(input, [&](PropertiesOf<SoftmaxOp> &p) {
    p.axis = node.graph.builder.getI32IntegerAttr(axis);
  });
}

void onnx_ir::importSoftmax(NodeImport &node) {
  if (!node.operands(1, 1))
    return;
  Value input = node.value(0);
  int64_t axis = node.integer("axis", node.opset() < 13 ? 1 : -1);
  if (!input || node.hasErrors())
    return;
  auto type = cast<RankedTensorType>(input.getType());
  axis = node.axis(axis, type.getRank());
  if (node.opset() >= 13 || axis == type.getRank() - 1)
    return node.finish(softmax(node, input, axis));
  // Before operator set 13 all dimensions from the axis on are one.
  SmallVector<int64_t> flat(axis, 0), original(axis, 0);
  flat.push_back(-1);
  for (int64_t size : type.getShape().drop_front(axis)) {
    if (ShapedType::isDynamic(size)) {
      node.emitError() << "requires static dimensions from axis " << axis << " on before operator set 13, but got "
                       << type << "; bind them with --shape";
      return;
    }
    original.push_back(size);
  }
  Value flattened = node.reshape(input, flat);
  Value result = flattened ? softmax(node, flattened, axis) : Value();
  node.finish(result ? node.reshape(result, original) : Value());
}

void onnx_ir::importDropout(NodeImport &node) {
  bool operands = node.opset() >= 12;
  if (!node.operands(1, operands ? 3 : 1))
    return;
  if (operands) {
    node.ignore("seed");
    if (node.has(2))
      if (auto training = node.number(2, "a training mode"); training && *training != 0)
        node.emitError() << "requires inference (training_mode = false), but got true";
  } else {
    node.ignore("ratio");
  }
  node.forward(0);
}

void onnx_ir::importIdentity(NodeImport &node) {
  if (node.operands(1, 1))
    node.forward(0);
}
