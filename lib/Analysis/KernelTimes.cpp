// Estimates of kernel times: cycles of register tiles, bytes over bandwidths, and
// what sparse kernels pay for their tables.
#include "penjing/Analysis/KernelTimes.h"

#include "penjing/Target/Leaves.h"

#include "llvm/Support/MathExtras.h"

#include <algorithm>
#include <cmath>

using namespace mlir;
using namespace penjing;
using kernel::ContractionAttr;
using kernel::DimKind;

/// Cycles from a multiply-add to the next one on its result.
static constexpr double latency = 4;
/// Cycles of a tile beside its sums: addresses, zeroing, epilogue, loop.
static constexpr double tileOverhead = 12;
/// Cycles that a row of a table costs before its entries: its bounds, two short loops.
static constexpr double rowOverhead = 14;
/// Cycles that an entry of a table costs beside its multiply-adds and loads.
static constexpr double entryOverhead = 0.5;
/// Cycles that a load adds although it runs beside multiply-adds.
static constexpr double vectorLoadCost = 0.15, scalarLoadCost = 0.03;
/// Cycles of a kernel beside its tiles: the call, the loops' first and last turns.
static constexpr double callOverhead = 40;

ContractionSizes penjing::sizesOf(ContractionAttr contraction) {
  ContractionSizes sizes;
  for (kernel::DimAttr dim : contraction.getDims()) {
    switch (dim.getKind()) {
    case DimKind::Vector:
      sizes.outputs = dim.getSize();
      sizes.isDepthwise = dim.getStrides()[ContractionAttr::A] != 0;
      break;
    case DimKind::Reduction:
      sizes.products *= dim.getSize();
      sizes.innermost = dim.getSize();
      break;
    default:
      (dim.getStrides()[ContractionAttr::B] == 0 ? sizes.points : sizes.repeats) *= dim.getSize();
    }
  }
  return sizes;
}

ContractionSizes penjing::sizesOf(const Layer &layer) {
  ContractionSizes sizes;
  sizes.isDepthwise = layer.isDepthwise() && layer.outputs == layer.groups;
  sizes.repeats = sizes.isDepthwise ? 1 : layer.groups;
  sizes.outputs = layer.outputs / sizes.repeats;
  sizes.products = layer.products();
  sizes.innermost = layer.isDepthwise() ? 1 : layer.inputs;
  auto shape = cast<RankedTensorType>(layer.result().getType()).getShape();
  for (auto [dim, size] : llvm::enumerate(shape))
    if (dim != layer.resultDimension() && !ShapedType::isDynamic(size))
      sizes.points *= size;
  return sizes;
}

/// Bytes a second of the nearest memory that holds `bytes`. Half as many again as a
/// cache holds come from behind it; in between, from both.
static double bandwidthOf(const Target &target, double bytes) {
  size_t level = 0;
  while (level < target.cacheBytes.size() && 1.5 * double(target.cacheBytes[level]) < bytes)
    ++level;
  double near = 1e9 * target.bandwidth[level];
  if (level == target.cacheBytes.size())
    return near;
  double behind = std::max(bytes / double(target.cacheBytes[level]) - 1, 0.0) / 0.5;
  return 1 / ((1 - behind) / near + behind / (1e9 * target.bandwidth[level + 1]));
}

/// Cycles a second in which a leaf makes two multiply-adds each.
static double clockOf(const Target &target, const LeafRate &leaf) {
  return 1e9 * leaf.rate / double(2 * target.lanes() * factsOfLeaf(leaf.leaf).group);
}

/// The same of the leaf that makes most: the processor's clock, as far as rates tell.
static double clockOf(const Target &target) {
  double clock = 0;
  for (const LeafRate &leaf : target.leaves)
    clock = std::max(clock, clockOf(target, leaf));
  return clock;
}

namespace {

/// The estimate for one form of one contraction, in cycles of a processor that starts
/// two multiply-adds and two loads in each.
class Estimate {
public:
  Estimate(const ContractionSizes &sizes, const KernelForm &form, const Target &target, const LeafRate &leaf)
      : sizes(sizes), form(form), target(target), lanes(target.lanes()), group(factsOfLeaf(leaf.leaf).group),
        frequency(clockOf(target)), slowness(frequency / clockOf(target, leaf)),
        vectors(llvm::divideCeil(sizes.outputs, lanes)),
        steps(sizes.products / sizes.innermost * llvm::divideCeil(sizes.innermost, group)) {}

  double seconds() const {
    double cycles = 0, passes = 1;
    switch (form.weights) {
    case WeightForm::Dense:
      cycles = sizes.isDepthwise ? depthwise() : dense();
      break;
    case WeightForm::Block:
      cycles = blocks(passes);
      break;
    case WeightForm::Unstructured:
      cycles = elements(passes);
      break;
    }
    double weights = bytes(), activations = activationBytes();
    double computing = (sizes.repeats * cycles + callOverhead) / frequency;
    // Weights stream past the tiles, activations are read and written once.
    double moving = passes * weights / bandwidthOf(target, weights) +
                    activations / bandwidthOf(target, weights + activations);
    return std::max(computing, moving);
  }

  double bytes() const {
    if (form.weights == WeightForm::Unstructured)
      return form.stored * sizes.outputs * sizes.products * sizes.repeats * double(form.weightBytes + 4);
    double blocks = form.stored * steps * vectors * sizes.repeats;
    double table = form.weights == WeightForm::Block ? 4.0 / form.blockVectors : 0;
    return blocks * (lanes * group * form.weightBytes + table);
  }

private:
  double activationBytes() const {
    double read = double(sizes.points) * (sizes.isDepthwise ? sizes.outputs : sizes.innermost);
    return sizes.repeats * (read + double(sizes.points) * sizes.outputs) * form.activationBytes;
  }

  /// Points of a tile that is `width` vectors wide.
  double tilePoints(int64_t width) const {
    int64_t most = std::max<int64_t>((target.vectorRegisters - 2 - width) / width, 1);
    int64_t tiles = llvm::divideCeil(sizes.points, std::min(most, sizes.points));
    return double(sizes.points) / tiles;
  }

  double dense() const {
    int64_t width = sizes.points == 1 ? std::min<int64_t>(vectors, 8) : std::min<int64_t>(vectors, 2);
    double points = tilePoints(width), tiles = sizes.points / points * llvm::divideCeil(vectors, width);
    double step = std::max({slowness * points * width / 2, (points + width) / 2, latency}) + vectorLoadCost * width +
                  scalarLoadCost * points;
    return tiles * (steps * step + tileOverhead + points * width);
  }

  /// Two loads a product, shared between neighbours of a row as far as taps overlap.
  double depthwise() const {
    double products = double(sizes.points) * vectors * sizes.products;
    return slowness * products + double(sizes.points) * vectors * 2;
  }

  /// Every tile of points meets the runs of all output blocks.
  double blocks(double &passes) const {
    int64_t width = std::min(form.blockVectors, vectors);
    double points = tilePoints(width), rows = llvm::divideCeil(vectors, width);
    passes = std::max(1.0, sizes.points / points);
    double inFlight = std::max(1.0, 8 / (points * width));
    double entry = std::max({slowness * points * width / 2, (points + width + 1) / 2, latency / inFlight}) /
                       target.sparse.block + entryOverhead;
    double entries = form.stored * steps * rows;
    return passes * (entries * entry + rows * (rowOverhead + points * width));
  }

  /// Every tile of a run meets the entries of all outputs, each of which loads its
  /// vectors of the activations anew. A run shorter than a vector takes shorter ones.
  double elements(double &passes) const {
    int64_t runVectors = llvm::divideCeil(form.run, lanes);
    int64_t tiles = llvm::divideCeil(runVectors, 8);
    double width = double(runVectors) / tiles;
    passes = std::max(1.0, double(sizes.points) / form.run * tiles);
    double inFlight = std::max(1.0, std::floor(8 / width));
    double loads = form.run < lanes ? 0.6 : (width + 2) / (2 * target.sparse.unstructured);
    double tileBytes = double(sizes.innermost) * width * lanes * form.activationBytes;
    double bytesPerCycle = bandwidthOf(target, tileBytes) / frequency;
    double loading = std::min(width * lanes, double(form.run)) * form.activationBytes / (0.75 * bytesPerCycle);
    double entry = std::max({slowness * width / 2, loads, loading, latency / inFlight}) + entryOverhead;
    double entries = form.stored * sizes.outputs * sizes.products;
    return passes * (entries * entry + sizes.outputs * (rowOverhead + width));
  }

  const ContractionSizes &sizes;
  const KernelForm &form;
  const Target &target;
  int64_t lanes, group;
  double frequency; ///< cycles a second
  double slowness;  ///< of the leaf: cycles in which the fastest leaf would make its multiply-adds
  int64_t vectors; ///< of outputs
  double steps;    ///< multiply-adds that one lane makes for a point
};

} // namespace

double penjing::kernelSeconds(const ContractionSizes &sizes, const KernelForm &form, const Target &target) {
  const LeafRate *leaf = target.findLeaf(form.leaf);
  assert(leaf && "a leaf that the target has");
  return sizes.multiplyAdds() > 0 ? Estimate(sizes, form, target, *leaf).seconds() : 0;
}

double penjing::storedBytes(const ContractionSizes &sizes, const KernelForm &form, const Target &target) {
  const LeafRate *leaf = target.findLeaf(form.leaf);
  assert(leaf && "a leaf that the target has");
  return sizes.multiplyAdds() > 0 ? Estimate(sizes, form, target, *leaf).bytes() : 0;
}

double penjing::relayoutSeconds(double bytes, const Target &target) {
  // Rows become columns in squares of registers: half as fast as a plain copy.
  return 2 * 2 * bytes / bandwidthOf(target, 2 * bytes) + 30e-9;
}

double penjing::breakEven(const ContractionSizes &sizes, const KernelForm &dense, KernelForm sparse,
                          const Target &target, double sparseExtraSeconds) {
  double limit = kernelSeconds(sizes, dense, target);
  auto wins = [&](double zeros) {
    sparse.stored = 1 - zeros;
    return kernelSeconds(sizes, sparse, target) + sparseExtraSeconds < limit;
  };
  if (!wins(1))
    return 1;
  double low = 0, high = 1;
  for (int step = 0; step < 20; ++step) {
    double middle = (low + high) / 2;
    (wins(middle) ? high : low) = middle;
  }
  return high;
}
