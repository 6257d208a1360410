// Import rules of ops that move elements, and of constants.
#include "GraphImport.h"

#include "llvm/Support/CheckedArithmetic.h"

using namespace mlir;
using namespace penjing;
using namespace penjing::onnx_ir;

void onnx_ir::importReshape(NodeImport &node) {
  if (!node.operands(2, 2))
    return;
  auto shape = node.integers(1, "a shape");
  bool allowZero = node.opset() >= 14 && node.integer("allowzero", 0) != 0;
  Builder &b = node.graph.builder;
  if (shape)
    node.finish(node.create<ReshapeOp>(node.value(0), [&](PropertiesOf<ReshapeOp> &p) {
      p.shape = b.getDenseI64ArrayAttr(*shape);
      if (allowZero)
        p.allow_zero = b.getUnitAttr();
    }));
}

void onnx_ir::importFlatten(NodeImport &node) {
  if (!node.operands(1, 1))
    return;
  Value input = node.value(0);
  int64_t axis = node.integer("axis", 1);
  if (!input || node.hasErrors())
    return;
  auto type = cast<RankedTensorType>(input.getType());
  if (axis != type.getRank()) // one beyond the last is allowed here
    axis = node.axis(axis, type.getRank());
  if (node.hasErrors())
    return;
  auto product = [](ArrayRef<int64_t> sizes) {
    int64_t result = 1;
    for (int64_t size : sizes)
      result = ShapedType::isDynamic(size) || result < 0 ? -1 : result * size;
    return result;
  };
  int64_t front = product(type.getShape().take_front(axis)), back = product(type.getShape().drop_front(axis));
  if (axis == 1)
    return node.finish(node.reshape(input, {0, -1}));
  if (front < 0 && back < 0) {
    node.emitError() << "requires dynamic dimensions on one side of axis " << axis << " only, but got " << type
                     << "; bind them with --shape";
    return;
  }
  node.finish(back < 0 ? node.reshape(input, {front, -1}) : node.reshape(input, {-1, back}));
}

void onnx_ir::importTranspose(NodeImport &node) {
  if (!node.operands(1, 1))
    return;
  Value input = node.value(0);
  auto permutation = node.integerList("perm");
  if (!input)
    return;
  if (!permutation) {
    int64_t rank = cast<RankedTensorType>(input.getType()).getRank();
    permutation = llvm::to_vector(llvm::seq<int64_t>(0, rank));
    std::reverse(permutation->begin(), permutation->end());
  }
  node.finish(node.create<TransposeOp>(input, [&](PropertiesOf<TransposeOp> &p) {
    p.permutation = node.graph.builder.getDenseI64ArrayAttr(*permutation);
  }));
}

void onnx_ir::importPad(NodeImport &node) {
  std::string mode = node.text("mode", "constant");
  std::optional<SmallVector<int64_t>> pads, axes;
  std::optional<double> value = 0;
  if (node.opset() < 11) { // pads are attributes
    if (!node.operands(1, 1))
      return;
    pads = node.integerList("pads");
    value = node.real("value", 0);
    if (!pads && !node.hasErrors())
      node.emitError() << "requires attribute 'pads', but got none";
  } else {
    if (!node.operands(2, node.opset() < 18 ? 3 : 4))
      return;
    pads = node.integers(1, "pads");
    if (node.has(2))
      value = node.number(2, "a pad value");
    if (node.has(3))
      axes = node.integers(3, "axes");
  }
  if (mode != "constant")
    node.emitError() << "requires mode 'constant', but got '" << mode << "'";
  Value input = node.value(0);
  if (!input || node.hasErrors() || !pads || !value)
    return;
  int64_t rank = cast<RankedTensorType>(input.getType()).getRank();
  if (!axes)
    axes = llvm::to_vector(llvm::seq<int64_t>(0, rank));
  if (pads->size() != 2 * axes->size()) {
    node.emitError() << "requires two pads for each of " << axes->size() << " dimensions, but got " << pads->size();
    return;
  }
  SmallVector<int64_t> low(rank, 0), high(rank, 0);
  SmallVector<bool> seen(rank, false);
  for (auto [index, written] : llvm::enumerate(*axes)) {
    int64_t axis = node.axis(written, rank);
    if (node.hasErrors())
      return;
    if (seen[axis]) {
      node.emitError() << "requires distinct axes, but got " << axis << " twice";
      return;
    }
    seen[axis] = true;
    low[axis] = (*pads)[index];
    high[axis] = (*pads)[axes->size() + index];
  }
  Builder &b = node.graph.builder;
  node.finish(node.create<PadOp>(input, [&](PropertiesOf<PadOp> &p) {
    p.low = b.getDenseI64ArrayAttr(low);
    p.high = b.getDenseI64ArrayAttr(high);
    p.value = b.getF64FloatAttr(*value);
  }));
}

void onnx_ir::importConcat(NodeImport &node) {
  if (!node.operands(1, ~0u))
    return;
  auto *axis = node.attribute("axis", NodeAttribute::Int, "an integer");
  if (!axis && !node.hasErrors())
    node.emitError() << "requires attribute 'axis', but got none";
  SmallVector<Value> inputs;
  for (unsigned i = 0; i < node.node.inputs.size(); ++i)
    inputs.push_back(node.value(i));
  if (node.hasErrors())
    return;
  int64_t positive = node.axis(axis->i, cast<RankedTensorType>(inputs.front().getType()).getRank());
  node.finish(node.create<ConcatOp>(inputs, [&](PropertiesOf<ConcatOp> &p) {
    p.axis = node.graph.builder.getI32IntegerAttr(positive);
  }));
}

template <typename T> static Tensor vectorOf(int32_t type, ArrayRef<T> values, bool scalar) {
  Tensor tensor;
  tensor.type = type;
  if (!scalar)
    tensor.dims.push_back(values.size());
  tensor.count = values.size();
  tensor.bytes.assign(reinterpret_cast<const char *>(values.data()), values.size() * sizeof(T));
  return tensor;
}

void onnx_ir::importConstant(NodeImport &node) {
  using A = NodeAttribute;
  if (!node.operands(0, 0))
    return;
  std::optional<Tensor> tensor;
  if (auto *value = node.attribute("value", A::Tensor, "a tensor"))
    tensor = *value->tensor;
  else if (auto *number = node.attribute("value_float", A::Float, "a float"))
    tensor = vectorOf<float>(Float, {float(number->f)}, true);
  else if (auto *numbers = node.attribute("value_floats", A::Floats, "a list of floats"))
    tensor = vectorOf<float>(Float, numbers->floats, false);
  else if (auto *integer = node.attribute("value_int", A::Int, "an integer"))
    tensor = vectorOf<int64_t>(Int64, {integer->i}, true);
  else if (auto *integers = node.attribute("value_ints", A::Ints, "a list of integers"))
    tensor = vectorOf<int64_t>(Int64, integers->ints, false);
  if (!tensor) {
    if (!node.hasErrors())
      node.emitError() << "requires a constant given as value, value_float, value_floats, value_int or value_ints, but got "
                       << (node.node.attributes.empty() ? "none" : node.node.attributes.front().name);
    return;
  }
  tensor->name = node.node.outputs.front();
  node.finishConstant(std::move(*tensor));
}

void onnx_ir::importConstantOfShape(NodeImport &node) {
  if (!node.operands(1, 1))
    return;
  auto shape = node.integers(0, "a shape");
  float zero = 0;
  Tensor tensor = vectorOf<float>(Float, {zero}, true);
  if (auto *value = node.attribute("value", NodeAttribute::Tensor, "a tensor")) {
    if (value->tensor->count != 1)
      node.emitError() << "requires a value of one element, but got " << value->tensor->count;
    tensor = *value->tensor;
  }
  if (!shape || node.hasErrors())
    return;
  // One element stands for all of them, so that a huge shape takes no memory.
  constexpr uint64_t kLimit = uint64_t(1) << 31;
  std::optional<uint64_t> count = 1;
  for (int64_t size : *shape)
    count = size < 0 || !count ? std::nullopt : llvm::checkedMulUnsigned<uint64_t>(*count, size);
  if (!count || *count > kLimit / elementBytes(tensor.type)) {
    auto diagnostic = node.emitError() << "requires a constant below 2 GiB, but got shape [";
    llvm::interleaveComma(*shape, diagnostic);
    diagnostic << "]";
    return;
  }
  tensor.name = node.node.outputs.front();
  tensor.dims = *shape;
  tensor.count = *count;
  tensor.splat = true;
  node.finishConstant(std::move(tensor));
}
