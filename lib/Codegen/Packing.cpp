// Packs constant operands: dense B in tiles of vectors, block-sparse B with its
// table, unstructured A with its table.
#include "penjing/Codegen/Packing.h"

#include "ContractAddressing.h"

#include <cstring>

using namespace mlir;
using namespace penjing;
using namespace penjing::kernel;

namespace {

/// Calls `visit` with the offset sums of every point of `dims` (first
/// dimension slowest); `strides` picks two strides of a dimension.
void forEachPoint(ArrayRef<DimAttr> dims, unsigned first, unsigned second,
                  int64_t offsetFirst, int64_t offsetSecond,
                  llvm::function_ref<void(int64_t, int64_t)> visit) {
  if (dims.empty())
    return visit(offsetFirst, offsetSecond);
  DimAttr dim = dims.front();
  for (int64_t index = 0; index < dim.getSize(); ++index)
    forEachPoint(dims.drop_front(), first, second,
                 offsetFirst + index * dim.getStrides()[first],
                 offsetSecond + index * dim.getStrides()[second], visit);
}

class Packer {
public:
  Packer(const ContractAddressing &addressing, ArrayRef<char> source,
         int64_t origin)
      : addressing(addressing), contraction(addressing.contraction),
        source(source), origin(origin) {
    for (DimAttr dim : addressing.outer)
      if (addressing.batchesB(dim))
        batch.push_back(dim);
  }

  /// An error when some element of operand `operand` lies outside the source.
  llvm::Error checkBounds(unsigned operand) const;
  void packDense(PackedWeight &result);
  void packBlocks(PackedWeight &result);
  void packElements(PackedWeight &result);

private:
  /// Copies the groups of one step of `vectors` vectors from `vector` on to
  /// `destination`; true when something is not zero.
  bool copyStep(int64_t element, int64_t vector, int64_t vectors,
                int64_t groupMembers, char *destination) const;
  void forEachStep(int64_t element,
                   llvm::function_ref<void(int64_t, int64_t, int64_t)> visit);

  const ContractAddressing &addressing;
  ContractionAttr contraction;
  ArrayRef<char> source;
  int64_t origin;
  SmallVector<DimAttr> batch;
};

} // namespace

llvm::Error Packer::checkBounds(unsigned operand) const {
  int64_t low = origin, high = origin;
  for (DimAttr dim : contraction.getDims()) {
    int64_t reach = (dim.getSize() - 1) * dim.getStrides()[operand];
    (reach < 0 ? low : high) += reach;
  }
  int64_t bytes = operand == ContractionAttr::A ? addressing.bytesA
                                                : addressing.bytesB;
  int64_t elements = source.size() / bytes;
  if (low >= 0 && high < elements)
    return llvm::Error::success();
  return llvm::createStringError(
      "requires a weight of elements " + llvm::Twine(low) + " to " +
      llvm::Twine(high) + ", but got " + llvm::Twine(elements) + " elements");
}

bool Packer::copyStep(int64_t element, int64_t vector, int64_t vectors,
                      int64_t groupMembers, char *destination) const {
  DimAttr vectorDim = contraction.getVectorDim();
  int64_t bytes = addressing.bytesB;
  int64_t group = addressing.leaf.group();
  int64_t vectorStride = vectorDim.getStrides()[ContractionAttr::B];
  int64_t memberStride =
      addressing.reductions.empty()
          ? 0
          : addressing.reductions.back().getStrides()[ContractionAttr::B];
  int64_t first = vector * contraction.getLanes();
  int64_t count = std::min(vectors * contraction.getLanes(),
                           vectorDim.getSize() - first);
  bool any = false;
  for (int64_t lane = 0; lane < count; ++lane)
    for (int64_t member = 0; member < groupMembers; ++member) {
      const char *from = source.data() +
                         bytes * (element + (first + lane) * vectorStride +
                                  member * memberStride);
      char *to = destination + bytes * (lane * group + member);
      std::memcpy(to, from, bytes);
      // A float's sign bit alone is still zero.
      for (int64_t byte = 0; byte < bytes; ++byte)
        any |= (to[byte] & (bytes == 4 && byte == 3 ? 0x7f : 0xff)) != 0;
    }
  return any;
}

/// Visits steps in storage order: element offset in B, offset in A, members
/// of the step's group.
void Packer::forEachStep(
    int64_t element, llvm::function_ref<void(int64_t, int64_t, int64_t)> visit) {
  ArrayRef<DimAttr> reductions = addressing.reductions;
  if (reductions.empty())
    return visit(element, 0, 1);
  DimAttr last = reductions.back();
  int64_t group = addressing.leaf.group();
  forEachPoint(
      reductions.drop_back(), ContractionAttr::B, ContractionAttr::A, element,
      0, [&](int64_t inB, int64_t inA) {
        for (int64_t index = 0; index < last.getSize(); index += group)
          visit(inB + index * last.getStrides()[ContractionAttr::B],
                inA + index * last.getStrides()[ContractionAttr::A],
                std::min(group, last.getSize() - index));
      });
}

void Packer::packDense(PackedWeight &result) {
  int64_t batches = 1;
  for (DimAttr dim : batch)
    batches *= dim.getSize();
  int64_t steps = addressing.totalSteps();
  result.values.assign(batches * contraction.getVectorCount() *
                           addressing.stepBytes(1) * steps,
                       0);
  char *destination = result.values.data();
  forEachPoint(
      batch, ContractionAttr::B, ContractionAttr::B, origin, 0,
      [&](int64_t element, int64_t) {
        for (TileRun run : addressing.vectorTiles())
          for (int64_t vector = run.begin; vector < run.end();
               vector += run.tile)
            forEachStep(element, [&](int64_t inB, int64_t, int64_t members) {
              copyStep(inB, vector, run.tile, members, destination);
              destination += addressing.stepBytes(run.tile);
              ++result.total;
            });
      });
  result.stored = result.total;
}

void Packer::packBlocks(PackedWeight &result) {
  int64_t blockBytes = addressing.stepBytes(addressing.blockVectors());
  std::vector<int32_t> starts = {0}, offsets;
  std::vector<char> block(blockBytes);
  for (TileRun run : addressing.vectorTiles())
    for (int64_t vector = run.begin; vector < run.end(); vector += run.tile) {
      forEachStep(origin, [&](int64_t inB, int64_t inA, int64_t members) {
        ++result.total;
        std::fill(block.begin(), block.end(), 0);
        if (!copyStep(inB, vector, run.tile, members, block.data()))
          return;
        llvm::append_range(result.values, block);
        offsets.push_back(inA);
      });
      starts.push_back(offsets.size());
    }
  result.stored = offsets.size();
  result.index = std::move(starts);
  llvm::append_range(result.index, offsets);
}

void Packer::packElements(PackedWeight &result) {
  SmallVector<DimAttr> rows;
  for (DimAttr dim : addressing.outer)
    if (dim.getKind() == DimKind::Parallel &&
        dim.getStrides()[ContractionAttr::A] != 0)
      rows.push_back(dim);
  std::vector<int32_t> starts = {0}, offsets;
  int64_t bytes = addressing.bytesA;
  forEachPoint(
      rows, ContractionAttr::A, ContractionAttr::A, origin, 0,
      [&](int64_t row, int64_t) {
        forEachPoint(addressing.reductions, ContractionAttr::A,
                     ContractionAttr::B, row, 0,
                     [&](int64_t inA, int64_t inB) {
                       ++result.total;
                       ArrayRef<char> element =
                           source.slice(inA * bytes, bytes);
                       bool zero = llvm::all_of(
                           llvm::enumerate(element), [&](auto byte) {
                             int keep = bytes == 4 && byte.index() == 3 ? 0x7f
                                                                       : 0xff;
                             return (byte.value() & keep) == 0;
                           });
                       if (zero)
                         return;
                       llvm::append_range(result.values, element);
                       offsets.push_back(inB);
                     });
        starts.push_back(offsets.size());
      });
  result.stored = offsets.size();
  result.index = std::move(starts);
  llvm::append_range(result.index, offsets);
}

llvm::Expected<PackedWeight>
penjing::packWeight(ContractionAttr contraction, ArrayRef<char> source,
                    int64_t origin) {
  llvm::Expected<ContractAddressing> addressing =
      addressContraction(contraction);
  if (!addressing)
    return addressing.takeError();
  bool unstructured = contraction.getSparsity() == Sparsity::Unstructured;
  if (!unstructured && contraction.getStorage() != Storage::Packed)
    return llvm::createStringError("requires packed storage, but got " +
                                   stringifyStorage(contraction.getStorage()));
  Packer packer(*addressing, source, origin);
  if (llvm::Error error = packer.checkBounds(
          unstructured ? ContractionAttr::A : ContractionAttr::B))
    return std::move(error);
  PackedWeight result;
  switch (contraction.getSparsity()) {
  case Sparsity::Dense:
    packer.packDense(result);
    break;
  case Sparsity::Block:
    packer.packBlocks(result);
    break;
  case Sparsity::Unstructured:
    packer.packElements(result);
    break;
  }
  return result;
}

llvm::Expected<int64_t> penjing::packedBytes(ContractionAttr contraction) {
  llvm::Expected<ContractAddressing> addressing =
      addressContraction(contraction);
  if (!addressing)
    return addressing.takeError();
  int64_t bytes = addressing->stepBytes(1) * addressing->totalSteps() *
                  contraction.getVectorCount();
  for (DimAttr dim : addressing->outer)
    if (addressing->batchesB(dim))
      bytes *= dim.getSize();
  return bytes;
}
