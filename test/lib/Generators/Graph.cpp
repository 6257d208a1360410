// A growing random graph: inputs, parameters, values to choose from.
#include "Graph.h"

#include "penjing/Dialect/Penjing/Forms.h"
#include "penjing/Dialect/Penjing/ParameterValues.h"

using namespace mlir;
using namespace penjing;
using namespace penjing::test;

Graph::Graph(MLIRContext *context, Form form, uint64_t seed)
    : moduleForm(form), module(ModuleOp::create(UnknownLoc::get(context))), ops(context), random(seed) {
  setForm(*module, form);
  ops.setInsertionPointToEnd(module->getBody());
  function = func::FuncOp::create(ops, loc(), "main", ops.getFunctionType({}, {}));
  ops.setInsertionPointToEnd(function.addEntryBlock());
}

Grown Graph::input(RankedTensorType type, double bound) {
  unsigned index = function.getNumArguments();
  (void)function.insertArgument(index, type, {}, loc());
  return {function.getArgument(index), bound, true};
}

Value Graph::parameter(RankedTensorType type, Role role, ArrayRef<float> values) {
  OpBuilder outside(function);
  std::string name = "p" + std::to_string(parameters++);
  auto param = ParamOp::create(outside, loc(), name, type, role, false, nullptr, nullptr, nullptr);
  std::vector<char> bytes(*getStorageBytes(type));
  unsigned width = getStorageBytes(type.getElementType());
  for (size_t i = 0; i < values.size(); ++i) {
    int32_t integer = values[i];
    if (width == 1)
      bytes[i] = integer;
    else
      std::memcpy(&bytes[i * 4], isa<FloatType>(type.getElementType()) ? (const void *)&values[i] : &integer, 4);
  }
  setParameterBytes(param, bytes);
  return UseOp::create(ops, loc(), type, name);
}

Value Graph::parameter(RankedTensorType type, Role role, int64_t low, int64_t high) {
  std::vector<float> values(type.getNumElements());
  for (float &value : values)
    value = random.in(low, high);
  return parameter(type, role, values);
}

Grown Graph::pick(unsigned rank, double maxBound, bool needsExact) {
  std::vector<Grown> fitting;
  for (const Grown &grown : values) {
    auto type = cast<RankedTensorType>(grown.value.getType());
    if (type.getRank() == rank && grown.bound <= maxBound && isa<FloatType>(type.getElementType()) &&
        (grown.exact || !needsExact) && type.getNumElements() <= 4096 && type.getNumElements() > 0)
      fitting.push_back(grown);
  }
  if (!fitting.empty() && random.chance(0.8))
    return fitting[random.in(0, fitting.size() - 1)];
  SmallVector<int64_t> shape;
  for (unsigned dim = 0; dim < rank; ++dim)
    shape.push_back(dim == 0 ? random.in(1, 3) : random.in(1, rank == 4 ? 9 : 19));
  Grown grown = input(type(shape));
  add(grown);
  return grown;
}

Type penjing::test::drawActivationType(Graph &g) {
  static constexpr double kScales[] = {0.05, 0.031, 0.25, 0.4};
  bool isSigned = g.draws().chance(0.25);
  return quant::UniformQuantizedType::get(isSigned ? quant::QuantizationFlags::Signed : 0, g.builder().getI8Type(),
                                          g.builder().getF32Type(), kScales[g.draws().in(0, 3)],
                                          isSigned ? g.draws().in(-20, 20) : g.draws().in(0, 200),
                                          isSigned ? -128 : 0, isSigned ? 127 : 255);
}

Value Graph::quantized(unsigned rank) {
  std::vector<Value> fitting;
  for (const Grown &grown : values)
    if (auto type = cast<RankedTensorType>(grown.value.getType());
        type.getRank() == rank && isQuantized(type) && type.getNumElements() <= 4096)
      fitting.push_back(grown.value);
  if (!fitting.empty() && random.chance(0.8))
    return fitting[random.in(0, fitting.size() - 1)];
  SmallVector<int64_t> shape;
  for (unsigned dim = 0; dim < rank; ++dim)
    shape.push_back(dim == 0 ? random.in(1, 2) : random.in(1, rank == 4 ? 9 : 19));
  Grown grown = input(type(shape));
  auto op = QuantizeOp::create(ops, loc(), type(shape).clone(drawActivationType(*this)), grown.value,
                               random.chance(0.5) ? RoundingRule::Nearest : RoundingRule::Floor);
  add({op.getResult(), 0, true});
  return op.getResult();
}

Grown Graph::like(RankedTensorType type) {
  std::vector<Grown> fitting;
  for (const Grown &grown : values)
    if (grown.value.getType() == type && grown.bound <= 1 << 12)
      fitting.push_back(grown);
  if (!fitting.empty() && random.chance(0.7))
    return fitting[random.in(0, fitting.size() - 1)];
  Grown grown = input(type);
  add(grown);
  return grown;
}

OwningOpRef<ModuleOp> Graph::finish(std::vector<bool> &exact) {
  SmallVector<Value> results;
  SmallVector<Type> types;
  for (const Grown &grown : values)
    if (grown.value.use_empty() && grown.value.getDefiningOp()) {
      results.push_back(grown.value);
      types.push_back(grown.value.getType());
      exact.push_back(grown.exact);
    }
  func::ReturnOp::create(ops, loc(), results);
  function.setFunctionType(ops.getFunctionType(function.getFunctionType().getInputs(), types));
  return std::move(module);
}
