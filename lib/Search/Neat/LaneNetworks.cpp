// The order of a genome's nodes, and the program of sixteen of them.
#include "penjing/Search/Neat/LaneNetworks.h"

#include "Vector.h"

#include "llvm/ADT/STLExtras.h"

#include <cassert>

using namespace penjing::neat;

uint32_t NodeOrder::positionOf(uint32_t node) const {
  return uint32_t(llvm::find(nodes, node) - nodes.begin());
}

void NodeOrder::build(const Genome &genome, const Shape &shape) {
  nodes.clear();
  first.clear();
  sources.clear();
  uint32_t computed = shape.outputs + uint32_t(genome.hidden.size());
  // Numbers of the computed nodes before they are ordered.
  auto number = [&](uint32_t node) {
    if (!shape.isHidden(node))
      return node - shape.firstOutput();
    return shape.outputs + uint32_t(llvm::lower_bound(genome.hidden, node) - genome.hidden.begin());
  };
  auto id = [&](uint32_t index) {
    return index < shape.outputs ? shape.firstOutput() + index : genome.hidden[index - shape.outputs];
  };
  llvm::SmallVector<uint32_t, 32> position(computed, ~0u);
  if (shape.recurrent) {
    for (uint32_t index = 0; index < computed; ++index) {
      position[index] = index;
      nodes.push_back(id(index));
    }
  } else {
    llvm::SmallVector<uint32_t, 32> waiting(computed, 0);
    for (const Connection &c : genome.connections)
      if (c.enabled && !shape.isSource(c.from))
        ++waiting[number(c.to)];
    // Hidden nodes first: outputs seldom feed anything.
    while (nodes.size() < computed) {
      size_t before = nodes.size();
      for (uint32_t k = 0; k < computed; ++k) {
        uint32_t index = (k + shape.outputs) % computed;
        if (position[index] != ~0u || waiting[index])
          continue;
        position[index] = uint32_t(nodes.size());
        nodes.push_back(id(index));
        for (const Connection &c : genome.connections)
          if (c.enabled && c.from == nodes.back())
            --waiting[number(c.to)];
      }
      (void)before;
      assert(nodes.size() > before && "a feed-forward genome has no cycle");
    }
  }
  for (uint32_t node : nodes) {
    first.push_back(uint32_t(sources.size()));
    for (const Connection &c : genome.connections)
      if (c.enabled && c.to == node)
        sources.push_back({shape.isSource(c.from) ? c.from : shape.inputs + 1 + position[number(c.from)], c.weight});
  }
  first.push_back(uint32_t(sources.size()));
}

LaneNetworks::LaneNetworks(const Shape &shape)
    : shape(shape), outputPlaces(shape.outputs), values(shape.inputs + 1, Lanes::splat(0)) {
  values[shape.bias()] = Lanes::splat(1);
  for (unsigned lane = 0; lane < kLanes; ++lane)
    orders[lane].build(Genome(), shape);
}

void LaneNetworks::load(unsigned lane, const Genome &genome) {
  orders[lane].build(genome, shape);
  for (size_t slot = shape.firstOutput(); slot < values.size(); ++slot)
    values[slot][lane] = 0;
  arranged = false;
}

/// Lays the lanes' programs side by side: as many slots as the largest network has
/// nodes, as many rows in a slot as its busiest lane has sources.
void LaneNetworks::arrange() {
  size_t slots = 0;
  for (const NodeOrder &order : orders)
    slots = std::max(slots, order.nodes.size());
  firstRow.assign(slots + 1, 0);
  for (size_t slot = 0; slot < slots; ++slot) {
    uint32_t most = 0;
    for (const NodeOrder &order : orders)
      if (slot < order.nodes.size())
        most = std::max(most, order.first[slot + 1] - order.first[slot]);
    firstRow[slot + 1] = firstRow[slot] + most;
  }
  values.resize(std::max(values.size(), shape.firstOutput() + slots), Lanes::splat(0));
  updated.resize(values.size());
  rows.resize(std::max<size_t>(rows.size(), firstRow[slots]));
  for (unsigned lane = 0; lane < kLanes; ++lane) {
    const NodeOrder &order = orders[lane];
    for (size_t slot = 0; slot < slots; ++slot) {
      bool real = slot < order.nodes.size();
      uint32_t source = real ? order.first[slot] : 0, end = real ? order.first[slot + 1] : 0;
      for (uint32_t row = firstRow[slot]; row < firstRow[slot + 1]; ++row, ++source) {
        rows[row].weights[lane] = source < end ? order.sources[source].weight : 0;
        rows[row].sources[lane] = (source < end ? order.sources[source].place : 0) * kLanes + lane;
      }
    }
    for (uint32_t output = 0; output < shape.outputs; ++output)
      outputPlaces[output][lane] =
          (shape.firstOutput() + order.positionOf(shape.firstOutput() + output)) * kLanes + lane;
  }
  arranged = true;
}

/// value = sigmoid of the sum of sources times weights, over the rows of a slot.
PENJING_NEAT_INLINE void computeSlot(Lanes &value, const LaneNetworks::Row *row, const LaneNetworks::Row *end,
                                     const float *values) {
  Vector sum = {};
  for (; row != end; ++row) {
    Vector weights, sources;
    load(weights, row->weights);
    for (unsigned lane = 0; lane < kLanes; ++lane)
      sources[lane] = values[row->sources[lane]];
    sum += sources * weights;
  }
  sum *= kSteepness;
  logistic(sum, sum);
  store(value, sum);
}
PENJING_NEAT_VARIANTS(compute, computeSlot,
                      (Lanes & value, const LaneNetworks::Row *row, const LaneNetworks::Row *end, const float *values),
                      (value, row, end, values))

void LaneNetworks::run(llvm::ArrayRef<Lanes> inputs, llvm::MutableArrayRef<Lanes> outputs) {
  assert(inputs.size() == shape.inputs && outputs.size() == shape.outputs);
  if (!arranged)
    arrange();
  for (uint32_t input = 0; input < shape.inputs; ++input)
    values[input] = inputs[input];
  std::vector<Lanes> &target = shape.recurrent ? updated : values;
  size_t slots = firstRow.size() - 1;
  for (size_t slot = 0; slot < slots; ++slot)
    compute(target[shape.firstOutput() + slot], rows.data() + firstRow[slot], rows.data() + firstRow[slot + 1],
            values.front().v);
  if (shape.recurrent)
    std::copy_n(updated.begin() + shape.firstOutput(), slots, values.begin() + shape.firstOutput());
  const float *from = values.front().v;
  for (uint32_t output = 0; output < shape.outputs; ++output)
    for (unsigned lane = 0; lane < kLanes; ++lane)
      outputs[output][lane] = from[outputPlaces[output][lane]];
}
