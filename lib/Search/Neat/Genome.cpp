// Questions to a genome, and the two ways of adding genes in their order.
#include "penjing/Search/Neat/Genome.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"

#include <set>

using namespace penjing::neat;

bool Genome::connects(uint32_t from, uint32_t to) const {
  return llvm::any_of(connections, [&](const Connection &c) { return c.from == from && c.to == to; });
}

bool Genome::hasHidden(uint32_t node) const { return llvm::is_contained(hidden, node); }

void Genome::addHidden(uint32_t node) {
  auto place = std::lower_bound(hidden.begin(), hidden.end(), node);
  if (place == hidden.end() || *place != node)
    hidden.insert(place, node);
}

void Genome::insert(const Connection &connection) {
  auto place = connections.end();
  while (place != connections.begin() && std::prev(place)->innovation > connection.innovation)
    --place;
  connections.insert(place, connection);
}

bool penjing::neat::closesCycle(const Genome &genome, uint32_t from, uint32_t to) {
  if (from == to)
    return true;
  // What can be reached from `to`; a set of few nodes is searched fastest in a row.
  llvm::SmallVector<uint32_t, 32> reached{to};
  for (size_t next = 0; next < reached.size(); ++next)
    for (const Connection &c : genome.connections) {
      if (c.from != reached[next])
        continue;
      if (c.to == from)
        return true;
      if (!llvm::is_contained(reached, c.to))
        reached.push_back(c.to);
    }
  return false;
}

std::string penjing::neat::findFault(const Genome &genome, const Shape &shape) {
  auto known = [&](uint32_t node) { return !shape.isHidden(node) || genome.hasHidden(node); };
  for (size_t i = 0; i < genome.hidden.size(); ++i)
    if (!shape.isHidden(genome.hidden[i]) || (i && genome.hidden[i] <= genome.hidden[i - 1]))
      return "requires ascending ids of hidden nodes, but got " + std::to_string(genome.hidden[i]);
  std::set<std::pair<uint32_t, uint32_t>> pairs;
  Genome before;
  for (const Connection &c : genome.connections) {
    std::string name = std::to_string(c.from) + " -> " + std::to_string(c.to);
    if (!before.connections.empty() && before.connections.back().innovation >= c.innovation)
      return "requires ascending innovation numbers, but got " + std::to_string(c.innovation);
    if (!known(c.from) || !known(c.to))
      return "requires connections between nodes of the genome, but got " + name;
    if (shape.isSource(c.to))
      return "requires connections into hidden or output nodes, but got " + name;
    if (!pairs.insert({c.from, c.to}).second)
      return "requires one connection of a pair of nodes, but got two of " + name;
    if (!shape.recurrent && closesCycle(before, c.from, c.to))
      return "requires a genome without cycles, but got one through " + name;
    before.connections.push_back(c);
  }
  return "";
}
