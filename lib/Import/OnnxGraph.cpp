// The graph of an ONNX file as a graph: names, order, and what is broken in it.
#include "OnnxModel.h"

#include "penjing/Support/Locations.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;
using namespace penjing;
using namespace penjing::onnx_ir;

Location FileErrors::locate(StringRef name, StringRef op, unsigned ordinal) const {
  return nodeLocation(context, {name.str(), op.str(), file, ordinal});
}

InFlightDiagnostic FileErrors::emitError(Location location) {
  InFlightDiagnostic diagnostic = mlir::emitError(location);
  if (!count())
    diagnostic.abandon();
  return diagnostic;
}

InFlightDiagnostic FileErrors::emitFileError() {
  return emitError(FileLineColLoc::get(context, file, 0, 0));
}

void FileErrors::finish() {
  if (errors > kLimit)
    mlir::emitError(FileLineColLoc::get(context, file, 0, 0))
        << "stopped listing errors: " << errors - kLimit << " more";
}

void onnx_ir::nameNodes(Model &model) {
  llvm::StringSet<> taken;
  for (const Node &node : model.nodes)
    taken.insert(node.name);
  llvm::StringSet<> seen;
  for (Node &node : model.nodes) {
    if (!node.name.empty() && seen.insert(node.name).second)
      continue;
    std::string base = node.name.empty() ? node.op : node.name;
    std::string name = base + "#" + std::to_string(node.ordinal);
    while (!taken.insert(name).second)
      name += "'";
    node.name = name;
    seen.insert(name);
  }
}

namespace {

/// Depth-first order over the nodes' producers, in the file's order where that
/// is possible already.
class Sorter {
public:
  Sorter(Model &model, FileErrors &errors) : model(model), errors(errors) {}

  void run() {
    collectWriters();
    state.assign(model.nodes.size(), Unseen);
    for (unsigned i = 0; i < model.nodes.size(); ++i)
      visit(i);
    std::vector<Node> sorted;
    sorted.reserve(order.size());
    for (unsigned index : order)
      sorted.push_back(std::move(model.nodes[index]));
    model.nodes = std::move(sorted);
  }

private:
  enum State : char { Unseen, Open, Done };
  static constexpr unsigned kNoNode = ~0u;

  Location locate(const Node &node) {
    return errors.locate(node.name, node.op, node.ordinal);
  }

  void write(StringRef value, unsigned node, Location location) {
    if (value.empty() || writers.try_emplace(value, node).second)
      return;
    errors.emitError(location) << "requires every value to be written once, but '" << value
                               << "' is written twice";
  }

  void collectWriters() {
    for (const Tensor &tensor : model.initializers)
      write(tensor.name, kNoNode, errors.locate(tensor.name, "initializer"));
    llvm::StringSet<> inputs;
    for (const ValueInfo &input : model.inputs) {
      if (!inputs.insert(input.name).second)
        write(input.name, kNoNode, errors.locate(input.name, "input"));
      else // an input with an initializer is a default value, not a second one
        writers.try_emplace(input.name, kNoNode);
    }
    for (auto [index, node] : llvm::enumerate(model.nodes))
      for (const std::string &output : node.outputs)
        write(output, index, locate(node));
  }

  void visit(unsigned root) {
    if (state[root] != Unseen)
      return;
    std::vector<std::pair<unsigned, unsigned>> stack{{root, 0}}; // node, next input
    state[root] = Open;
    while (!stack.empty()) {
      auto &[index, next] = stack.back();
      Node &node = model.nodes[index];
      if (next == node.inputs.size()) {
        state[index] = Done;
        order.push_back(index);
        stack.pop_back();
        continue;
      }
      const std::string &input = node.inputs[next++];
      if (input.empty())
        continue;
      auto writer = writers.find(input);
      if (writer == writers.end()) {
        errors.emitError(locate(node)) << "requires an input that a node writes, but nothing writes '" << input << "'";
        continue;
      }
      unsigned producer = writer->second;
      if (producer == kNoNode || state[producer] == Done)
        continue;
      if (state[producer] == Open) {
        errors.emitError(locate(node)) << "requires a graph without cycles, but '" << input
                                       << "' depends on this node's own result";
        continue;
      }
      state[producer] = Open;
      stack.emplace_back(producer, 0);
    }
  }

  Model &model;
  FileErrors &errors;
  llvm::StringMap<unsigned> writers;
  std::vector<State> state;
  std::vector<unsigned> order;
};

} // namespace

void onnx_ir::orderNodes(Model &model, FileErrors &errors) { Sorter(model, errors).run(); }
