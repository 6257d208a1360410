// The frame of the export: names, constants, inputs and outputs.
#include "OnnxExporter.h"

#include "penjing/Dialect/Penjing/ParameterValues.h"
#include "penjing/Support/Locations.h"

#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/TypeSwitch.h"

#include <cstring>

using namespace mlir;
using namespace penjing;
using namespace penjing::onnx_out;

double Constant::valueAt(uint64_t index) const {
  Type element = type.getElementType();
  unsigned width = getStorageBytes(element);
  char raw[8] = {};
  std::memcpy(raw, bytes.data() + (splat ? 0 : index) * width, width);
  uint64_t bits;
  std::memcpy(&bits, raw, 8);
  if (auto real = dyn_cast<FloatType>(element)) {
    APFloat value(real.getFloatSemantics(), APInt(width * 8, bits));
    bool inexact;
    value.convert(APFloat::IEEEdouble(), APFloat::rmNearestTiesToEven, &inexact);
    return value.convertToDouble();
  }
  APInt value(width * 8, bits);
  return element.isUnsignedInteger() || element.isInteger(1) ? double(value.getZExtValue())
                                                              : double(value.getSExtValue());
}

Exporter::Exporter(ModuleOp module, func::FuncOp function) : module(module), function(function) {
  takenValues.insert("");
}

std::string Exporter::uniqueValue(StringRef wish) {
  std::string name = wish.empty() ? "value" : wish.str();
  for (unsigned i = 1; !takenValues.insert(name).second; ++i)
    name = wish.str() + "_" + std::to_string(i);
  return name;
}

InFlightDiagnostic Exporter::emitError(Operation *op) {
  failed = true;
  return op->emitError();
}

std::string Exporter::nodeWish(Operation *op) {
  std::string name = nodeName(op->getLoc());
  return name.empty() ? op->getName().stripDialect().str() : name;
}

std::string Exporter::resultName(Operation *op, StringRef wish) {
  Value result = op->getResult(0);
  auto output = outputNames.find(result);
  std::string name = output != outputNames.end() ? output->second : uniqueValue(wish);
  names[result] = name;
  return name;
}

std::string Exporter::emitNamed(StringRef nodeName, std::string valueName, StringRef onnxOp,
                                std::vector<std::string> inputs, std::vector<onnx_out::Attribute> attributes) {
  std::string unique = nodeName.str();
  for (unsigned i = 1; !takenNodes.insert(unique).second; ++i)
    unique = nodeName.str() + "_" + std::to_string(i);
  graph.nodes.push_back({unique, onnxOp.str(), std::move(inputs), {valueName}, std::move(attributes)});
  return valueName;
}

void Exporter::emit(Operation *op, StringRef onnxOp, std::vector<std::string> inputs,
                    std::vector<onnx_out::Attribute> attributes) {
  std::string wish = nodeWish(op);
  emitNamed(wish, resultName(op, wish), onnxOp, std::move(inputs), std::move(attributes));
}

std::string Exporter::emitStep(Operation *op, StringRef suffix, StringRef onnxOp, std::vector<std::string> inputs,
                               std::vector<onnx_out::Attribute> attributes) {
  std::string wish = nodeWish(op) + suffix.str();
  return emitNamed(wish, uniqueValue(wish), onnxOp, std::move(inputs), std::move(attributes));
}

std::string Exporter::initializer(StringRef wish, int32_t type, ArrayRef<int64_t> dims, std::string bytes) {
  std::string content = bytes;
  for (int64_t dim : dims)
    content += "," + std::to_string(dim);
  // The same content under the same name is the same initializer.
  std::string name = wish.str();
  for (unsigned i = 1;; ++i) {
    auto found = written.find(name);
    if (found != written.end() && found->second.first == type && found->second.second == content)
      return name;
    if (takenValues.insert(name).second)
      break;
    name = wish.str() + "_" + std::to_string(i);
  }
  written[name] = {type, std::move(content)};
  graph.initializers.push_back({name, type, SmallVector<int64_t>(dims), std::move(bytes)});
  return name;
}

std::string Exporter::integers(StringRef wish, ArrayRef<int64_t> values) {
  return initializer(wish, Int64, {int64_t(values.size())},
                     std::string(reinterpret_cast<const char *>(values.data()), values.size() * sizeof(int64_t)));
}

std::string Exporter::scalar(StringRef wish, Type element, double value) {
  std::string bytes;
  if (auto real = dyn_cast<FloatType>(element)) {
    APFloat number(value);
    bool inexact;
    number.convert(real.getFloatSemantics(), APFloat::rmNearestTiesToEven, &inexact);
    uint64_t bits = number.bitcastToAPInt().getZExtValue();
    bytes.assign(reinterpret_cast<const char *>(&bits), getStorageBytes(element));
  } else {
    int64_t bits = int64_t(value);
    bytes.assign(reinterpret_cast<const char *>(&bits), getStorageBytes(element));
  }
  return initializer(wish, dataType(element), {}, bytes);
}

const Constant *Exporter::constant(Value value) {
  auto found = constants.find(value);
  return found == constants.end() ? nullptr : &found->second;
}

void Exporter::setConstant(Value value, Constant constant) {
  constants.try_emplace(value, std::move(constant));
}

std::string Exporter::name(Value value) {
  auto named = names.find(value);
  if (named != names.end())
    return named->second;
  const Constant *known = constant(value);
  if (!known) // its op was refused
    return "";
  // Checked before a splat is written out.
  constexpr uint64_t kLimit = (uint64_t(1) << 31) - 1;
  initializerBytes += getStorageBytes(known->type).value_or(kLimit);
  if (initializerBytes > kLimit) {
    if (!tooLarge)
      emitError(function) << "requires a model below 2 GiB to write an ONNX file, but got " << initializerBytes
                          << " bytes of parameters";
    tooLarge = true;
    return "";
  }
  // A Constant or ConstantOfShape node comes back as such.
  auto origins = nodeOrigins(known->location);
  StringRef op = origins.empty() ? "" : StringRef(origins.front().op);
  int32_t type = dataType(known->type.getElementType());
  std::string result;
  if (known->splat && op == "ConstantOfShape") {
    Tensor element{"", type, {1}, known->bytes};
    std::string shape = integers(origins.front().name + "_shape", known->type.getShape());
    result = emitNamed(origins.front().name, uniqueValue(known->name), op, {shape}, {{"value", element}});
  } else {
    std::string bytes = known->bytes;
    for (int64_t i = 1, e = known->type.getNumElements(); known->splat && i < e; ++i)
      bytes += known->bytes;
    if (op == "Constant")
      result = emitNamed(origins.front().name, uniqueValue(known->name), op, {},
                         {{"value", Tensor{"", type, SmallVector<int64_t>(known->type.getShape()), bytes}}});
    else
      result = initializer(known->name, type, known->type.getShape(), bytes);
  }
  names[value] = result;
  return result;
}

void Exporter::exportUse(UseOp op) {
  auto param = SymbolTable::lookupNearestSymbolFrom<ParamOp>(op, op.getParamAttr());
  auto [found, isNew] = parameters.try_emplace(param, Constant{"", param.getTensorType(), "", false, param.getLoc()});
  Constant &constant = found->second;
  if (isNew) {
    auto onnxName = param->getAttrOfType<StringAttr>("pj.onnx_name");
    constant.name = onnxName ? onnxName.str() : param.getSymName().str();
    auto dense = dyn_cast_or_null<DenseElementsAttr>(param.getValueAttr());
    if (dense && dense.isSplat() && dense.getNumElements() > 1 && !constant.type.getElementType().isInteger(1)) {
      constant.splat = true; // a large one is written out only once it is known to fit
      constant.bytes.assign(dense.getRawData().data(), dense.getRawData().size());
    } else if (auto bytes = ParameterBytes::of(param)) {
      constant.bytes.assign(bytes->bytes().data(), bytes->bytes().size());
    } else {
      emitError(op) << "requires parameters with a value (run pj-train or pj-calibrate first), but got none for '"
                    << param.getSymName() << "'";
      return;
    }
    if (!dataType(constant.type.getElementType()))
      emitError(op) << "requires an element type that ONNX has, but got " << constant.type.getElementType();
  }
  setConstant(op.getResult(), constant);
}

void Exporter::exportMasked(MaskedOp op) {
  const Constant *weight = constant(op.getWeight()), *mask = constant(op.getMask());
  if (weight && mask) {
    Constant masked = *weight;
    unsigned width = getStorageBytes(masked.type.getElementType());
    if (masked.splat) {
      masked.bytes.clear();
      for (int64_t i = 0, e = masked.type.getNumElements(); i < e; ++i)
        masked.bytes += weight->bytes;
      masked.splat = false;
    }
    for (int64_t i = 0, e = masked.type.getNumElements(); i < e; ++i)
      if (mask->valueAt(i) == 0)
        std::memset(masked.bytes.data() + i * width, 0, width);
    setConstant(op.getResult(), std::move(masked));
    return;
  }
  auto type = cast<RankedTensorType>(op.getType());
  emit(op, "Where", {name(op.getMask()), name(op.getWeight()), scalar(nodeWish(op) + "_zero", type.getElementType(), 0)});
}

ValueInfo Exporter::valueInfo(std::string name, RankedTensorType type) {
  ValueInfo value{std::move(name), dataType(type.getElementType()), {}};
  DimensionScope scope(type.getContext());
  auto sizes = scope.sizes(type, std::nullopt);
  for (int64_t i = 0; i < type.getRank(); ++i) {
    if (!type.isDynamicDim(i))
      value.dims.emplace_back(type.getDimSize(i));
    else
      value.dims.emplace_back(succeeded(sizes) ? scope.str((*sizes)[i]) : "d" + std::to_string(i));
  }
  return value;
}

/// The name of argument or result `i`.
static std::string portName(ArrayAttr attributes, unsigned i, StringRef otherwise) {
  if (attributes)
    if (auto name = dyn_cast<DictionaryAttr>(attributes[i]).getAs<StringAttr>(PenjingDialect::kNameAttr))
      return name.str();
  return (otherwise + Twine(i)).str();
}

void Exporter::exportReturn(func::ReturnOp op) {
  for (auto [index, value] : llvm::enumerate(op.getOperands())) {
    std::string wanted = graph.outputs[index].name;
    std::string have = name(value);
    if (have != wanted)
      emitNamed(wanted + "_output", wanted, "Identity", {have});
  }
}

std::optional<Graph> Exporter::run() {
  for (BlockArgument argument : function.getArguments()) {
    std::string name = portName(function.getArgAttrsAttr(), argument.getArgNumber(), "input");
    auto type = cast<RankedTensorType>(argument.getType());
    if (!dataType(type.getElementType()))
      emitError(function) << "requires an element type that ONNX has, but got " << type.getElementType();
    takenValues.insert(name);
    names[argument] = name;
    graph.inputs.push_back(valueInfo(name, type));
  }
  auto terminator = cast<func::ReturnOp>(function.getBody().front().getTerminator());
  for (auto [index, value] : llvm::enumerate(terminator.getOperands())) {
    std::string name = portName(function.getResAttrsAttr(), index, "output");
    graph.outputs.push_back(valueInfo(name, cast<RankedTensorType>(value.getType())));
    bool free = takenValues.insert(name).second;
    if (free && value.getDefiningOp() && !isa<UseOp, ConstantOp>(value.getDefiningOp()))
      outputNames.try_emplace(value, name);
  }
  for (Operation &op : function.getBody().front())
    exportOp(&op);
  if (failed)
    return std::nullopt;
  return std::move(graph);
}

void Exporter::exportOp(Operation *op) {
  if (exportElementwise(op) || exportWindowed(op) || exportShape(op))
    return;
  llvm::TypeSwitch<Operation *>(op)
      .Case([&](UseOp use) { exportUse(use); })
      .Case([&](ConstantOp constant) {
        auto type = cast<RankedTensorType>(constant.getType());
        auto bytes = ParameterBytes::of(constant.getValue());
        if (!bytes || !dataType(type.getElementType())) {
          emitError(op) << "requires an element type that ONNX has, but got " << type.getElementType();
          return;
        }
        setConstant(constant.getResult(), {nodeWish(op) + "_constant", type,
                                           std::string(bytes->bytes().data(), bytes->bytes().size()), false,
                                           UnknownLoc::get(op->getContext())});
      })
      .Case([&](MaskedOp masked) { exportMasked(masked); })
      .Case([&](FakeQuantizeOp fake) { exportFakeQuantize(fake); })
      .Case([&](func::ReturnOp terminator) { exportReturn(terminator); })
      .Default([&](Operation *) {
        emitError(op) << "requires an op that ONNX has, but got '" << op->getName() << "'";
      });
}
