// An evolved network as others see it: nodes, connections, activations. What a
// genome gives, what genome files hold, and what becomes a module or a drawing.
#ifndef PENJING_SEARCH_NEAT_NETWORKGRAPH_H
#define PENJING_SEARCH_NEAT_NETWORKGRAPH_H

#include "penjing/Search/Neat/Genome.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/Support/Error.h"

namespace penjing::neat {

enum class Activation { Sigmoid, Tanh, Relu, Identity };

/// A node is activation(bias + response · sum(weight · source)).
struct NetworkGraph {
  struct Node {
    int64_t id;
    double bias = 0, response = 1;
    Activation activation = Activation::Sigmoid;
  };
  struct Edge {
    int64_t from, to;
    double weight;
  };
  std::vector<int64_t> inputs, outputs;
  std::vector<Node> nodes; ///< outputs and hidden nodes
  std::vector<Edge> edges; ///< enabled connections only
  /// All nodes update at once, from inputs and the values before.
  bool recurrent = false;

  const Node *find(int64_t id) const;
};

/// Inputs get ids from -1 downwards, outputs from 0 upwards, hidden nodes follow. The bias
/// and the sigmoid's steepness become the nodes' bias and response.
NetworkGraph describe(const Genome &genome, const Shape &shape);

/// The nodes that outputs depend on, by level: a node stands one level above the
/// highest of its sources, inputs at level 0. Fails with the id of a node on a cycle.
llvm::Expected<std::vector<std::vector<const NetworkGraph::Node *>>> levelsOf(const NetworkGraph &graph);

// -- Files --------------------------------------------------------------------

/// Reads `{"inputs": [ids], "outputs": [ids], "nodes": [{id, bias, response, activation}],
/// "connections": [{from, to, weight, enabled}], "recurrent": false}`; bias, response,
/// activation, enabled and recurrent may be absent. Everything is checked.
llvm::Expected<NetworkGraph> readNetwork(llvm::StringRef json);
/// The same format, weights with the digits that give them back.
std::string writeNetwork(const NetworkGraph &graph);

/// A drawing in layers: inputs below, outputs on top; the width of a line is its
/// weight's size, blue positive, red negative.
std::string drawNetwork(const NetworkGraph &graph);

// -- Modules ------------------------------------------------------------------

/// A module of form float. Feed-forward: x : N x inputs -> y : N x outputs, a `pj.matmul`
/// a level over everything below it, connections that are not there being zeros (which
/// `pj-read-masks` reads as a mask). Recurrent: (x, state : N x nodes) -> (y, next_state).
/// Nodes that no output depends on are left out. Fails on a cycle where the
/// graph is not recurrent.
llvm::Expected<mlir::OwningOpRef<mlir::ModuleOp>> networkModule(const NetworkGraph &graph, mlir::MLIRContext *context);

} // namespace penjing::neat

#endif // PENJING_SEARCH_NEAT_NETWORKGRAPH_H
