// Inputs and outputs of an import: types with named dimensions, and the sizes
// that the user binds.
#include "GraphImport.h"

#include "penjing/Dialect/Penjing/NamedDimensions.h"

#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace penjing;
using namespace penjing::onnx_ir;

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
