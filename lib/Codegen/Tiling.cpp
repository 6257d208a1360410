// The analytic choice of leaf and tiles: fill the registers, hide the latency,
// load least.
#include "penjing/Codegen/Tiling.h"

#include "ContractAddressing.h"

using namespace mlir;
using namespace penjing;
using namespace penjing::kernel;

/// Cycles from a multiply-add to the next one on its result.
static constexpr double multiplyAddLatency = 4;
/// Cycles of a tile beside its steps: addresses, zeroing, epilogue, loop.
static constexpr double tileOverhead = 12;
/// Cycles that a load adds although it runs beside multiply-adds.
static constexpr double vectorLoadCost = 0.15, scalarLoadCost = 0.03;

/// The fastest leaf of the target that `fits`, or an empty name.
static StringRef fastestLeaf(const Target &target,
                             llvm::function_ref<bool(const Leaf &)> fits) {
  const LeafRate *best = nullptr;
  for (const LeafRate &rate : target.leaves) {
    const Leaf *leaf = findLeaf(rate.leaf);
    if (leaf && fits(*leaf) && (!best || rate.rate > best->rate))
      best = &rate;
  }
  return best ? findLeaf(best->leaf)->name() : StringRef();
}

StringRef penjing::chooseLeaf(const Target &target, Type a, Type b, Type acc) {
  return fastestLeaf(target, [&](const Leaf &leaf) {
    return leaf.accepts(target, a, b, acc);
  });
}

StringRef penjing::chooseLeaf(const Target &target,
                              ContractionAttr contraction) {
  return fastestLeaf(target, [&](const Leaf &leaf) {
    return leaf.accepts(target, contraction.getA(), contraction.getB(),
                        contraction.getAcc()) &&
           !groupFault(contraction, leaf);
  });
}

namespace {

/// A candidate: tiles of up to two parallel dimensions and of the vectors.
struct Tile {
  int64_t inner = 1, outer = 1, vectors = 1;
  int64_t points() const { return inner * outer; }
};

class TileSearch {
public:
  TileSearch(ContractionAttr contraction, const Leaf &leaf,
             const Target &target)
      : contraction(contraction), leaf(leaf), target(target) {
    for (auto [index, dim] : llvm::enumerate(contraction.getDims())) {
      if (dim.getKind() == DimKind::Vector)
        vectorDim = index;
      if (dim.getKind() == DimKind::Parallel && dim.getSize() > 1)
        parallel.push_back(index);
      if (dim.getKind() == DimKind::Reduction)
        steps *= dim.getSize();
    }
    steps = llvm::divideCeil(steps, leaf.group());
    std::reverse(parallel.begin(), parallel.end());
    passCycles = cyclesOfPass();
  }

  Tile best() const;
  ContractionAttr apply(Tile tile) const;

private:
  int64_t size(unsigned place) const {
    return place < parallel.size()
               ? contraction.getDims()[parallel[place]].getSize()
               : 1;
  }
  bool moves(unsigned place, unsigned operand) const {
    return place < parallel.size() &&
           contraction.getDims()[parallel[place]].getStrides()[operand] != 0;
  }
  bool fits(Tile tile) const;
  double cycles(Tile tile) const;
  double cyclesOfPass() const;
  int64_t unroll(Tile tile, unsigned dim) const;

  ContractionAttr contraction;
  const Leaf &leaf;
  const Target &target;
  unsigned vectorDim = 0;
  /// Parallel dimensions above size 1, innermost first.
  SmallVector<unsigned> parallel;
  int64_t steps = 1;
  /// Cycles to read what one tile of vectors reads of A, when it comes from
  /// beyond the second cache.
  double passCycles = 0;
};

} // namespace

bool TileSearch::fits(Tile tile) const {
  int64_t budget = target.vectorRegisters - 1;
  bool vectorInA =
      contraction.getDims()[vectorDim].getStrides()[ContractionAttr::A] != 0;
  // With one point a vector of B feeds one product: it needs no register of
  // its own while another is in flight.
  int64_t registers = tile.points() == 1
                          ? tile.vectors + 2
                          : leaf.registers(tile.points(), tile.vectors);
  // Vectors of A stay in registers across the taps of a depthwise tile.
  if (vectorInA)
    registers = 2 * tile.points() * tile.vectors + tile.vectors;
  return registers <= budget;
}

/// Every tile of vectors passes over the part of A that the dimensions inside
/// the vector's reach; small parts stay in the first two caches.
double TileSearch::cyclesOfPass() const {
  ArrayRef<DimAttr> dims = contraction.getDims();
  int64_t elements = 1;
  for (auto [index, dim] : llvm::enumerate(dims))
    if (index > vectorDim || dim.getKind() == DimKind::Reduction)
      elements += (dim.getSize() - 1) *
                  std::abs(dim.getStrides()[ContractionAttr::A]);
  double bytes = elements * elementBytes(contraction.getA());
  const LeafRate *rate = target.findLeaf(leaf.name());
  if (!rate || target.cacheBytes.size() < 2 || bytes <= target.cacheBytes[1])
    return 0;
  unsigned level = 2;
  while (level < target.cacheBytes.size() && bytes > target.cacheBytes[level])
    ++level;
  double cyclesPerSecond =
      rate->rate / (2 * contraction.getLanes() * leaf.group());
  // Three quarters: the products hide the rest.
  return 0.75 * bytes / target.bandwidth[level] * cyclesPerSecond;
}

/// Estimated cycles of the whole contraction with two multiply-adds and two
/// loads a cycle.
double TileSearch::cycles(Tile tile) const {
  bool vectorInA =
      contraction.getDims()[vectorDim].getStrides()[ContractionAttr::A] != 0;
  double total = 0;
  for (TileRun vectors :
       equalTiles(contraction.getVectorCount(), tile.vectors)) {
    total += vectors.count * passCycles;
    for (TileRun inner : equalTiles(size(0), tile.inner))
      for (TileRun outer : equalTiles(size(1), tile.outer)) {
        double points = inner.tile * outer.tile;
        auto distinct = [&](unsigned operand) {
          return (moves(0, operand) ? inner.tile : 1) *
                 (moves(1, operand) ? outer.tile : 1);
        };
        double loadsB = distinct(ContractionAttr::B) * vectors.tile;
        double loadsA =
            distinct(ContractionAttr::A) * (vectorInA ? vectors.tile : 1);
        double products = points * vectors.tile;
        double step = std::max(
            {products / 2, (loadsA + loadsB) / 2, multiplyAddLatency});
        // Of equal tiles the one that loads less; a vector costs more than a
        // broadcast scalar.
        step += vectorLoadCost * loadsB +
                (vectorInA ? vectorLoadCost : scalarLoadCost) * loadsA;
        double count = static_cast<double>(vectors.count) * inner.count *
                       outer.count;
        total += count * (steps * step + tileOverhead + products);
      }
  }
  return total;
}

Tile TileSearch::best() const {
  bool fixedVectors = contraction.getSparsity() == Sparsity::Block;
  bool fixedPoints = contraction.getSparsity() == Sparsity::Unstructured;
  int64_t given = contraction.getDims()[vectorDim].getTile();
  int64_t lowest = fixedVectors ? given : 1;
  int64_t highest = fixedVectors
                        ? given
                        : std::min<int64_t>(contraction.getVectorCount(), 8);
  Tile best;
  best.vectors = lowest;
  double least = cycles(best);
  for (int64_t vectors = lowest; vectors <= highest; ++vectors)
    for (int64_t inner = 1; inner <= size(0); ++inner) {
      int64_t outerLimit = inner == size(0) ? size(1) : 1;
      for (int64_t outer = 1; outer <= outerLimit; ++outer) {
        Tile tile = {inner, outer, vectors};
        if ((fixedPoints && tile.points() > 1) || !fits(tile))
          break;
        double estimate = cycles(tile);
        if (estimate < least) {
          least = estimate;
          best = tile;
        }
      }
    }
  return best;
}

/// Short reductions are unrolled whole; long ones where the tile is too small
/// to pay for the loop.
int64_t TileSearch::unroll(Tile tile, unsigned dim) const {
  ArrayRef<DimAttr> dims = contraction.getDims();
  int64_t products = tile.points() * tile.vectors;
  bool last = llvm::none_of(dims.drop_front(dim + 1), [](DimAttr later) {
    return later.getKind() == DimKind::Reduction;
  });
  if (contraction.getSparsity() != Sparsity::Dense) {
    // Entries in flight, so that few accumulators do not wait for each other.
    int64_t entries = last ? llvm::bit_floor<uint64_t>(
                                 std::max<int64_t>(8 / products, 1))
                           : 1;
    return std::min(entries, dims[dim].getSize());
  }
  if (steps * products <= 160)
    return dims[dim].getSize();
  if (!last || tile.points() > 12)
    return 1;
  int64_t wanted = products >= 16 ? 1 : products >= 12 ? 2 : 4;
  return std::min<int64_t>(wanted,
                  llvm::divideCeil(dims[dim].getSize(), leaf.group()));
}

ContractionAttr TileSearch::apply(Tile tile) const {
  SmallVector<DimAttr> dims(contraction.getDims());
  auto setTile = [&](unsigned index, int64_t value) {
    DimAttr dim = dims[index];
    dims[index] = DimAttr::get(dim.getContext(), dim.getName(), dim.getKind(),
                               dim.getSize(), value, dim.getStrides());
  };
  for (unsigned index = 0; index < dims.size(); ++index)
    if (dims[index].getKind() == DimKind::Reduction)
      setTile(index, unroll(tile, index));
    else
      setTile(index, 1);
  setTile(vectorDim, tile.vectors);
  if (!parallel.empty())
    setTile(parallel[0], tile.inner);
  if (parallel.size() > 1)
    setTile(parallel[1], tile.outer);
  return contraction.withDims(dims);
}

/// The same contraction for vectors of `lanes` with vector tile `vectors`.
static ContractionAttr withLanes(ContractionAttr contraction, int64_t lanes) {
  int64_t vectors = llvm::divideCeil(contraction.getVectorDim().getTile() *
                                         contraction.getLanes(),
                                     lanes);
  vectors = std::min<int64_t>(vectors, llvm::divideCeil(
                                  contraction.getVectorDim().getSize(), lanes));
  SmallVector<DimAttr> dims(contraction.getDims());
  for (DimAttr &dim : dims)
    if (dim.getKind() == DimKind::Vector)
      dim = DimAttr::get(dim.getContext(), dim.getName(), dim.getKind(),
                         dim.getSize(), vectors, dim.getStrides());
  return ContractionAttr::get(
      contraction.getContext(), dims, contraction.getA(), contraction.getB(),
      contraction.getAcc(), contraction.getLeaf(), lanes,
      contraction.getStorage(), contraction.getSparsity(),
      contraction.getExactTail());
}

ContractionAttr penjing::chooseTiles(ContractionAttr contraction,
                                     const Target &target) {
  const Leaf *leaf = findLeaf(contraction.getLeaf());
  if (!leaf)
    return contraction;
  contraction = withLanes(contraction, target.lanes());
  TileSearch search(contraction, *leaf, target);
  return search.apply(search.best());
}
