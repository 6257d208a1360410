// Import rules of QuantizeLinear and DequantizeLinear. A pair with one grid is a
// decision and becomes `pj.fake_quantize`; integers that anything else reads
// are computed as such, by arithmetic that is exact in float.
#include "ImportGrid.h"

#include "penjing/Support/Locations.h"

using namespace mlir;
using namespace penjing;
using namespace penjing::onnx_ir;

namespace {

Value fakeQuantize(NodeImport &node, Value input, Value scale, Value zero, const Grid &grid, bool narrow) {
  IntegerRange range = *rangeOf(grid.type);
  Builder &b = node.graph.builder;
  return node.create<FakeQuantizeOp>({input, scale, zero}, [&](PropertiesOf<FakeQuantizeOp> &p) {
    p.bits = b.getI32IntegerAttr(range.bits);
    if (range.isSigned)
      p.is_signed = b.getUnitAttr();
    if (narrow)
      p.narrow = b.getUnitAttr();
    if (grid.axis)
      p.axis = b.getI32IntegerAttr(*grid.axis);
  });
}

/// A float parameter that broadcasts along the grid's axis in a tensor of
/// `rank`.
Value readBroadcast(NodeImport &node, const Grid &grid, int64_t rank, StringRef name, Type element,
                    llvm::function_ref<double(uint64_t)> valueAt) {
  uint64_t count = grid.axis ? grid.scale->count : 1;
  Tensor tensor;
  tensor.name = name.str();
  tensor.type = Float;
  if (grid.axis) {
    tensor.dims.assign(rank - *grid.axis, 1);
    tensor.dims[0] = count;
  }
  tensor.count = count;
  for (uint64_t i = 0; i < count; ++i) {
    float value = float(valueAt(i));
    tensor.bytes.append(reinterpret_cast<const char *>(&value), sizeof(value));
  }
  auto file = FileLineColLoc::get(node.context(), node.graph.errors.fileName(), 0, 0);
  Value value = node.graph.readParameter(node.graph.own(std::move(tensor)), file, node.location,
                                         Role::Constant, false);
  if (element.isF32())
    return value;
  return node.create<CastOp>(value, [&](PropertiesOf<CastOp> &p) { p.to = TypeAttr::get(element); });
}

bool hasZero(const Grid &grid) {
  for (uint64_t i = 0; i < grid.scale->count; ++i)
    if (grid.zeroAt(i) != 0)
      return true;
  return false;
}

Value cast(NodeImport &node, Value input, Type to) {
  return node.create<CastOp>(input, [&](PropertiesOf<CastOp> &p) { p.to = TypeAttr::get(to); });
}

/// The integers themselves: clamp(round(x / scale) + zero), cast. The rounding
/// is that of a fake_quantize of scale 1, whose results are whole numbers.
Value quantizedIntegers(NodeImport &node, Value input, const Grid &grid) {
  auto type = mlir::cast<RankedTensorType>(input.getType());
  Type element = type.getElementType();
  int64_t rank = type.getRank();
  Value scale = readBroadcast(node, grid, rank, grid.scale->name, element,
                              [&](uint64_t i) { return grid.scale->valueAt(i); });
  Grid unit = grid;
  Tensor one;
  one.name = node.node.name + "_unit";
  one.type = grid.scale->type == Float ? Float : grid.scale->type;
  one.count = grid.scale->count;
  if (grid.axis)
    one.dims.push_back(one.count);
  for (uint64_t i = 0; i < one.count; ++i) {
    float f32 = 1;
    uint16_t half = one.type == Float16 ? 0x3c00 : 0x3f80;
    one.bytes.append(one.type == Float ? reinterpret_cast<const char *>(&f32) : reinterpret_cast<const char *>(&half),
                     elementBytes(one.type));
  }
  unit.scale = node.graph.own(std::move(one));
  GridParameters parameters = readGridParameters(node, unit);
  Value quotient = node.create<DivOp>({input, scale});
  Value rounded = quotient ? fakeQuantize(node, quotient, parameters.scale, parameters.zero, unit, false) : Value();
  if (hasZero(grid)) {
    Value zero = readBroadcast(node, grid, rank, grid.zero->name, element,
                               [&](uint64_t i) { return double(grid.zeroAt(i)); });
    rounded = node.create<AddOp>({rounded, zero});
  }
  return cast(node, rounded, elementType(node.context(), grid.type));
}

/// (q - zero) · scale on integers computed at run time.
Value dequantizedIntegers(NodeImport &node, Value input, const Grid &grid) {
  Type element = elementType(node.context(), grid.scale->type);
  int64_t rank = mlir::cast<RankedTensorType>(input.getType()).getRank();
  Value number = cast(node, input, element);
  if (hasZero(grid)) {
    Value zero = readBroadcast(node, grid, rank, grid.zero->name, element,
                               [&](uint64_t i) { return double(grid.zeroAt(i)); });
    number = node.create<SubOp>({number, zero});
  }
  Value scale = readBroadcast(node, grid, rank, grid.scale->name, element,
                              [&](uint64_t i) { return grid.scale->valueAt(i); });
  return node.create<MulOp>({number, scale});
}

/// Which scale an element belongs to.
uint64_t channelOf(const Tensor &tensor, const Grid &grid, uint64_t index) {
  if (!grid.axis)
    return 0;
  uint64_t inner = 1;
  for (size_t i = *grid.axis + 1; i < tensor.dims.size(); ++i)
    inner *= tensor.dims[i];
  return index / inner % tensor.dims[*grid.axis];
}

/// The float values of a constant of integers.
Tensor dequantized(const Tensor &integers, const Grid &grid) {
  Tensor result;
  result.name = integers.name;
  result.type = Float;
  result.dims = integers.dims;
  result.count = integers.count;
  result.bytes.reserve(result.count * sizeof(float));
  for (uint64_t i = 0; i < result.count; ++i) {
    uint64_t channel = channelOf(integers, grid, i);
    // Subtracted as integers, as the standard has it.
    float value = float(integers.integerAt(i) - grid.zeroAt(channel)) * float(grid.scale->valueAt(channel));
    result.bytes.append(reinterpret_cast<const char *>(&value), sizeof(value));
  }
  return result;
}

/// Whether rounding the float values to the grid gives the integers back.
bool isExact(const Tensor &integers, const Tensor &floats, const Grid &grid) {
  for (uint64_t i = 0; i < integers.count; ++i) {
    uint64_t channel = channelOf(integers, grid, i);
    float value = float(floats.valueAt(i));
    if (value != 0 && !std::isnormal(value))
      return false;
    float quotient = std::nearbyint(value / float(grid.scale->valueAt(channel)));
    if (int64_t(quotient) + grid.zeroAt(channel) != integers.integerAt(i))
      return false;
  }
  return true;
}

/// What a dequantized constant is to its first reader.
std::pair<Role, bool> roleOf(NodeImport &node) {
  for (const Reader &reader : node.graph.readers(node.node.outputs.front())) {
    StringRef op = reader.node->op;
    if ((op == "Conv" && reader.operand == 1) || ((op == "Gemm" || op == "MatMul") && reader.operand < 2))
      return {Role::Weight, true};
    if ((op == "Conv" || op == "Gemm") && reader.operand == 2)
      return {Role::Bias, true};
  }
  return {Role::Constant, false};
}

void dequantizeConstant(NodeImport &node, const ImportedValue &operand, const Grid &grid) {
  const Tensor &integers = *operand.constant;
  if (grid.scale->type != Float) {
    node.emitError() << "requires a scale of type float for a constant, but got " << dataTypeName(grid.scale->type);
    return;
  }
  Tensor floats = dequantized(integers, grid);
  IntegerRange range = *rangeOf(grid.type);
  if (range.bits > 16) // a bias: its grid is that of the product
    return node.finishConstant(std::move(floats));
  if (integers.count == 0 || !isExact(integers, floats, grid)) {
    Value value = node.value(0);
    return node.finish(value ? dequantizedIntegers(node, value, grid) : Value());
  }
  bool narrow = range.isSigned;
  int64_t least = -(int64_t(1) << (range.bits - 1));
  for (uint64_t i = 0; narrow && i < integers.count; ++i)
    narrow = integers.integerAt(i) != least;
  auto [role, trainable] = roleOf(node);
  Location place = operand.origin ? *operand.origin
                                  : Location(FileLineColLoc::get(node.context(), node.graph.errors.fileName(), 0, 0));
  Value weight = node.graph.readParameter(node.graph.own(std::move(floats)), place, node.location, role, trainable);
  GridParameters parameters = readGridParameters(node, grid);
  node.finish(fakeQuantize(node, weight, parameters.scale, parameters.zero, grid, narrow));
}

/// Whether `reader` dequantizes the integers by the grid they were made with.
bool isMatchingReader(GraphImport &graph, const Reader &reader, const Grid &grid, int64_t rank) {
  const Node &node = *reader.node;
  if (node.op != "DequantizeLinear" || reader.operand != 0 || node.inputs.size() < 2)
    return false;
  auto tensor = [&](unsigned i) -> const Tensor * {
    if (i >= node.inputs.size() || node.inputs[i].empty())
      return nullptr;
    auto found = graph.values.find(node.inputs[i]);
    return found == graph.values.end() ? nullptr : found->second.constant;
  };
  Grid other = grid;
  other.scale = tensor(1);
  other.zero = tensor(2);
  for (const NodeAttribute &attribute : node.attributes) {
    if (attribute.name == "block_size" && attribute.i != 0)
      return false;
    if (attribute.name == "axis" && grid.axis)
      other.axis = attribute.i < 0 ? attribute.i + rank : attribute.i;
  }
  if (grid.axis && llvm::none_of(node.attributes, [](const NodeAttribute &a) { return a.name == "axis"; }))
    other.axis = 1;
  if (other.zero && other.zero->type != grid.type)
    return false;
  return other.scale && (node.inputs.size() < 3 || node.inputs[2].empty() || other.zero) &&
         (!other.zero || other.zero->count == other.scale->count) && other == grid;
}

} // namespace

void onnx_ir::importQuantizeLinear(NodeImport &node) {
  if (!node.operands(2, 3))
    return;
  Value input = node.value(0);
  if (!input)
    return;
  int32_t type = UInt8;
  if (node.has(2)) {
    const Tensor *zero = node.constant(2, "a zero point");
    type = zero ? zero->type : int32_t(Undefined);
  } else if (node.opset() >= 21) {
    int64_t wanted = node.integer("output_dtype", 0);
    type = wanted ? int32_t(wanted) : int32_t(UInt8);
  }
  if (node.hasErrors())
    return;
  auto range = rangeOf(type);
  if (!range || range->bits > 16) {
    node.emitError() << "requires integers of 4, 8 or 16 bits, but got " << dataTypeName(type);
    return;
  }
  auto inputType = mlir::cast<RankedTensorType>(input.getType());
  auto grid = readGrid(node, inputType.getShape(), type);
  if (!grid)
    return;
  if (elementType(node.context(), grid->scale->type) != inputType.getElementType()) {
    node.emitError() << "requires a scale of the operand's type " << inputType.getElementType() << ", but got "
                     << dataTypeName(grid->scale->type);
    return;
  }
  StringRef name = node.node.outputs.front();
  auto readers = node.graph.readers(name);
  bool integersRead = readers.empty() || node.graph.isOutput(name) ||
                      !llvm::all_of(readers, [&](const Reader &r) { return isMatchingReader(node.graph, r, *grid, inputType.getRank()); });
  ImportedValue result;
  if (integersRead) {
    if (!elementType(node.context(), type)) {
      node.emitError() << "requires readers that dequantize by the same scale and zero point, but got others of "
                       << dataTypeName(type);
      return;
    }
    result.value = quantizedIntegers(node, input, *grid);
  }
  result.quantized = input;
  result.grid = *grid;
  result.quantizer = &node.node;
  node.finish(result);
}

void onnx_ir::importDequantizeLinear(NodeImport &node) {
  if (!node.operands(2, 3))
    return;
  ImportedValue *operand = node.state(0);
  if (!operand)
    return;
  int32_t type = operand->quantized ? operand->grid.type : operand->constant ? operand->constant->type : Undefined;
  SmallVector<int64_t> dims;
  if (operand->constant)
    dims = operand->constant->dims;
  else
    dims.assign(mlir::cast<RankedTensorType>((operand->value ? operand->value : operand->quantized).getType()).getShape());
  if (type == Undefined)
    for (int32_t candidate : {Int8, UInt8, Int16, UInt16, Int32})
      if (elementType(node.context(), candidate) == getElementTypeOrSelf(operand->value.getType()))
        type = candidate;
  if (!rangeOf(type)) {
    node.emitError() << "requires integers of 4, 8, 16 or 32 bits to dequantize, but got "
                     << (operand->constant ? dataTypeName(type) : "another type");
    return;
  }
  auto grid = readGrid(node, dims, type);
  if (!grid)
    return;
  if (operand->constant)
    return dequantizeConstant(node, *operand, *grid);
  if (!operand->quantized || !(operand->grid == *grid)) {
    Value integers = node.value(0);
    return node.finish(integers ? dequantizedIntegers(node, integers, *grid) : Value());
  }
  if (operand->dequantized) { // a second reader of the same integers
    ImportedValue same;
    same.value = operand->dequantized;
    node.finish(same);
    return node.graph.fold(node.node);
  }
  const Node &quantizer = *operand->quantizer;
  Location own = node.location;
  node.location = fuseLocations(
      {node.graph.errors.locate(quantizer.name, quantizer.op, quantizer.ordinal), own});
  GridParameters parameters = readGridParameters(node, operand->grid);
  Value value = fakeQuantize(node, operand->quantized, parameters.scale, parameters.zero, operand->grid, false);
  node.graph.values[node.node.inputs[0]].dequantized = value;
  node.finish(value);
}
