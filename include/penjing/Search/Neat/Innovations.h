// Innovation numbers: the same structural mutation, twice in one generation, gets
// the same number (Stanley & Miikkulainen 2002, section 3.2).
#ifndef PENJING_SEARCH_NEAT_INNOVATIONS_H
#define PENJING_SEARCH_NEAT_INNOVATIONS_H

#include "llvm/ADT/DenseMap.h"

#include <cstdint>

namespace penjing::neat {

class Innovations {
public:
  /// The first numbers to give: of connections, and ids of hidden nodes.
  Innovations(uint32_t nextConnection, uint32_t nextNode)
      : nextConnection(nextConnection), nextNode(nextNode) {}

  /// The number of a new connection from → to.
  uint32_t connection(uint32_t from, uint32_t to);
  /// The id of the node that splits the connection of this innovation number.
  uint32_t split(uint32_t connection);
  /// A node that is nobody else's.
  uint32_t freshNode() { return nextNode++; }
  /// Forgets this generation's mutations; numbers go on.
  void nextGeneration();

private:
  uint32_t nextConnection, nextNode;
  llvm::DenseMap<uint64_t, uint32_t> connections;
  llvm::DenseMap<uint32_t, uint32_t> splits;
};

} // namespace penjing::neat

#endif // PENJING_SEARCH_NEAT_INNOVATIONS_H
