// A described network as a module of form float: a matrix product a level.
#include "penjing/Search/Neat/NetworkGraph.h"

#include "penjing/Dialect/Penjing/Forms.h"
#include "penjing/Dialect/Penjing/NamedDimensions.h"
#include "penjing/Dialect/Penjing/ParameterValues.h"
#include "penjing/Dialect/Penjing/Penjing.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

using namespace mlir;
using namespace penjing;
using namespace penjing::neat;

using Node = NetworkGraph::Node;

namespace {

class ModuleWriter {
public:
  ModuleWriter(const NetworkGraph &graph, MLIRContext *context)
      : graph(graph), builder(context), scope(context),
        module(ModuleOp::create(NameLoc::get(builder.getStringAttr("network")))) {
    for (const NetworkGraph::Edge &edge : graph.edges)
      incoming[edge.to].push_back(&edge);
  }

  OwningOpRef<ModuleOp> write(llvm::ArrayRef<std::vector<const Node *>> levels);

private:
  /// Nodes computed together: of one level and activation; outputs apart from hidden
  /// nodes and in their order, so that no result has to be taken to pieces.
  using Group = std::vector<const Node *>;
  std::vector<Group> groupsOf(llvm::ArrayRef<const Node *> level) const;
  std::optional<size_t> outputIndex(const Node *node) const;

  RankedTensorType batchOf(int64_t columns);
  Value parameter(const Twine &name, llvm::ArrayRef<int64_t> shape, llvm::ArrayRef<float> values, Role role);
  Value compute(const Group &group, Value features, llvm::StringRef name);
  Value activate(Activation activation, Value x, Location location);
  Value joined(llvm::ArrayRef<Value> values, llvm::StringRef name);
  void begin(llvm::ArrayRef<std::pair<std::string, Type>> inputs);
  void finish(llvm::ArrayRef<std::pair<std::string, Value>> results);

  const NetworkGraph &graph;
  OpBuilder builder;
  DimensionScope scope;
  OwningOpRef<ModuleOp> module;
  func::FuncOp function;
  /// The column of a node among the features.
  llvm::DenseMap<int64_t, int64_t> column;
  llvm::DenseMap<int64_t, std::vector<const NetworkGraph::Edge *>> incoming;
};

std::optional<size_t> ModuleWriter::outputIndex(const Node *node) const {
  auto place = llvm::find(graph.outputs, node->id);
  return place == graph.outputs.end() ? std::nullopt : std::optional<size_t>(place - graph.outputs.begin());
}

std::vector<ModuleWriter::Group> ModuleWriter::groupsOf(llvm::ArrayRef<const Node *> level) const {
  std::vector<Group> groups;
  for (Activation activation : {Activation::Sigmoid, Activation::Tanh, Activation::Relu, Activation::Identity}) {
    Group hidden;
    for (const Node *node : level)
      if (node->activation == activation && !outputIndex(node))
        hidden.push_back(node);
    if (!hidden.empty())
      groups.push_back(hidden);
  }
  for (int64_t id : graph.outputs) {
    const Node *node = graph.find(id);
    if (!llvm::is_contained(level, node))
      continue;
    bool follows = !groups.empty() && groups.back().back()->activation == node->activation &&
                   outputIndex(groups.back().back()) && *outputIndex(groups.back().back()) + 1 == *outputIndex(node);
    if (!follows)
      groups.emplace_back();
    groups.back().push_back(node);
  }
  return groups;
}

RankedTensorType ModuleWriter::batchOf(int64_t columns) {
  return scope.type({scope.symbol(builder.getStringAttr("N")), scope.constant(columns)}, builder.getF32Type());
}

Value ModuleWriter::parameter(const Twine &name, llvm::ArrayRef<int64_t> shape, llvm::ArrayRef<float> values,
                              Role role) {
  auto type = RankedTensorType::get(shape, builder.getF32Type());
  Location location = NameLoc::get(builder.getStringAttr(name));
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPoint(function);
  auto param = ParamOp::create(builder, location, builder.getStringAttr(name), TypeAttr::get(type),
                               RoleAttr::get(builder.getContext(), role), builder.getUnitAttr(), ElementsAttr(),
                               InitializerAttr(), StringAttr());
  setParameterBytes(param, ArrayRef<char>(reinterpret_cast<const char *>(values.data()), values.size() * sizeof(float)));
  builder.setInsertionPointToEnd(&function.getBody().front());
  return UseOp::create(builder, location, type, param.getSymName());
}

Value ModuleWriter::activate(Activation activation, Value x, Location location) {
  switch (activation) {
  case Activation::Sigmoid:
    return SigmoidOp::create(builder, location, x);
  case Activation::Tanh:
    return TanhOp::create(builder, location, x);
  case Activation::Relu:
    return ReluOp::create(builder, location, x);
  case Activation::Identity:
    return x;
  }
  llvm_unreachable("an activation");
}

/// The nodes' values; the response is part of the weights.
Value ModuleWriter::compute(const Group &group, Value features, llvm::StringRef name) {
  auto rows = cast<RankedTensorType>(features.getType()).getDimSize(1), columns = int64_t(group.size());
  std::vector<double> sums(rows * columns);
  std::vector<float> biases;
  for (auto [index, node] : llvm::enumerate(group)) {
    biases.push_back(float(node->bias));
    for (const NetworkGraph::Edge *edge : incoming[node->id])
      sums[column.at(edge->from) * columns + int64_t(index)] += node->response * edge->weight;
  }
  std::vector<float> weights(sums.begin(), sums.end());
  Location location = NameLoc::get(builder.getStringAttr(name));
  Value weight = parameter(name + "_weight", {rows, columns}, weights, Role::Weight);
  Value bias = parameter(name + "_bias", {columns}, biases, Role::Bias);
  Value product = MatmulOp::create(builder, location, features, weight, bias, false, false);
  return activate(group.front()->activation, product, location);
}

Value ModuleWriter::joined(llvm::ArrayRef<Value> values, llvm::StringRef name) {
  if (values.size() == 1)
    return values.front();
  return ConcatOp::create(builder, NameLoc::get(builder.getStringAttr(name)), values, 1);
}

void ModuleWriter::begin(llvm::ArrayRef<std::pair<std::string, Type>> inputs) {
  builder.setInsertionPointToEnd(module->getBody());
  SmallVector<Type> types = llvm::map_to_vector(inputs, [](auto &input) { return input.second; });
  function = func::FuncOp::create(builder, module->getLoc(), "main", builder.getFunctionType(types, {}));
  function->setAttr(PenjingDialect::kDimsAttr, builder.getStrArrayAttr({"N"}));
  Block *body = function.addEntryBlock();
  for (auto [index, input] : llvm::enumerate(inputs))
    function.setArgAttr(unsigned(index), PenjingDialect::kNameAttr, builder.getStringAttr(input.first));
  builder.setInsertionPointToEnd(body);
}

void ModuleWriter::finish(llvm::ArrayRef<std::pair<std::string, Value>> results) {
  SmallVector<Value> values = llvm::map_to_vector(results, [](auto &result) { return result.second; });
  func::ReturnOp::create(builder, module->getLoc(), values);
  function.setType(builder.getFunctionType(function.getArgumentTypes(), ValueRange(values).getTypes()));
  for (auto [index, result] : llvm::enumerate(results))
    function.setResultAttr(unsigned(index), PenjingDialect::kNameAttr, builder.getStringAttr(result.first));
  setForm(*module, Form::Float);
}

OwningOpRef<ModuleOp> ModuleWriter::write(llvm::ArrayRef<std::vector<const Node *>> levels) {
  SmallVector<std::pair<std::string, Type>> inputs{{"x", batchOf(int64_t(graph.inputs.size()))}};
  for (int64_t id : graph.inputs)
    column[id] = int64_t(column.size());
  // The state holds hidden nodes group by group, then outputs: the order of the groups.
  if (graph.recurrent) {
    int64_t first = int64_t(column.size());
    for (const Group &group : groupsOf(levels.front()))
      for (const Node *node : group)
        column[node->id] = int64_t(column.size());
    inputs.push_back({"state", batchOf(int64_t(column.size()) - first)});
  }
  begin(inputs);
  SmallVector<Value> sources(function.getArguments()), states;
  std::vector<std::pair<size_t, Value>> outputs;
  size_t number = 0;
  for (const std::vector<const Node *> &level : levels) {
    ++number;
    Value features = joined(sources, "sources" + std::to_string(number));
    SmallVector<Value> results;
    for (auto [index, group] : llvm::enumerate(groupsOf(level))) {
      bool isOutput = outputIndex(group.front()).has_value();
      std::string name = (isOutput ? "outputs" : "level") + std::to_string(number) +
                         (index ? "_" + std::to_string(index + 1) : "");
      results.push_back(compute(group, features, name));
      if (isOutput)
        outputs.push_back({*outputIndex(group.front()), results.back()});
      if (!graph.recurrent)
        for (const Node *node : group)
          column[node->id] = int64_t(column.size());
    }
    states = results;
    sources.assign({features});
    sources.append(results);
  }
  llvm::sort(outputs, [](auto &a, auto &b) { return a.first < b.first; });
  Value y = joined(llvm::map_to_vector(outputs, [](auto &output) { return output.second; }), "y");
  SmallVector<std::pair<std::string, Value>> results{{"y", y}};
  if (graph.recurrent)
    results.push_back({"next_state", joined(states, "next_state")});
  finish(results);
  return std::move(module);
}

} // namespace

llvm::Expected<OwningOpRef<ModuleOp>> penjing::neat::networkModule(const NetworkGraph &graph, MLIRContext *context) {
  auto levels = levelsOf(graph);
  if (!levels)
    return levels.takeError();
  context->loadDialect<PenjingDialect, func::FuncDialect>();
  return ModuleWriter(graph, context).write(*levels);
}
