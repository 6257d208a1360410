// Import rules of pooling.
#include "ImportWindow.h"

using namespace mlir;
using namespace penjing;
using namespace penjing::onnx_ir;

/// Fills the attributes that both kinds of pool have.
template <typename Properties>
static void fillPool(Builder &b, const WindowAttributes &window, bool ceil, Properties &p) {
  p.kernel = b.getDenseI64ArrayAttr(window.kernel);
  p.strides = b.getDenseI64ArrayAttr(window.strides);
  p.dilations = b.getDenseI64ArrayAttr(window.dilations);
  p.pads = b.getDenseI64ArrayAttr(window.pads);
  // With auto_pad the output's size does not depend on the rounding.
  if (ceil && !window.automatic)
    p.ceil_mode = b.getUnitAttr();
}

void onnx_ir::importMaxPool(NodeImport &node) {
  if (!node.operands(1, 1))
    return;
  Value image = node.value(0);
  auto window = readWindow(node, image, {}, /*dilated=*/node.opset() >= 10);
  bool ceil = node.opset() >= 10 && node.integer("ceil_mode", 0) != 0;
  node.ignore("storage_order"); // of the second result, which nothing may read
  if (window)
    node.finish(node.create<MaxPoolOp>(image, [&](PropertiesOf<MaxPoolOp> &p) {
      fillPool(node.graph.builder, *window, ceil, p);
    }));
}

void onnx_ir::importAveragePool(NodeImport &node) {
  if (!node.operands(1, 1))
    return;
  Value image = node.value(0);
  auto window = readWindow(node, image, {}, /*dilated=*/node.opset() >= 19);
  bool ceil = node.opset() >= 10 && node.integer("ceil_mode", 0) != 0;
  bool countPads = node.integer("count_include_pad", 0) != 0;
  Builder &b = node.graph.builder;
  if (window)
    node.finish(node.create<AveragePoolOp>(image, [&](PropertiesOf<AveragePoolOp> &p) {
      fillPool(b, *window, ceil, p);
      if (countPads)
        p.count_include_pad = b.getUnitAttr();
    }));
}

void onnx_ir::importGlobalAveragePool(NodeImport &node) {
  if (node.operands(1, 1))
    node.finish(node.create<GlobalAveragePoolOp>(node.value(0)));
}
