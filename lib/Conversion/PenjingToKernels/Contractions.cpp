// Convolutions, matrix products and their adjoints: pjk.contract with packed
// weights and an epilogue.
#include "KernelWriter.h"
#include "ScalarBodies.h"

#include "penjing/Analysis/ContractionViews.h"
#include "penjing/Analysis/UnstructuredContractions.h"
#include "penjing/Codegen/Packing.h"
#include "penjing/Dialect/Penjing/ParameterValues.h"

using namespace mlir;
using namespace penjing;
using kernel::ContractionAttr;

/// The bytes of a known value.
static std::optional<ParameterBytes> bytesOf(Value value) {
  if (auto constant = value.getDefiningOp<ConstantOp>())
    return ParameterBytes::of(constant.getValue());
  auto use = value.getDefiningOp<UseOp>();
  return ParameterBytes::of(SymbolTable::lookupNearestSymbolFrom<ParamOp>(use, use.getParamAttr()));
}

namespace {

/// Scale of each output channel of a quantized weight, one or all.
struct WeightScales {
  explicit WeightScales(Value weight) {
    Type element = getElementTypeOrSelf(weight.getType());
    if (auto axis = dyn_cast<quant::UniformQuantizedPerAxisType>(element))
      scales.assign(axis.getScales().begin(), axis.getScales().end());
    else
      scales.push_back(cast<quant::UniformQuantizedType>(element).getScale());
  }
  double at(int64_t channel) const { return scales[scales.size() == 1 ? 0 : channel]; }
  SmallVector<double> scales;
};

/// The integers that an epilogue needs: bias corrected by the input's zero
/// point, and the multiplier of every channel.
struct IntegerEpilogue {
  SmallVector<int32_t> bias;
  SmallVector<float> multipliers;
};

class ContractionWriter {
public:
  ContractionWriter(KernelWriter &writer, Operation *op)
      : writer(writer), op(op), views(contractionViews(op, writer.target)),
        isInteger(isIntegerContraction(op)) {}

  LogicalResult write();

private:
  LogicalResult prepareIntegers();
  LogicalResult writePiece(const ContractionPiece &piece, KernelAttr choice);
  Value epilogue(ImplicitLocOpBuilder &b, ValueRange arguments);
  Type extraType(unsigned index);
  Value extraPointer(unsigned index, int64_t elements);

  KernelWriter &writer;
  Operation *op;
  ContractionViews views;
  bool isInteger;
  SmallVector<int64_t> integerConstants;
  SmallVector<Value> outside;
};

} // namespace

LogicalResult ContractionWriter::prepareIntegers() {
  Value a = operandA(op), weight = operandB(op);
  auto input = dyn_cast<quant::UniformQuantizedType>(elementOf(a));
  if (!input || !isKnownValue(weight))
    return op->emitError("requires an input quantized per tensor and a weight that is a parameter");
  auto bytes = bytesOf(weight);
  ArrayRef<int64_t> shape = shapeOf(weight);
  int64_t axis = 0;
  if (auto matmul = dyn_cast<MatmulOp>(op)) {
    if (shape.size() != 2)
      return op->emitError("requires a quantized weight of rank 2, but got rank ") << shape.size();
    axis = matmul.getTransposeB() ? 0 : 1;
  }
  WeightScales scales(weight);
  int64_t channels = shape[axis];
  IntegerEpilogue integers;
  SmallVector<int64_t> sums(channels, 0);
  SmallVector<int64_t> strides = denseStrides(shape);
  for (auto [index, byte] : llvm::enumerate(bytes->bytes()))
    sums[index / strides[axis] % channels] += static_cast<int8_t>(byte);
  Value bias = isa<ConvOp>(op) ? cast<ConvOp>(op).getBias() : cast<MatmulOp>(op).getBias();
  std::optional<ParameterBytes> biasBytes;
  if (bias) {
    if (!isKnownValue(bias) || getStorageBytes(elementOf(bias)) != 4)
      return op->emitError("requires a bias that is a parameter of 32-bit integers");
    biasBytes = bytesOf(bias);
  }
  auto output = dyn_cast<quant::UniformQuantizedType>(elementOf(op->getResult(0)));
  for (int64_t channel = 0; channel < channels; ++channel) {
    // Wraps as the sum itself does.
    int64_t start = bias ? biasBytes->as<int32_t>()[channel] : 0;
    integers.bias.push_back(static_cast<int32_t>(start - input.getZeroPoint() * sums[channel]));
    double product = input.getScale() * scales.at(channel);
    integers.multipliers.push_back(static_cast<float>(output ? product / output.getScale() : product));
  }
  integerConstants = {writer.constants.add<int32_t>(integers.bias),
                      writer.constants.add<float>(integers.multipliers)};
  return success();
}

Type ContractionWriter::extraType(unsigned index) {
  if (isInteger && index < 2)
    return index == 0 ? Type(writer.getI32Type()) : Type(writer.getF32Type());
  return memoryType(elementOf(outside[index - (isInteger ? 2 : 0)]));
}

Value ContractionWriter::extraPointer(unsigned index, int64_t elements) {
  if (isInteger && index < 2)
    return writer.constantPointer(integerConstants[index] + 4 * elements);
  return writer.pointer(views.extras[index].root, elements);
}

/// From the accumulator to the element of the result.
Value ContractionWriter::epilogue(ImplicitLocOpBuilder &b, ValueRange arguments) {
  Value value = arguments[0];
  unsigned next = 1;
  if (isInteger) {
    value = arith::AddIOp::create(b, value, arguments[next++]);
    value = arith::SIToFPOp::create(b, b.getF32Type(), value);
    value = arith::MulFOp::create(b, value, arguments[next++]);
    if (isQuantized(op->getResult(0).getType()))
      value = roundToStorage(b, value, elementOf(op->getResult(0)));
  } else if (op->getNumOperands() > 2 && isa<ConvOp, MatmulOp>(op)) {
    value = arith::AddFOp::create(b, value, arguments[next++]);
  }
  llvm::DenseMap<Value, Value> values;
  values[op->getResult(0)] = value;
  for (Operation *member : epilogueOps(op)) {
    SmallVector<Value> operands;
    for (Value operand : member->getOperands())
      operands.push_back(operand.getParentRegion() == op->getParentRegion() ? values[operand]
                                                                            : arguments[next++]);
    value = scalarBody(b, member, operands);
    values[member->getResult(0)] = value;
  }
  return value;
}

LogicalResult ContractionWriter::writePiece(const ContractionPiece &piece, KernelAttr choice) {
  if (piece.isZero) {
    KernelWriter::Operand output = writer.operand(views.c, kernelResult(op));
    View box;
    box.root = views.c.root;
    box.offset = piece.offsets[ContractionAttr::C];
    for (kernel::DimAttr dim : piece.contraction.getDims())
      if (dim.getKind() != kernel::DimKind::Reduction)
        box.dims.push_back({Factor{dim.getSize(), dim.getStrides()[ContractionAttr::C]}});
    output.view = box;
    return writer.fill("zero", output, 0);
  }
  ContractionAttr contraction = withKernel(piece.contraction, choice);
  // A weight of single elements takes A's place, the activations take B's.
  bool swapped = contraction.getSparsity() == kernel::Sparsity::Unstructured;
  unsigned weight = swapped ? ContractionAttr::A : ContractionAttr::B;
  unsigned activation = swapped ? ContractionAttr::B : ContractionAttr::A;
  SmallVector<Value> pointers(2);
  pointers[activation] = writer.pointer(views.a.root, piece.offsets[activation]);
  pointers.push_back(writer.pointer(views.c.root, piece.offsets[ContractionAttr::C]));
  Value index;
  if (views.packed) {
    auto bytes = bytesOf(views.b.root);
    auto packed = packWeight(contraction, bytes->bytes(), piece.offsets[weight]);
    if (!packed)
      return op->emitError(llvm::toString(packed.takeError()));
    pointers[weight] = writer.constantPointer(writer.constants.add(ArrayRef<char>(packed->values)));
    if (!packed->index.empty())
      index = writer.constantPointer(writer.constants.add<int32_t>(packed->index));
  } else {
    pointers[weight] = writer.pointer(views.b.root, piece.offsets[weight]);
  }
  SmallVector<Type> types = {contraction.getAcc()};
  SmallVector<Value> extras;
  for (unsigned extra = 0; extra < views.extras.size(); ++extra) {
    extras.push_back(extraPointer(extra, piece.offsets[ContractionAttr::FirstExtra + extra]));
    types.push_back(extraType(extra));
  }
  std::string hint = op->getName().stripDialect().str();
  OperationState state(writer.getLoc(), kernel::ContractOp::getOperationName());
  auto &properties = state.getOrAddProperties<kernel::ContractOp::Properties>();
  properties.contraction = contraction;
  properties.hint = writer.getStringAttr(hint);
  properties.operandSegmentSizes = {1, 1, 1, index ? 1 : 0, static_cast<int32_t>(extras.size())};
  state.addOperands(pointers);
  if (index)
    state.addOperands(index);
  state.addOperands(extras);
  Region *region = state.addRegion();
  {
    OpBuilder::InsertionGuard guard(writer);
    Block *block = writer.createBlock(region);
    for (Type type : types)
      block->addArgument(type, writer.getLoc());
    kernel::YieldOp::create(writer, epilogue(writer, block->getArguments()));
  }
  writer.create(state);
  return success();
}

LogicalResult ContractionWriter::write() {
  for (Operation *member : epilogueOps(op))
    if (std::string obstacle = scalarObstacle(member); !obstacle.empty())
      return member->emitError(obstacle);
  outside = epilogueOperands(op);
  if (isInteger && failed(prepareIntegers()))
    return failure();
  auto choice = op->getAttrOfType<KernelAttr>(KernelAttr::kName);
  if (!choice)
    return op->emitError("requires a kernel; run pj-choose-kernels first");
  if (choice.getWeights() == WeightForm::Unstructured) {
    auto piece = describeUnstructured(op, views);
    if (!piece)
      return op->emitError("requires a layout with consecutive points last for an unstructured weight");
    return writePiece(*piece, choice);
  }
  auto pieces = describeContraction(op, views);
  if (failed(pieces))
    return failure();
  for (const ContractionPiece &piece : *pieces)
    if (failed(writePiece(piece, choice)))
      return failure();
  return success();
}

LogicalResult penjing::writeContraction(KernelWriter &writer, Operation *op) {
  return ContractionWriter(writer, op).write();
}
