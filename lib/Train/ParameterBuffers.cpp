// Initializers, reading and writing back of parameter values, and the masks
// that hold elements still.
#include "penjing/Train/ParameterBuffers.h"

#include "penjing/Dialect/Penjing/ParameterValues.h"
#include "penjing/Support/Philox.h"

#include <cmath>
#include <cstring>

using namespace mlir;
using namespace penjing;

static std::optional<ElementKind> elementKindOf(Type element) {
  if (element.isF32())
    return ElementKind::F32;
  if (element.isF64())
    return ElementKind::F64;
  if (element.isF16())
    return ElementKind::F16;
  if (element.isBF16())
    return ElementKind::BF16;
  auto integer = dyn_cast<IntegerType>(element);
  if (!integer)
    return std::nullopt;
  bool isUnsigned = integer.isUnsigned();
  switch (integer.getWidth()) {
  case 1:
    return ElementKind::Bool;
  case 8:
    return isUnsigned ? ElementKind::U8 : ElementKind::I8;
  case 16:
    return isUnsigned ? ElementKind::U16 : ElementKind::I16;
  case 32:
    return isUnsigned ? ElementKind::U32 : ElementKind::I32;
  case 64:
    return isUnsigned ? ElementKind::U64 : ElementKind::I64;
  default:
    return std::nullopt;
  }
}

/// The values of one initializer, in f32.
static Array initialValues(InitializerAttr init, ArrayRef<int64_t> shape,
                           Philox random) {
  Array values(ElementKind::F32, shape);
  float *out = values.data<float>();
  switch (init.getKind()) {
  case InitializerKind::Zeros:
    break;
  case InitializerKind::Ones:
    std::fill(out, out + values.size(), 1.0f);
    break;
  case InitializerKind::KaimingUniform: {
    double a = init.getA().getValueAsDouble();
    auto bound = float(std::sqrt(6 / ((1 + a * a) * double(init.getFanIn()))));
    for (uint64_t i = 0; i < values.size(); ++i)
      out[i] = random.uniform(i, -bound, bound);
    break;
  }
  }
  return values;
}

LogicalResult penjing::initializeParameters(ModuleOp module, uint64_t seed) {
  uint32_t index = 0;
  for (auto param : module.getOps<ParamOp>()) {
    Philox random(seed, RandomPurpose::Initialize, index++);
    InitializerAttr init = param.getInitAttr();
    if (!init)
      continue;
    RankedTensorType type = param.getTensorType();
    if (!type.getElementType().isF32())
      return param.emitError()
             << "requires an initializer on a parameter of f32, but got "
             << type;
    Array values = initialValues(init, type.getShape(), random);
    setParameterBytes(param, ArrayRef(values.bytes(), values.byteSize()));
  }
  return success();
}

/// The parameter behind a value, if it is a use of one.
static ParamOp parameterOf(Value value) {
  auto use = value.getDefiningOp<UseOp>();
  if (!use)
    return nullptr;
  return SymbolTable::lookupNearestSymbolFrom<ParamOp>(use, use.getParamAttr());
}

/// Bytes that are 0 where every use of the parameter is masked off; empty where
/// some use is not masked.
static Array findMask(ParamOp param, ModuleOp module) {
  Array mask;
  bool masked = true;
  module.walk([&](UseOp use) {
    if (use.getParam() != param.getSymName())
      return;
    for (Operation *user : use->getUsers()) {
      auto op = dyn_cast<MaskedOp>(user);
      ParamOp source = op && op.getWeight() == use.getResult()
                           ? parameterOf(op.getMask())
                           : nullptr;
      auto bytes = source ? ParameterBytes::of(source) : std::nullopt;
      if (!bytes) {
        masked = false;
        continue;
      }
      if (!mask.size())
        mask = Array(ElementKind::Bool, param.getTensorType().getShape());
      for (uint64_t i = 0; i < mask.size(); ++i)
        mask.data<uint8_t>()[i] |= uint8_t(bytes->bytes()[i] != 0);
    }
  });
  return masked ? mask : Array();
}

FailureOr<std::vector<TrainingValue>> penjing::readParameters(ModuleOp module) {
  std::vector<TrainingValue> values;
  for (auto param : module.getOps<ParamOp>()) {
    RankedTensorType type = param.getTensorType();
    auto bytes = ParameterBytes::of(param);
    if (!bytes)
      return param.emitError()
             << "requires a value of parameter '" << param.getSymName()
             << "', but got none; run pj-calibrate first";
    std::optional<ElementKind> kind = elementKindOf(type.getElementType());
    if (!kind || (param.getTrainable() && *kind != ElementKind::F32))
      return param.emitError()
             << "requires trained parameters of f32, but got " << type;
    TrainingValue value;
    value.name = param.getSymName().str();
    value.value = Array(*kind, type.getShape());
    std::memcpy(value.value.bytes(), bytes->bytes().data(),
                bytes->bytes().size());
    value.trained = param.getTrainable();
    if (value.trained)
      value.mask = findMask(param, module);
    values.push_back(std::move(value));
  }
  return values;
}

void penjing::writeParameters(ModuleOp module, ArrayRef<TrainingValue> values) {
  for (const TrainingValue &value : values) {
    auto param = module.lookupSymbol<ParamOp>(value.name);
    auto old = ParameterBytes::of(param);
    ArrayRef<char> bytes(value.value.bytes(), value.value.byteSize());
    if (!old || old->bytes() != bytes)
      setParameterBytes(param, bytes);
  }
}
