// From a genome to a described network, and its levels.
#include "penjing/Search/Neat/NetworkGraph.h"

#include "penjing/Search/Neat/LaneNetworks.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"

using namespace penjing::neat;

const NetworkGraph::Node *NetworkGraph::find(int64_t id) const {
  auto place = llvm::find_if(nodes, [&](const Node &node) { return node.id == id; });
  return place == nodes.end() ? nullptr : &*place;
}

NetworkGraph penjing::neat::describe(const Genome &genome, const Shape &shape) {
  NetworkGraph graph;
  graph.recurrent = shape.recurrent;
  auto id = [&](uint32_t node) { return shape.isSource(node) ? -1 - int64_t(node) : int64_t(node - shape.firstOutput()); };
  for (uint32_t input = 0; input < shape.inputs; ++input)
    graph.inputs.push_back(id(input));
  auto add = [&](uint32_t node) {
    double bias = 0;
    for (const Connection &c : genome.connections)
      if (c.enabled && c.to == node && c.from == shape.bias())
        bias += kSteepness * double(c.weight);
    graph.nodes.push_back({id(node), bias, double(kSteepness), Activation::Sigmoid});
  };
  for (uint32_t output = 0; output < shape.outputs; ++output) {
    graph.outputs.push_back(id(shape.firstOutput() + output));
    add(shape.firstOutput() + output);
  }
  for (uint32_t node : genome.hidden)
    add(node);
  for (const Connection &c : genome.connections)
    if (c.enabled && c.from != shape.bias())
      graph.edges.push_back({id(c.from), id(c.to), c.weight});
  return graph;
}

namespace {

/// The graph by positions: computed nodes only, edges from inputs left out.
struct Adjacency {
  llvm::DenseMap<int64_t, size_t> position;
  std::vector<std::vector<size_t>> sources, readers;

  explicit Adjacency(const NetworkGraph &graph) : sources(graph.nodes.size()), readers(graph.nodes.size()) {
    for (auto [index, node] : llvm::enumerate(graph.nodes))
      position[node.id] = index;
    for (const NetworkGraph::Edge &edge : graph.edges) {
      auto from = position.find(edge.from), to = position.find(edge.to);
      if (from == position.end())
        continue;
      sources[to->second].push_back(from->second);
      readers[from->second].push_back(to->second);
    }
  }
  /// Which nodes an output depends on.
  std::vector<bool> needed(llvm::ArrayRef<int64_t> outputs) const {
    std::vector<bool> found(sources.size());
    std::vector<size_t> work;
    auto visit = [&](size_t node) {
      if (!found[node])
        found[node] = true, work.push_back(node);
    };
    for (int64_t output : outputs)
      visit(position.at(output));
    while (!work.empty()) {
      size_t node = work.back();
      work.pop_back();
      for (size_t source : sources[node])
        visit(source);
    }
    return found;
  }
};

} // namespace

llvm::Expected<std::vector<std::vector<const NetworkGraph::Node *>>>
penjing::neat::levelsOf(const NetworkGraph &graph) {
  Adjacency adjacency(graph);
  std::vector<bool> wanted = adjacency.needed(graph.outputs);
  std::vector<size_t> level(graph.nodes.size()), waiting(graph.nodes.size()), ready;
  for (size_t node = 0; node < graph.nodes.size(); ++node) {
    waiting[node] = graph.recurrent ? 0 : adjacency.sources[node].size();
    if (wanted[node] && !waiting[node])
      ready.push_back(node);
  }
  // Every source of a wanted node is wanted, so each becomes ready unless it waits on a cycle.
  for (size_t next = 0; !graph.recurrent && next < ready.size(); ++next)
    for (size_t reader : adjacency.readers[ready[next]]) {
      level[reader] = std::max(level[reader], level[ready[next]] + 1);
      if (--waiting[reader] == 0 && wanted[reader])
        ready.push_back(reader);
    }
  std::vector<std::vector<const NetworkGraph::Node *>> levels;
  for (size_t node = 0; node < graph.nodes.size(); ++node) {
    if (!wanted[node])
      continue;
    if (waiting[node])
      return llvm::createStringError("requires a network without cycles, but got one through or below node " +
                                     llvm::Twine(graph.nodes[node].id));
    levels.resize(std::max(levels.size(), level[node] + 1));
    levels[level[node]].push_back(&graph.nodes[node]);
  }
  return levels;
}
