// What a compiled function takes and gives, and which kernels it runs.
#include "CompileSession.h"

#include "penjing/Conversion/PenjingToKernels/Passes.h"
#include "penjing/Dialect/Penjing/Forms.h"
#include "penjing/Support/Locations.h"
#include "penjing/Transforms/Schedule/Passes.h"

using namespace mlir;
using namespace penjing;

static ElementKind elementKind(Type type) {
  if (auto quantized = dyn_cast<quant::QuantizedType>(type)) {
    unsigned width = quantized.getStorageTypeIntegralWidth();
    bool isSigned = quantized.isSigned();
    return width <= 8    ? (isSigned ? ElementKind::I8 : ElementKind::U8)
           : width <= 16 ? (isSigned ? ElementKind::I16 : ElementKind::U16)
                         : ElementKind::I32;
  }
  if (type.isF16())
    return ElementKind::F16;
  if (type.isBF16())
    return ElementKind::BF16;
  if (type.isF64())
    return ElementKind::F64;
  if (type.isF32())
    return ElementKind::F32;
  unsigned width = type.getIntOrFloatBitWidth();
  if (width == 1)
    return ElementKind::Bool;
  bool isUnsigned = type.isUnsignedInteger();
  return width <= 8    ? (isUnsigned ? ElementKind::U8 : ElementKind::I8)
         : width <= 16 ? (isUnsigned ? ElementKind::U16 : ElementKind::I16)
         : width <= 32 ? (isUnsigned ? ElementKind::U32 : ElementKind::I32)
                       : (isUnsigned ? ElementKind::U64 : ElementKind::I64);
}

TensorDescription penjing::describeTensor(StringRef name, Type type) {
  TensorDescription description;
  description.name = name.str();
  auto tensor = cast<RankedTensorType>(type);
  description.element = elementKind(tensor.getElementType());
  for (int64_t size : tensor.getShape())
    description.shape.push_back(ShapedType::isDynamic(size) ? -1 : size);
  return description;
}

uint64_t TensorDescription::byteSize(int64_t samples) const {
  uint64_t bytes = byteWidth(element);
  for (int64_t size : shape)
    bytes *= size < 0 ? samples : size;
  return bytes;
}

Interface penjing::describeInterface(func::FuncOp function) {
  Interface interface;
  auto samples = function->getAttrOfType<ArrayAttr>(kSamplesAttr);
  interface.hasSamples = static_cast<bool>(samples);
  unsigned boundary = 0;
  auto describe = [&](StringAttr name, Type type, StringRef fallback, size_t index) {
    std::string text = name ? name.getValue().str() : (fallback + Twine(index)).str();
    TensorDescription description = describeTensor(text, type);
    if (samples && cast<BoolAttr>(samples[boundary]).getValue())
      description.shape[0] = -1;
    ++boundary;
    return description;
  };
  for (auto [index, type] : llvm::enumerate(function.getArgumentTypes()))
    interface.inputs.push_back(
        describe(function.getArgAttrOfType<StringAttr>(index, PenjingDialect::kNameAttr), type, "input", index));
  for (auto [index, type] : llvm::enumerate(function.getResultTypes()))
    interface.outputs.push_back(
        describe(function.getResultAttrOfType<StringAttr>(index, PenjingDialect::kNameAttr), type, "output", index));
  for (ParamOp param : argumentParameters(function))
    interface.parameters.push_back(describeTensor(param.getSymName(), param.getTensorType()));
  return interface;
}

std::vector<KernelChoice> penjing::describeKernels(func::FuncOp function) {
  std::vector<KernelChoice> kernels;
  function.walk([&](Operation *op) {
    auto choice = op->getAttrOfType<KernelAttr>(KernelAttr::kName);
    if (!choice)
      return;
    std::string tiles;
    for (int64_t tile : choice.getTiles())
      if (tile > 1)
        tiles += (tiles.empty() ? "" : "x") + std::to_string(tile);
    kernels.push_back({nodeName(op->getLoc()), op->getName().getStringRef().str(), choice.getLeaf().str(),
                       (tiles.empty() ? "1" : tiles) + " " + stringifyWeightForm(choice.getWeights()).str(),
                       choice.getReason().str()});
  });
  return kernels;
}

SmallVector<TensorDescription> penjing::returnEveryResult(ModuleOp module) {
  SmallVector<TensorDescription> added;
  auto entry = getEntryFunction(module);
  if (failed(entry))
    return added;
  func::FuncOp function = *entry;
  auto terminator = cast<func::ReturnOp>(function.getBody().front().getTerminator());
  SmallVector<Value> values(terminator.getOperands());
  SmallVector<Type> types(function.getResultTypes());
  unsigned number = 0;
  for (Operation &op : function.getBody().front().without_terminator()) {
    if (isa<UseOp, ConstantOp>(op))
      continue;
    for (Value result : op.getResults()) {
      std::string name = nodeName(op.getLoc());
      if (name.empty())
        name = (op.getName().stripDialect() + "." + Twine(number)).str();
      ++number;
      TensorDescription description = describeTensor(name, result.getType());
      description.op = op.getName().getStringRef().str();
      added.push_back(description);
      LogicalResult inserted = function.insertResult(types.size(), result.getType(), {});
      assert(succeeded(inserted) && "a func.func takes any result");
      (void)inserted;
      types.push_back(result.getType());
      values.push_back(result);
    }
  }
  terminator->setOperands(values);
  return added;
}
