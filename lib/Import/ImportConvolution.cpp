// Import rules of convolutions and matrix products.
#include "ImportWindow.h"

using namespace mlir;
using namespace penjing;
using namespace penjing::onnx_ir;

void onnx_ir::importConv(NodeImport &node) {
  if (!node.operands(2, 3))
    return;
  Value image = node.value(0), weight = node.value(1, Role::Weight, /*trainable=*/true);
  if (!image || !weight)
    return;
  auto type = cast<RankedTensorType>(weight.getType());
  if (type.getRank() != 4) {
    node.emitError() << "requires a convolution over two dimensions, but got a weight of rank " << type.getRank();
    return;
  }
  auto window = readWindow(node, image, type.getShape().take_back(2), /*dilated=*/true);
  int64_t groups = node.integer("group", 1);
  SmallVector<Value> operands{image, weight};
  if (node.has(2))
    operands.push_back(node.value(2, Role::Bias, /*trainable=*/true));
  if (!window)
    return;
  Builder &b = node.graph.builder;
  node.finish(node.create<ConvOp>(operands, [&](PropertiesOf<ConvOp> &p) {
    p.strides = b.getDenseI64ArrayAttr(window->strides);
    p.dilations = b.getDenseI64ArrayAttr(window->dilations);
    p.pads = b.getDenseI64ArrayAttr(window->pads);
    p.groups = b.getI64IntegerAttr(groups);
  }));
}

void onnx_ir::importMatMul(NodeImport &node) {
  if (!node.operands(2, 2))
    return;
  Value a = node.value(0, Role::Weight, true), b = node.value(1, Role::Weight, true);
  if (!a || !b)
    return;
  auto aType = cast<RankedTensorType>(a.getType()), bType = cast<RankedTensorType>(b.getType());
  if (aType.getRank() == 0 || bType.getRank() == 0) {
    node.emitError() << "requires operands of rank 1 or more, but got " << aType << " and " << bType;
    return;
  }
  // A vector is a matrix of one row or one column, which the result then drops.
  bool row = aType.getRank() == 1, column = bType.getRank() == 1;
  if (row)
    a = node.reshape(a, {1, -1});
  if (column)
    b = node.reshape(b, {-1, 1});
  Value product = node.create<MatmulOp>({a, b});
  if (!product || (!row && !column))
    return node.finish(product);
  auto type = cast<RankedTensorType>(product.getType());
  SmallVector<int64_t> shape(type.getRank(), 0);
  if (column)
    shape.pop_back();
  else
    shape.back() = ShapedType::isDynamic(type.getShape().back()) ? -1 : type.getShape().back();
  if (row)
    shape.erase(shape.begin() + type.getRank() - 2);
  node.finish(node.reshape(product, shape));
}

/// scale · value, or the value itself.
static Value scaled(NodeImport &node, Value value, double scale) {
  if (scale == 1 || !value)
    return value;
  return node.create<MulOp>({value, node.scalar(scale, cast<RankedTensorType>(value.getType()).getElementType())});
}

void onnx_ir::importGemm(NodeImport &node) {
  if (!node.operands(2, 3))
    return;
  if (node.opset() < 11 && !node.has(2)) {
    node.emitError() << "requires three operands before operator set 11, but got two";
    return;
  }
  Value a = node.value(0, Role::Weight, true), b = node.value(1, Role::Weight, true);
  double alpha = node.real("alpha", 1), beta = node.real("beta", 1);
  bool transA = node.integer("transA", 0) != 0, transB = node.integer("transB", 0) != 0;
  Value c = node.has(2) ? node.value(2, Role::Bias, true) : Value();
  if (!a || !b || (node.has(2) && !c) || node.hasErrors())
    return;
  for (Value operand : {a, b})
    if (auto type = cast<RankedTensorType>(operand.getType()); type.getRank() != 2) {
      node.emitError() << "requires matrices of rank 2, but got " << type;
      return;
    }
  auto columns = cast<RankedTensorType>(b.getType()).getDimSize(transB ? 0 : 1);
  auto cType = c ? cast<RankedTensorType>(c.getType()) : RankedTensorType();
  bool fused = c && alpha == 1 && beta == 1 && cType.getRank() == 1 && cType.getDimSize(0) == columns;
  SmallVector<Value> operands{a, b};
  if (fused)
    operands.push_back(c);
  Builder &builder = node.graph.builder;
  Value product = node.create<MatmulOp>(operands, [&](PropertiesOf<MatmulOp> &p) {
    if (transA)
      p.transpose_a = builder.getUnitAttr();
    if (transB)
      p.transpose_b = builder.getUnitAttr();
  });
  product = scaled(node, product, alpha);
  if (!c || fused || !product)
    return node.finish(product);
  Value sum = node.create<AddOp>({product, scaled(node, c, beta)});
  if (sum && sum.getType() != product.getType())
    node.emitError() << "requires a third operand that broadcasts to " << product.getType() << ", but got " << cType;
  node.finish(sum);
}
