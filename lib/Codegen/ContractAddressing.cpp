// Tiles, packed strides and merged reductions of a contraction, for packing and
// lowering alike.
#include "ContractAddressing.h"

#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace penjing;
using namespace penjing::kernel;

SmallVector<TileRun, 2> penjing::equalTiles(int64_t size, int64_t tile) {
  int64_t tiles = llvm::divideCeil(size, tile);
  int64_t small = size / tiles;
  int64_t large = size % tiles;
  SmallVector<TileRun, 2> runs;
  if (large)
    runs.push_back({0, large, small + 1});
  runs.push_back({large * (small + 1), tiles - large, small});
  return runs;
}

ContractAddressing::ContractAddressing(ContractionAttr contraction,
                                       const Leaf &leaf)
    : contraction(contraction), leaf(leaf),
      bytesA(elementBytes(contraction.getA())),
      bytesB(elementBytes(contraction.getB())) {
  for (DimAttr dim : contraction.getDims())
    (dim.getKind() == DimKind::Reduction ? reductions : outer).push_back(dim);
}

int64_t ContractAddressing::lastSteps() const {
  return reductions.empty()
             ? 1
             : llvm::divideCeil(reductions.back().getSize(), leaf.group());
}

int64_t ContractAddressing::totalSteps() const {
  int64_t steps = lastSteps();
  for (DimAttr dim : ArrayRef(reductions).drop_back(!reductions.empty()))
    steps *= dim.getSize();
  return steps;
}

SmallVector<TileRun, 2> ContractAddressing::vectorTiles() const {
  return equalTiles(contraction.getVectorCount(),
                    contraction.getVectorDim().getTile());
}

int64_t ContractAddressing::blockVectors() const {
  return vectorTiles().front().tile;
}

int64_t ContractAddressing::stepBytes(int64_t vectors) const {
  return vectors * contraction.getLanes() * leaf.group() * bytesB;
}

bool ContractAddressing::batchesB(DimAttr dim) const {
  return dim.getKind() == DimKind::Parallel &&
         dim.getStrides()[ContractionAttr::B] != 0;
}

int64_t ContractAddressing::strideB(DimAttr dim) const {
  bool isVector = dim.getKind() == DimKind::Vector;
  if (contraction.getStorage() == Storage::Strided)
    return dim.getStrides()[ContractionAttr::B] * bytesB *
           (isVector ? contraction.getLanes() : 1);
  int64_t vectorBytes = stepBytes(1) * totalSteps();
  if (isVector)
    return vectorBytes;
  if (!batchesB(dim))
    return 0;
  int64_t stride = vectorBytes * contraction.getVectorCount();
  for (DimAttr inner : llvm::reverse(outer)) {
    if (inner == dim)
      break;
    if (batchesB(inner))
      stride *= inner.getSize();
  }
  return stride;
}

SmallVector<ReductionLoop>
ContractAddressing::reductionLoops(int64_t vectors, unsigned hoisted) const {
  bool packed = contraction.getStorage() == Storage::Packed;
  SmallVector<ReductionLoop> loops;
  int64_t stepsB = stepBytes(vectors);
  // From the innermost outwards, so that packed strides accumulate.
  for (DimAttr dim : llvm::reverse(ArrayRef(reductions).drop_front(hoisted))) {
    bool last = loops.empty();
    int64_t group = last ? leaf.group() : 1;
    int64_t size = llvm::divideCeil(dim.getSize(), group);
    ArrayRef<int64_t> strides = dim.getStrides();
    ReductionLoop loop = {
        size, std::min(dim.getTile(), size),
        strides[ContractionAttr::A] * bytesA * group,
        packed ? stepsB : strides[ContractionAttr::B] * bytesB * group};
    stepsB *= size;
    if (!last) {
      ReductionLoop &inner = loops.back();
      bool wholeGroups =
          loops.size() > 1 || reductions.back().getSize() % leaf.group() == 0;
      if (wholeGroups && loop.strideA == inner.size * inner.strideA &&
          loop.strideB == inner.size * inner.strideB) {
        if (inner.unroll == inner.size)
          inner.unroll *= loop.unroll;
        inner.size *= loop.size;
        continue;
      }
    }
    loops.push_back(loop);
  }
  std::reverse(loops.begin(), loops.end());
  return loops;
}

int64_t ContractAddressing::footprint(unsigned hoisted) const {
  int64_t elementsA = 1, elementsB = 1;
  auto reach = [&](DimAttr dim) {
    int64_t steps = dim.getSize() - 1;
    elementsA += steps * std::abs(dim.getStrides()[ContractionAttr::A]);
    elementsB += steps * std::abs(dim.getStrides()[ContractionAttr::B]);
  };
  llvm::for_each(outer, reach);
  llvm::for_each(ArrayRef(reductions).drop_front(hoisted), reach);
  return elementsA * bytesA + elementsB * bytesB;
}

const char *penjing::groupFault(ContractionAttr contraction,
                                const Leaf &leaf) {
  if (leaf.group() == 1)
    return nullptr;
  ContractAddressing addressing(contraction, leaf);
  if (addressing.reductions.empty() ||
      addressing.reductions.back().getStrides()[ContractionAttr::A] != 1)
    return "requires stride 1 in A along the last reduction dimension";
  if (contraction.getStorage() != Storage::Packed ||
      contraction.getVectorDim().getStrides()[ContractionAttr::A] != 0)
    return "requires packed B and vector stride 0 in A";
  return nullptr;
}

llvm::Expected<ContractAddressing>
penjing::addressContraction(ContractionAttr contraction) {
  const Leaf *leaf = findLeaf(contraction.getLeaf());
  if (!leaf) {
    std::string names = llvm::join(
        llvm::map_range(allLeaves(),
                        [](const Leaf *leaf) { return leaf->name().str(); }),
        ", ");
    return llvm::createStringError("requires a leaf among " + names +
                                   ", but got '" + contraction.getLeaf() + "'");
  }
  if (const char *fault = groupFault(contraction, *leaf))
    return llvm::createStringError(llvm::Twine(fault) + " for leaf '" +
                                   leaf->name() + "'");
  return ContractAddressing(contraction, *leaf);
}
