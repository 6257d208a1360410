// penjing info: tells what a model is: form, inputs, outputs, layers, parameters.
#include "Workspace.h"

#include "penjing/Analysis/Layers.h"
#include "penjing/Dialect/Penjing/Forms.h"
#include "penjing/Dialect/Penjing/NamedDimensions.h"
#include "penjing/Dialect/Penjing/ParameterValues.h"

#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace penjing;

/// A tensor type as people write it: `f32 Nx3x32x32`.
static std::string typeText(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor)
    return "?";
  std::string text;
  llvm::raw_string_ostream os(text);
  os << tensor.getElementType();
  DimensionScope scope(type.getContext());
  auto sizes = scope.sizes(tensor, std::nullopt);
  for (int64_t i = 0; i < tensor.getRank(); ++i) {
    os << (i ? "x" : " ");
    if (!tensor.isDynamicDim(i))
      os << tensor.getDimSize(i);
    else
      os << (succeeded(sizes) ? scope.str((*sizes)[i]) : "?");
  }
  return text;
}

/// What `pj.name` calls a port.
static std::string portName(ArrayAttr attributes, unsigned i) {
  if (attributes)
    if (auto name = cast<DictionaryAttr>(attributes[i]).getAs<StringAttr>(PenjingDialect::kNameAttr))
      return name.str();
  return std::to_string(i);
}

/// Elements of a tensor, a dynamic dimension counted once.
static int64_t elementsPerSample(Type type) {
  int64_t count = 1;
  for (int64_t size : cast<RankedTensorType>(type).getShape())
    count *= ShapedType::isDynamic(size) ? 1 : size;
  return count;
}

/// Zero elements of a float32 parameter, masked ones included.
static std::string zeroShare(const Layer &layer) {
  auto weights = maskedWeights(layer);
  if (!weights || weights->empty())
    return "-";
  return llvm::formatv("{0:f1} %", 100.0 * llvm::count(*weights, 0.0f) / weights->size()).str();
}

static void printLayers(Workspace &workspace, ModuleOp module) {
  auto layers = getLayers(module);
  if (layers.empty())
    return;
  workspace.say("\nlayers (multiply-adds of one sample):");
  workspace.say(llvm::formatv("  {0,-28} {1,-12} {2,-18} {3,12} {4,9}", "node", "op", "weight", "mult-adds", "zeros").str());
  int64_t total = 0;
  for (const Layer &layer : layers) {
    int64_t macs = layer.products() * elementsPerSample(layer.result().getType());
    total += macs;
    StringRef op = layer.isDepthwise() ? "depthwise" : layer.op->getName().stripDialect();
    workspace.say(llvm::formatv("  {0,-28} {1,-12} {2,-18} {3,12} {4,9}", layerName(layer.op), op,
                                typeText(layer.param().getType()), macs, zeroShare(layer)).str());
  }
  workspace.say(llvm::formatv("  {0,-28} {1,-12} {2,-18} {3,12}", "all", "", "", total).str());
}

static void printParameters(Workspace &workspace, ModuleOp module) {
  struct Sum {
    unsigned number = 0;
    uint64_t elements = 0, bytes = 0;
  };
  std::map<Role, Sum> byRole;
  Sum all, trainable, waiting;
  auto add = [](Sum &sum, ParamOp param) {
    ++sum.number;
    sum.elements += param.getTensorType().getNumElements();
    sum.bytes += getStorageBytes(param.getTensorType()).value_or(0);
  };
  for (auto param : module.getOps<ParamOp>()) {
    add(byRole[param.getRole()], param);
    add(all, param);
    if (param.getTrainable())
      add(trainable, param);
    if (!param.getValueAttr())
      add(waiting, param);
  }
  workspace.say("\nparameters:");
  auto line = [&](StringRef name, const Sum &sum) {
    workspace.say(llvm::formatv("  {0,-18} {1,5} tensors {2,12} elements {3,12} bytes", name, sum.number,
                                sum.elements, sum.bytes).str());
  };
  for (auto &[role, sum] : byRole)
    line(stringifyRole(role), sum);
  line("all", all);
  line("trainable", trainable);
  if (waiting.number)
    line("without a value", waiting);
}

int penjing::infoCommand(llvm::ArrayRef<std::string> arguments) {
  std::string model;
  SharedOptions shared;
  Options options("info", "tells what a model is: its form, inputs, outputs, layers and parameters.");
  options.positional("MODEL", model, "a model .onnx, .mlir or .mlirbc in any form");
  options.example("penjing info resnet8.onnx", "the network as it was trained");
  options.example("penjing info small.mlirbc", "what a recipe left of it");
  shared.declare(options);
  if (auto code = parseOptions(options, arguments))
    return *code;
  Workspace workspace(shared);
  auto module = workspace.readModel(model);
  if (!module)
    return kFailure;
  auto function = getEntryFunction(*module);
  if (failed(function))
    return kFailure;
  auto form = getForm(*module);
  workspace.say("form: " + (form ? stringifyForm(*form) : "none"));
  for (auto [index, type] : llvm::enumerate(function->getArgumentTypes()))
    workspace.say("input: " + portName(function->getArgAttrsAttr(), index) + ": " + typeText(type));
  for (auto [index, type] : llvm::enumerate(function->getResultTypes()))
    workspace.say("output: " + portName(function->getResAttrsAttr(), index) + ": " + typeText(type));
  std::map<std::string, unsigned> ops;
  function->walk([&](Operation *op) {
    if (isa<PenjingDialect>(op->getDialect()) && !isa<UseOp, ConstantOp>(op))
      ++ops[op->getName().stripDialect().str()];
  });
  std::string text = "ops:";
  for (auto &[name, count] : ops)
    text += " " + name + (count > 1 ? " (" + std::to_string(count) + ")" : "") + ",";
  text.pop_back();
  workspace.say(text);
  printLayers(workspace, *module);
  printParameters(workspace, *module);
  return kSuccess;
}
