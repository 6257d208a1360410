// One node as an import rule sees it: operands, attributes, results, and the
// errors of those that are not as the rule asks.
#include "GraphImport.h"

#include "penjing/Support/Locations.h"

using namespace mlir;
using namespace penjing;
using namespace penjing::onnx_ir;

NodeImport::NodeImport(GraphImport &graph, const Node &node)
    : graph(graph), node(node), location(graph.errors.locate(node.name, node.op, node.ordinal)) {}

InFlightDiagnostic NodeImport::emitError() {
  failed = true;
  return graph.errors.emitError(location);
}

bool NodeImport::operands(unsigned minimum, unsigned maximum) {
  unsigned given = node.inputs.size();
  while (given > 0 && node.inputs[given - 1].empty())
    --given;
  if (given < minimum || given > maximum) {
    auto diagnostic = emitError() << "requires " << minimum;
    if (maximum != minimum && maximum != ~0u)
      diagnostic << " to " << maximum;
    else if (maximum != minimum)
      diagnostic << " or more";
    diagnostic << " operands, but got " << given;
    return false;
  }
  for (unsigned i = 0; i < minimum; ++i)
    if (!has(i)) {
      emitError() << "requires operand " << i << ", but got an empty name";
      return false;
    }
  return true;
}

ImportedValue *NodeImport::state(unsigned i) {
  auto found = has(i) ? graph.values.find(node.inputs[i]) : graph.values.end();
  if (found == graph.values.end() || found->second.broken) {
    // The node that should have written it has been refused already.
    failed = true;
    return nullptr;
  }
  return &found->second;
}

Value NodeImport::value(unsigned i, Role role, bool trainable) {
  ImportedValue *operand = state(i);
  if (!operand)
    return {};
  if (operand->value)
    return operand->value;
  if (!operand->constant) {
    emitError() << "requires readers that dequantize by the same scale and zero point, but got others of "
                << dataTypeName(operand->grid.type);
    return {};
  }
  Location place = operand->origin ? *operand->origin
                                   : Location(FileLineColLoc::get(context(), graph.errors.fileName(), 0, 0));
  if (operand->constant->count == 0) {
    emitError() << "requires operands with elements, but '" << node.inputs[i] << "' is an empty constant";
    return {};
  }
  if (!elementType(context(), operand->constant->type)) {
    emitError() << "requires an operand of a float, integer or boolean type, but '" << node.inputs[i]
                << "' is of type " << dataTypeName(operand->constant->type);
    return {};
  }
  return graph.readParameter(operand->constant, place, location, role, trainable);
}

const Tensor *NodeImport::constant(unsigned i, StringRef what) {
  ImportedValue *operand = state(i);
  if (!operand)
    return nullptr;
  if (!operand->constant)
    emitError() << "requires " << what << " that is a constant, but '" << node.inputs[i]
                << "' is computed at run time";
  return operand->constant;
}

std::optional<SmallVector<int64_t>> NodeImport::integers(unsigned i, StringRef what) {
  const Tensor *tensor = constant(i, what);
  if (!tensor)
    return std::nullopt;
  if (!tensor->isInteger() || tensor->dims.size() > 1 || tensor->count > 64) {
    emitError() << "requires " << what << " of at most 64 integers, but got " << tensor->count << " of type "
                << dataTypeName(tensor->type);
    return std::nullopt;
  }
  SmallVector<int64_t> result;
  for (uint64_t j = 0; j < tensor->count; ++j)
    result.push_back(tensor->integerAt(j));
  return result;
}

std::optional<double> NodeImport::number(unsigned i, StringRef what) {
  const Tensor *tensor = constant(i, what);
  if (!tensor)
    return std::nullopt;
  if (tensor->count != 1) {
    emitError() << "requires " << what << " that is one number, but got " << tensor->count;
    return std::nullopt;
  }
  return tensor->valueAt(0);
}

const NodeAttribute *NodeImport::attribute(StringRef name, NodeAttribute::Kind kind, StringRef kindName) {
  known.insert(name);
  for (const NodeAttribute &attribute : node.attributes) {
    if (attribute.name != name)
      continue;
    if (attribute.kind == kind)
      return &attribute;
    emitError() << "requires attribute '" << name << "' to be " << kindName << ", but got another type";
    return nullptr;
  }
  return nullptr;
}

int64_t NodeImport::integer(StringRef name, int64_t otherwise) {
  const NodeAttribute *found = attribute(name, NodeAttribute::Int, "an integer");
  return found ? found->i : otherwise;
}

double NodeImport::real(StringRef name, double otherwise) {
  const NodeAttribute *found = attribute(name, NodeAttribute::Float, "a float");
  return found ? found->f : otherwise;
}

std::string NodeImport::text(StringRef name, StringRef otherwise) {
  const NodeAttribute *found = attribute(name, NodeAttribute::String, "a string");
  return found ? found->s : otherwise.str();
}

std::optional<SmallVector<int64_t>> NodeImport::integerList(StringRef name) {
  const NodeAttribute *found = attribute(name, NodeAttribute::Ints, "a list of integers");
  if (!found)
    return std::nullopt;
  return SmallVector<int64_t>(found->ints.begin(), found->ints.end());
}

int64_t NodeImport::axis(int64_t axis, int64_t rank) {
  if (axis < -rank || axis >= rank) {
    emitError() << "requires an axis in [" << -rank << ", " << rank - 1 << "], but got " << axis;
    return 0;
  }
  return axis < 0 ? axis + rank : axis;
}

bool NodeImport::checkSize(Type type) {
  double elements = 1;
  for (int64_t size : cast<RankedTensorType>(type).getShape())
    elements *= ShapedType::isDynamic(size) ? 1 : double(size);
  if (elements > kMaxElements)
    emitError() << "requires a result of at most 2^40 elements, but got " << type;
  return elements <= kMaxElements;
}

Value NodeImport::reshape(Value input, ArrayRef<int64_t> shape) {
  return create<ReshapeOp>(input, [&](PropertiesOf<ReshapeOp> &p) {
    p.shape = graph.builder.getDenseI64ArrayAttr(shape);
  });
}

Value NodeImport::scalar(double number, Type element) {
  auto type = RankedTensorType::get({}, element);
  Attribute value;
  if (isa<FloatType>(element))
    value = FloatAttr::get(element, number);
  else
    value = IntegerAttr::get(element, int64_t(number));
  return ConstantOp::create(graph.builder, location, DenseElementsAttr::get(type, value));
}

void NodeImport::finish(Value value) {
  if (!value || failed) {
    failed = true;
    return;
  }
  result().value = value;
  finished = true;
}

void NodeImport::finish(const ImportedValue &value) {
  if (failed)
    return;
  result() = value;
  finished = true;
}

void NodeImport::forward(unsigned i) {
  ImportedValue *operand = state(i);
  if (failed || !operand)
    return;
  ImportedValue copy = *operand; // the map may move its values
  result() = copy;
  finished = true;
  graph.fold(node);
}

void NodeImport::finishConstant(Tensor tensor) {
  if (failed)
    return;
  if (tensor.name.empty())
    tensor.name = node.outputs.front();
  ImportedValue &value = result();
  value.constant = graph.own(std::move(tensor));
  value.origin = location;
  finished = true;
}
