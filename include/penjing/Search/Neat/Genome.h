// A genome of NEAT: node genes and connection genes with their historical
// markings (Stanley & Miikkulainen: "Evolving neural networks through augmenting
// topologies", Evolutionary Computation 10(2), 2002, section 3.1).
#ifndef PENJING_SEARCH_NEAT_GENOME_H
#define PENJING_SEARCH_NEAT_GENOME_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <string>
#include <vector>

namespace penjing::neat {

/// What every genome of a population has in common. Node ids are given in this
/// order: the inputs, the bias (a source of constant 1), the outputs, hidden nodes.
struct Shape {
  uint32_t inputs = 1, outputs = 1;
  /// Connections may form cycles; all nodes then update at once, a step a time.
  bool recurrent = false;

  uint32_t bias() const { return inputs; }
  uint32_t firstOutput() const { return inputs + 1; }
  uint32_t firstHidden() const { return inputs + 1 + outputs; }
  bool isSource(uint32_t node) const { return node <= inputs; }
  bool isHidden(uint32_t node) const { return node >= firstHidden(); }
};

struct Connection {
  uint32_t innovation;
  uint32_t from, to; ///< node ids
  float weight;
  bool enabled;

  bool operator==(const Connection &other) const {
    return innovation == other.innovation && from == other.from && to == other.to && weight == other.weight &&
           enabled == other.enabled;
  }
};

struct Genome {
  /// Ids of the hidden nodes, ascending. Inputs, bias and outputs are in every genome.
  std::vector<uint32_t> hidden;
  /// Ascending by innovation number.
  std::vector<Connection> connections;

  bool operator==(const Genome &other) const { return hidden == other.hidden && connections == other.connections; }
  bool connects(uint32_t from, uint32_t to) const;
  bool hasHidden(uint32_t node) const;
  /// Adds a hidden node at its place, unless it is there.
  void addHidden(uint32_t node);
  /// Adds a connection at the place of its innovation number.
  void insert(const Connection &connection);
};

/// Whether a connection from → to would close a cycle, disabled connections
/// counted too: enabling a gene later never makes a feed-forward genome recurrent.
bool closesCycle(const Genome &genome, uint32_t from, uint32_t to);

/// An error in words, or nothing: order of the genes, unknown nodes, connections
/// into sources, doubled connections, cycles where `shape` forbids them.
std::string findFault(const Genome &genome, const Shape &shape);

} // namespace penjing::neat

#endif // PENJING_SEARCH_NEAT_GENOME_H
