// Sixteen networks of different structure evaluated at once: a program of rows,
// each a multiply-add in every lane.
#ifndef PENJING_SEARCH_NEAT_LANENETWORKS_H
#define PENJING_SEARCH_NEAT_LANENETWORKS_H

#include "penjing/Search/Neat/Genome.h"
#include "penjing/Search/Neat/Lanes.h"

#include "llvm/ADT/SmallVector.h"

#include <array>

namespace penjing::neat {

/// The steepness of NEAT's sigmoid, 1 / (1 + exp(-4.9 x)) (section 4.1).
inline constexpr float kSteepness = 4.9f;

/// The computed nodes of a genome in an order in which sources come first (of a
/// recurrent one: outputs, then hidden nodes), and their enabled connections.
struct NodeOrder {
  struct Source {
    uint32_t place; ///< an input, the bias (place `inputs`), or inputs + 1 + position in `nodes`
    float weight;
  };
  llvm::SmallVector<uint32_t, 16> nodes;
  /// Of node k: sources[first[k]] to sources[first[k + 1]], by ascending innovation.
  llvm::SmallVector<uint32_t, 17> first;
  llvm::SmallVector<Source, 32> sources;

  void build(const Genome &genome, const Shape &shape);
  uint32_t positionOf(uint32_t node) const;
};

class LaneNetworks {
public:
  explicit LaneNetworks(const Shape &shape);

  /// Puts a network into a lane, its state at 0.
  void load(unsigned lane, const Genome &genome);
  /// One step. Feed-forward networks: outputs of these inputs. Recurrent ones: every
  /// node is updated from inputs and the states before, then outputs are read.
  void run(llvm::ArrayRef<Lanes> inputs, llvm::MutableArrayRef<Lanes> outputs);

  /// Every lane's next source of a node, and its weight.
  struct Row {
    Lanes weights;
    std::array<uint32_t, kLanes> sources; ///< index of a float among the values
  };

private:
  void arrange();

  Shape shape;
  std::array<NodeOrder, kLanes> orders;
  bool arranged = false;
  /// Rows of slot k: rows[firstRow[k]] to rows[firstRow[k + 1]].
  std::vector<Row> rows;
  std::vector<uint32_t> firstRow;
  /// Where each lane's outputs are: index of a float among the values.
  std::vector<std::array<uint32_t, kLanes>> outputPlaces;
  /// Inputs, bias, and a slot for each computed node; `updated` holds the next state
  /// of recurrent networks.
  std::vector<Lanes> values, updated;
};

} // namespace penjing::neat

#endif // PENJING_SEARCH_NEAT_LANENETWORKS_H
