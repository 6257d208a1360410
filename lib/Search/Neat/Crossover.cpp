// Crossover by historical markings, and the distance that they give.
#include "penjing/Search/Neat/Operators.h"

#include <cmath>

using namespace penjing::neat;

namespace {

/// Adds inherited genes to a child.
struct Inheritance {
  const Shape &shape;
  const Parameters &parameters;
  Draws &draws;
  Genome &child;

  void add(const Connection &gene, bool disabled) {
    child.connections.push_back(gene);
    child.connections.back().enabled = !(disabled && draws.chance(parameters.disabledInheritance));
    for (uint32_t node : {gene.from, gene.to})
      if (shape.isHidden(node))
        child.addHidden(node);
  }
  /// Whether a gene can join the child: what came from the other of two equally fit
  /// parents may hold the same connection under another number, or close a cycle.
  bool fits(const Connection &gene) const {
    return !child.connects(gene.from, gene.to) && (shape.recurrent || !closesCycle(child, gene.from, gene.to));
  }
};

} // namespace

void penjing::neat::crossover(const Genome &fitter, const Genome &other, bool equal, const Shape &shape,
                              const Parameters &p, Draws &draws, Genome &child) {
  bool byCoin = equal && p.equalFitness == EqualFitness::Random;
  bool swapped = equal && !byCoin && other.connections.size() < fitter.connections.size();
  const std::vector<Connection> &a = (swapped ? other : fitter).connections,
                                &b = (swapped ? fitter : other).connections;
  child.hidden.clear();
  child.connections.clear();
  Inheritance inherit{shape, p, draws, child};
  size_t i = 0, j = 0;
  while (i < a.size() || j < b.size()) {
    if (i < a.size() && j < b.size() && a[i].innovation == b[j].innovation) {
      if (!byCoin || inherit.fits(a[i]))
        inherit.add(draws.coin() ? a[i] : b[j], !a[i].enabled || !b[j].enabled);
      ++i, ++j;
    } else if (j == b.size() || (i < a.size() && a[i].innovation < b[j].innovation)) {
      if (!byCoin || (draws.coin() && inherit.fits(a[i])))
        inherit.add(a[i], !a[i].enabled);
      ++i;
    } else {
      if (byCoin && draws.coin() && inherit.fits(b[j]))
        inherit.add(b[j], !b[j].enabled);
      ++j;
    }
  }
}

Alignment penjing::neat::align(const Genome &first, const Genome &second) {
  const std::vector<Connection> &a = first.connections, &b = second.connections;
  Alignment result;
  size_t i = 0, j = 0;
  while (i < a.size() && j < b.size()) {
    if (a[i].innovation == b[j].innovation) {
      ++result.matching;
      result.weightDifference += std::fabs(a[i].weight - b[j].weight);
      ++i, ++j;
    } else {
      ++result.disjoint;
      a[i].innovation < b[j].innovation ? ++i : ++j;
    }
  }
  result.excess = uint32_t(a.size() - i + b.size() - j);
  return result;
}

/// N of equation 1.
static float normalizer(const Genome &a, const Genome &b, const Parameters &p) {
  size_t larger = std::max(a.connections.size(), b.connections.size());
  return larger < p.smallGenome || !larger ? 1 : float(larger);
}

static float distanceOf(const Alignment &aligned, float genes, const Parameters &p) {
  float weights = aligned.matching ? aligned.weightDifference / float(aligned.matching) : 0;
  return (p.excess * float(aligned.excess) + p.disjoint * float(aligned.disjoint)) / genes +
         p.weightDifference * weights;
}

float penjing::neat::distance(const Genome &a, const Genome &b, const Parameters &p) {
  return distanceOf(align(a, b), normalizer(a, b, p), p);
}

bool penjing::neat::isCloser(const Genome &first, const Genome &second, float threshold, const Parameters &p) {
  const std::vector<Connection> &a = first.connections, &b = second.connections;
  float genes = normalizer(first, second, p), least = std::min(p.excess, p.disjoint) / genes;
  // Unequal sizes alone may settle it; so may every gene without a partner below.
  size_t unequal = a.size() < b.size() ? b.size() - a.size() : a.size() - b.size();
  if (least * float(unequal) >= threshold)
    return false;
  Alignment aligned;
  size_t i = 0, j = 0;
  for (;;) {
    // Genes match in runs, the first of them in every genome.
    for (; i < a.size() && j < b.size() && a[i].innovation == b[j].innovation; ++i, ++j) {
      ++aligned.matching;
      aligned.weightDifference += std::fabs(a[i].weight - b[j].weight);
    }
    if (i == a.size() || j == b.size())
      break;
    if (least * float(++aligned.disjoint) >= threshold)
      return false;
    a[i].innovation < b[j].innovation ? ++i : ++j;
  }
  aligned.excess = uint32_t(a.size() - i + b.size() - j);
  return distanceOf(aligned, genes, p) < threshold;
}
