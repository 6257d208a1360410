// From an ordered graph to a function: arguments, parameters, the node after
// node import, results.
#include "GraphImport.h"

#include "penjing/Dialect/Penjing/Forms.h"
#include "penjing/Dialect/Penjing/NamedDimensions.h"
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

/// A dimension's name as an identifier; affine keywords and other characters
/// are altered.
static std::string dimensionName(StringRef name) {
  std::string result;
  for (char c : name)
    result += llvm::isAlnum(c) || c == '_' ? c : '_';
  if (result.empty() || llvm::isDigit(result[0]) || result == "mod" || result == "floordiv" ||
      result == "ceildiv")
    result = "d_" + result;
  return result;
}

LogicalResult GraphImport::importInputs(const ImportOptions &options) {
  MLIRContext *context = module.getContext();
  DimensionScope scope(context);
  SmallVector<Type> types;
  SmallVector<DictionaryAttr> attributes;
  SmallVector<Location> locations;
  SmallVector<std::string> names;
  llvm::SmallSetVector<StringAttr, 4> dims;
  llvm::StringSet<> constants, usedBindings;
  for (const Tensor &tensor : model.initializers) {
    constants.insert(tensor.name);
    values[tensor.name].constant = &tensor;
  }
  auto binding = [&](StringRef name) -> const ShapeBinding * {
    for (const ShapeBinding &candidate : options.shapes)
      if (candidate.name == name)
        return &candidate;
    return nullptr;
  };
  for (const ValueInfo &input : model.inputs) {
    if (constants.contains(input.name))
      continue; // the default of an old file
    Location location = errors.locate(input.name, "input");
    Type element = input.isTensor ? elementType(context, input.type) : Type();
    if (!element || !input.shape) {
      errors.emitError(location) << "requires an input that is a float, integer or boolean tensor with a shape, but got "
                                 << (!input.isTensor ? "no tensor" : !element ? dataTypeName(input.type) : "no shape");
      values[input.name].broken = true;
      continue;
    }
    SmallVector<AffineExpr> sizes;
    const ShapeBinding *whole = binding(input.name);
    if (whole) {
      usedBindings.insert(whole->name);
      if (whole->sizes.size() != input.shape->size())
        errors.emitError(location) << "requires sizes for " << input.shape->size()
                                   << " dimensions of input '" << input.name << "', but got " << whole->sizes.size();
    }
    bool good = true;
    double elements = 1;
    for (auto [index, dimension] : llvm::enumerate(*input.shape)) {
      std::optional<int64_t> size = dimension.size;
      if (size && *size == -1)
        size = std::nullopt;
      std::string name = dimension.name.empty() ? input.name + "_" + std::to_string(index) : dimension.name;
      if (whole && index < whole->sizes.size() && whole->sizes[index] >= 0) {
        if (size && *size != whole->sizes[index]) {
          errors.emitError(location) << "requires the file's size " << *size << " of dimension " << index
                                     << ", but got " << whole->sizes[index];
          good = false;
        }
        size = whole->sizes[index];
      } else if (const ShapeBinding *named = size ? nullptr : binding(name)) {
        usedBindings.insert(named->name);
        if (named->sizes.size() != 1 || named->sizes[0] < 0)
          errors.emitError(location) << "requires one size for dimension '" << name << "', but got "
                                     << named->sizes.size();
        else
          size = named->sizes[0];
      }
      if (size && *size < 0) {
        errors.emitError(location) << "requires sizes that are not negative, but got " << *size;
        good = false;
        continue;
      }
      elements *= size ? double(*size) : 1;
      auto symbol = StringAttr::get(context, dimensionName(name));
      if (!size)
        dims.insert(symbol);
      sizes.push_back(size ? scope.constant(*size) : scope.symbol(symbol));
    }
    if (elements > kMaxElements || sizes.size() > 16) {
      errors.emitError(location) << "requires a tensor of at most 2^40 elements, but got rank "
                                 << sizes.size() << " and " << elements;
      good = false;
    }
    if (!good) {
      values[input.name].broken = true;
      continue;
    }
    types.push_back(scope.type(sizes, element));
    names.push_back(input.name);
    locations.push_back(FileLineColLoc::get(context, errors.fileName(), 0, 0));
    attributes.push_back(builder.getDictionaryAttr(
        builder.getNamedAttr(PenjingDialect::kNameAttr, builder.getStringAttr(input.name))));
  }
  for (const ShapeBinding &shape : options.shapes)
    if (!usedBindings.contains(shape.name))
      errors.emitFileError() << "requires the name of an input or of a dynamic dimension, but got '" << shape.name << "'";
  if (errors.any())
    return failure();
  builder.setInsertionPointToEnd(module.getBody());
  function = func::FuncOp::create(builder, module.getLoc(), "main", builder.getFunctionType(types, {}));
  SmallVector<Attribute> dimNames(dims.begin(), dims.end());
  if (!dimNames.empty())
    function->setAttr(PenjingDialect::kDimsAttr, builder.getArrayAttr(dimNames));
  function.setAllArgAttrs(attributes);
  Block *body = builder.createBlock(&function.getBody(), {}, types, locations);
  for (auto [name, argument] : llvm::zip(names, body->getArguments()))
    values[name].value = argument;
  builder.setInsertionPointToEnd(body);
  return success();
}

LogicalResult GraphImport::importOutputs() {
  MLIRContext *context = module.getContext();
  SmallVector<Value> results;
  SmallVector<DictionaryAttr> attributes;
  llvm::StringSet<> seen;
  if (model.outputs.empty())
    errors.emitFileError() << "requires at least one output, but got none";
  for (const ValueInfo &output : model.outputs) {
    Location location = errors.locate(output.name, "output");
    auto found = values.find(output.name);
    if (!seen.insert(output.name).second) {
      errors.emitError(location) << "requires distinct outputs, but got '" << output.name << "' twice";
      continue;
    }
    if (found == values.end()) {
      errors.emitError(location) << "requires an output that a node writes, but nothing writes '" << output.name << "'";
      continue;
    }
    ImportedValue &value = found->second;
    if (value.broken)
      continue;
    if (!value.value && value.constant && value.constant->count && elementType(context, value.constant->type))
      value.value = readParameter(value.constant, value.origin.value_or(module.getLoc()), location,
                                  Role::Constant, false);
    if (!value.value) {
      errors.emitError(location) << "requires an output of a float, integer or boolean type with elements, but got another";
      continue;
    }
    auto type = cast<RankedTensorType>(value.value.getType());
    if (output.type != Undefined && type.getElementType() != elementType(context, output.type))
      errors.emitError(location) << "requires elements of type " << type.getElementType()
                                 << " as the graph computes them, but got " << dataTypeName(output.type);
    if (output.shape && int64_t(output.shape->size()) != type.getRank())
      errors.emitError(location) << "requires rank " << type.getRank()
                                 << " as the graph computes it, but got " << output.shape->size();
    results.push_back(value.value);
    attributes.push_back(builder.getDictionaryAttr(
        builder.getNamedAttr(PenjingDialect::kNameAttr, builder.getStringAttr(output.name))));
  }
  if (errors.any())
    return failure();
  func::ReturnOp::create(builder, module.getLoc(), results);
  function.setType(builder.getFunctionType(function.getArgumentTypes(), ValueRange(results).getTypes()));
  function.setAllResultAttrs(attributes);
  return success();
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
