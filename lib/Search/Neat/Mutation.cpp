// Mutations of weights and of structure.
#include "penjing/Search/Neat/Operators.h"

#include <algorithm>

using namespace penjing::neat;

void penjing::neat::mutateWeights(Genome &genome, const Parameters &p, Draws &draws) {
  float reach = p.perturbation;
  if (p.halvings)
    reach /= float(1u << draws.below(p.halvings + 1));
  for (Connection &c : genome.connections) {
    // One draw decides and, stretched to its branch, gives the value too.
    float u = draws.uniform();
    if (u >= p.changedWeights)
      continue;
    u /= p.changedWeights;
    float weight = u < p.perturb ? c.weight + (u / p.perturb * 2 - 1) * reach
                                 : ((u - p.perturb) / (1 - p.perturb) * 2 - 1) * p.replacement;
    c.weight = std::clamp(weight, -p.weightLimit, p.weightLimit);
  }
}

bool penjing::neat::addConnection(Genome &genome, const Shape &shape, const Parameters &p, Innovations &innovations,
                                  Draws &draws) {
  uint32_t fixed = shape.firstHidden(), hidden = uint32_t(genome.hidden.size());
  auto node = [&](uint32_t index) { return index < fixed ? index : genome.hidden[index - fixed]; };
  for (int attempt = 0; attempt < 20; ++attempt) {
    uint32_t from = node(draws.below(fixed + hidden));
    uint32_t to = node(shape.firstOutput() + draws.below(shape.outputs + hidden));
    if (genome.connects(from, to) || (!shape.recurrent && closesCycle(genome, from, to)))
      continue;
    float weight = draws.symmetric() * p.replacement;
    genome.insert({innovations.connection(from, to), from, to, weight, true});
    return true;
  }
  return false;
}

bool penjing::neat::addNode(Genome &genome, Innovations &innovations, Draws &draws) {
  uint32_t enabled = 0;
  for (const Connection &c : genome.connections)
    enabled += c.enabled;
  if (!enabled)
    return false;
  uint32_t chosen = draws.below(enabled);
  auto place = genome.connections.begin();
  while (!place->enabled || chosen--)
    ++place;
  place->enabled = false;
  Connection old = *place;
  uint32_t node = innovations.split(old.innovation);
  // A genome that split this connection, got it back and splits it again in the same
  // generation needs a node of its own.
  if (genome.hasHidden(node))
    node = innovations.freshNode();
  genome.addHidden(node);
  genome.insert({innovations.connection(old.from, node), old.from, node, 1, true});
  genome.insert({innovations.connection(node, old.to), node, old.to, old.weight, true});
  return true;
}

void penjing::neat::toggle(Genome &genome, Draws &draws) {
  if (genome.connections.empty())
    return;
  Connection &c = genome.connections[draws.below(uint32_t(genome.connections.size()))];
  c.enabled = !c.enabled;
}

void penjing::neat::enable(Genome &genome, Draws &draws) {
  uint32_t disabled = 0;
  for (const Connection &c : genome.connections)
    disabled += !c.enabled;
  if (!disabled)
    return;
  uint32_t chosen = draws.below(disabled);
  for (Connection &c : genome.connections)
    if (!c.enabled && !chosen--)
      c.enabled = true;
}

void penjing::neat::mutate(Genome &genome, const Shape &shape, const Parameters &p, Innovations &innovations,
                           Draws &draws) {
  if (draws.chance(p.addNode) && addNode(genome, innovations, draws))
    return;
  if (draws.chance(p.addConnection) && addConnection(genome, shape, p, innovations, draws))
    return;
  if (draws.chance(p.mutateWeights))
    mutateWeights(genome, p, draws);
  if (p.toggle > 0 && draws.chance(p.toggle))
    toggle(genome, draws);
  if (p.enable > 0 && draws.chance(p.enable))
    enable(genome, draws);
}
