// From an ordered graph to a function: parameters, and node after node.
#include "GraphImport.h"

#include "penjing/Dialect/Penjing/Forms.h"
#include "penjing/Dialect/Penjing/ParameterValues.h"
#include "penjing/Support/Locations.h"

#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace penjing;
using namespace penjing::onnx_ir;

/// Values up to this many bytes stand in the text instead of in a blob.
static constexpr uint64_t kInlineBytes = 16;

GraphImport::GraphImport(Model &model, FileErrors &errors, ModuleOp module)
    : model(model), errors(errors), module(module), builder(module.getContext()) {
  for (const Node &node : model.nodes)
    for (auto [index, input] : llvm::enumerate(node.inputs))
      if (!input.empty())
        readersOf[input].push_back({&node, unsigned(index)});
  for (const ValueInfo &output : model.outputs)
    outputNames.insert(output.name);
  symbols.insert("main");
}

ArrayRef<penjing::onnx_ir::Reader> GraphImport::readers(StringRef value) const {
  auto found = readersOf.find(value);
  return found == readersOf.end() ? ArrayRef<Reader>() : ArrayRef<Reader>(found->second);
}

std::string GraphImport::uniqueSymbol(StringRef wish) {
  std::string base;
  for (char c : wish)
    base += llvm::isPrint(c) && c != '"' && c != '\\' ? c : '_';
  if (base.empty())
    base = "parameter";
  std::string name = base;
  for (unsigned i = 1; !symbols.insert(name).second; ++i)
    name = base + "_" + std::to_string(i);
  return name;
}

/// The constant as an attribute: inline where it is small or a splat; nothing
/// where it belongs into a blob.
static ElementsAttr inlineValue(const Tensor &tensor, RankedTensorType type) {
  if (tensor.bytes.size() > kInlineBytes && !tensor.splat)
    return {};
  if (type.getElementType().isInteger(1)) {
    SmallVector<bool> values;
    for (char byte : tensor.bytes)
      values.push_back(byte != 0);
    return DenseElementsAttr::get(type, values);
  }
  bool splat = false;
  ArrayRef<char> bytes(tensor.bytes.data(), tensor.bytes.size());
  if (!DenseElementsAttr::isValidRawBuffer(type, bytes, splat))
    return {};
  return DenseElementsAttr::getFromRawBuffer(type, bytes);
}

Value GraphImport::readParameter(const Tensor *constant, Location parameterLocation,
                                 Location location, Role role, bool trainable) {
  MLIRContext *context = module.getContext();
  ParamOp &param = parameters[constant];
  auto type = RankedTensorType::get(constant->dims, elementType(context, constant->type));
  if (!param) {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPoint(function);
    std::string name = uniqueSymbol(constant->name);
    param = ParamOp::create(builder, parameterLocation, builder.getStringAttr(name), TypeAttr::get(type),
                            RoleAttr::get(context, role), UnitAttr(), inlineValue(*constant, type),
                            InitializerAttr(), StringAttr());
    if (name != constant->name)
      param->setAttr(kOnnxNameAttr, StringAttr::get(context, constant->name));
    if (!param.getValueAttr()) {
      setParameterBytes(param, ArrayRef<char>(constant->bytes.data(), constant->bytes.size()));
    }
  }
  if (param.getRole() == Role::Constant)
    param.setRole(role);
  if (trainable && isa<FloatType>(type.getElementType()))
    param.setTrainable(true);
  return UseOp::create(builder, location, type, param.getSymName());
}

ImportRule GraphImport::checkSupported(const Node &node) {
  ImportRule rule = findRule(node.op);
  bool ownDomain = node.domain.empty() || node.domain == "ai.onnx";
  if (rule && ownDomain)
    return rule;
  errors.emitError(errors.locate(node.name, node.op, node.ordinal))
      << "requires a supported op, but got '" << (ownDomain ? "" : node.domain + ".") << node.op
      << "'; supported are " << supportedOps();
  return nullptr;
}

void GraphImport::importNode(const Node &node) {
  NodeImport import(*this, node);
  ImportRule rule = checkSupported(node);
  if (!rule)
    import.failed = true;
  else if (node.outputs.empty() || node.outputs.front().empty())
    import.emitError() << "requires a named result, but got none";
  else
    rule(import);
  if (!import.failed)
    for (const NodeAttribute &attribute : node.attributes)
      if (!import.known.contains(attribute.name))
        import.emitError() << "does not know attribute '" << attribute.name << "' in operator set "
                           << model.opset;
  for (auto [index, output] : llvm::enumerate(node.outputs)) {
    if (output.empty() || (index == 0 && import.isFinished() && !import.failed))
      continue;
    bool read = !readers(output).empty() || isOutput(output);
    if (index > 0 && read && !import.failed)
      import.emitError() << "requires that only the first result is read, but result '" << output << "' is";
    values[output].broken = true;
  }
}

LogicalResult GraphImport::run(const ImportOptions &options) {
  LogicalResult inputs = importInputs(options);
  for (const Node &node : model.nodes) {
    if (succeeded(inputs))
      importNode(node);
    else // nothing can be built, but what is not supported can be told
      checkSupported(node);
  }
  if (failed(inputs))
    return failure();
  if (failed(importOutputs()))
    return failure();
  bool decided = module.walk([](FakeQuantizeOp) { return WalkResult::interrupt(); }).wasInterrupted();
  setForm(module, decided ? Form::Decided : Form::Float);
  // Constants that no op reads as a parameter left nothing behind either.
  for (const Node &node : model.nodes) {
    auto value = node.outputs.empty() ? values.end() : values.find(node.outputs.front());
    if (value != values.end() && value->second.origin && value->second.constant &&
        *value->second.origin == errors.locate(node.name, node.op, node.ordinal) &&
        !parameters.count(value->second.constant))
      fold(node);
  }
  if (!folded.empty()) {
    SmallVector<StringRef> names(folded.begin(), folded.end());
    module->setAttr(kFoldedNodesAttr, builder.getStrArrayAttr(names));
  }
  return success();
}
