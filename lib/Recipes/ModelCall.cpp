// A model called on arrays by name.
#include "penjing/Recipes/ModelCall.h"

#include "penjing/Dialect/Penjing/Forms.h"
#include "penjing/Support/Philox.h"

using namespace mlir;
using namespace penjing;

static std::string nameOf(Attribute attribute, StringRef fallback, unsigned index) {
  if (auto name = dyn_cast_or_null<StringAttr>(attribute))
    return name.str();
  return index ? fallback.str() + "_" + std::to_string(index) : fallback.str();
}

std::string ModelCall::outputName(unsigned index) const {
  return nameOf(func::FuncOp(function).getResultAttr(index, PenjingDialect::kNameAttr), "output", index);
}

static llvm::Expected<func::FuncOp> entryOf(ModuleOp module) {
  auto function = getEntryFunction(module);
  if (failed(function))
    return llvm::createStringError("requires a model with an entry function");
  for (Type type : function->getArgumentTypes())
    if (!isa<RankedTensorType>(type) || !getArrayKind(cast<RankedTensorType>(type).getElementType()))
      return llvm::createStringError("requires inputs that arrays can hold");
  return *function;
}

/// Whether an array of this shape fits the type: static dimensions agree.
static bool fits(RankedTensorType type, ArrayRef<int64_t> shape) {
  return succeeded(verifyCompatibleShape(type.getShape(), shape));
}

llvm::Expected<ModelCall> ModelCall::read(ModuleOp module, StringRef path) {
  auto function = entryOf(module);
  if (!function)
    return function.takeError();
  auto arrays = readNpz(path);
  if (!arrays)
    return arrays.takeError();
  ModelCall call{module, *function, {}};
  for (unsigned i = 0; i < function->getNumArguments(); ++i) {
    std::string name = nameOf(function->getArgAttr(i, PenjingDialect::kNameAttr), "input", i);
    auto type = cast<RankedTensorType>(function->getArgumentTypes()[i]);
    const Array *array = findArray(*arrays, name);
    if (!array && arrays->size() == 1 && function->getNumArguments() == 1)
      array = &arrays->front().array;
    if (!array)
      return llvm::createStringError("requires an array '" + name + "' in '" + path.str() + "', but found none");
    auto tensor = tensorFromArray(*array, type.getElementType());
    if (!tensor)
      return llvm::createStringError("input '" + name + "' " + llvm::toString(tensor.takeError()));
    if (!fits(type, tensor->shape()))
      return llvm::createStringError("input '" + name + "' requires the shape " + shapeText(type.getShape()) +
                                     ", but got " + shapeText(tensor->shape()));
    call.inputs.push_back(*tensor);
  }
  return call;
}

llvm::Expected<ModelCall> ModelCall::random(ModuleOp module, uint64_t seed) {
  auto function = entryOf(module);
  if (!function)
    return function.takeError();
  ModelCall call{module, *function, {}};
  for (auto [index, type] : llvm::enumerate(function->getArgumentTypes())) {
    auto tensor = cast<RankedTensorType>(type);
    SmallVector<int64_t> shape(tensor.getShape());
    for (int64_t &extent : shape)
      extent = ShapedType::isDynamic(extent) ? 1 : extent;
    Tensor value(tensor.getElementType(), shape);
    Philox random(seed, RandomPurpose::Test, index);
    for (int64_t i = 0; i < value.size(); ++i)
      value.setValue(i, isa<FloatType>(tensor.getElementType()) ? double(random.uniform(i, -1.0f, 1.0f))
                                                                : double(random.below(i, 2)));
    call.inputs.push_back(value);
  }
  return call;
}

FailureOr<std::vector<NamedArray>> ModelCall::interpret() const {
  auto outputs = evaluate(function, inputs);
  if (failed(outputs))
    return failure();
  std::vector<NamedArray> arrays;
  for (auto [index, output] : llvm::enumerate(*outputs))
    arrays.push_back({outputName(index), arrayFromTensor(output)});
  return arrays;
}

FailureOr<std::vector<Array>> ModelCall::outputsOf(const CompiledModule &code) const {
  int64_t samples = 1;
  std::vector<const void *> from;
  for (auto [tensor, input] : llvm::zip(code.inputs(), inputs)) {
    from.push_back(input.bytes());
    if (!tensor.shape.empty() && tensor.shape.front() < 0)
      samples = input.dim(0);
  }
  std::vector<Array> arrays;
  std::vector<void *> to;
  for (const TensorDescription &tensor : code.outputs()) {
    std::vector<int64_t> shape = tensor.shape;
    for (int64_t &size : shape)
      size = size < 0 ? samples : size;
    arrays.emplace_back(tensor.element, shape);
    to.push_back(arrays.back().bytes());
  }
  code.run(from, to, {}, samples);
  return arrays;
}

FailureOr<std::vector<NamedArray>> ModelCall::runCompiled() const {
  auto target = findTarget("native");
  if (!target)
    return emitError(ModuleOp(module).getLoc()) << llvm::toString(target.takeError());
  CompileOptions options;
  options.target = *target;
  // The shapes must agree before pointers are handed over.
  SmallVector<SmallVector<int64_t>> shapes;
  for (const Tensor &input : inputs)
    shapes.emplace_back(input.shape());
  func::FuncOp entry = function;
  if (failed(bindDimensions(entry.getArgumentTypes(), shapes, entry.getLoc())))
    return failure();
  auto code = compile(ModuleOp(module), options);
  if (failed(code))
    return failure();
  auto outputs = outputsOf(**code);
  if (failed(outputs))
    return failure();
  std::vector<NamedArray> arrays;
  for (auto [index, output] : llvm::enumerate(*outputs))
    arrays.push_back({outputName(index), output});
  return arrays;
}
