// Merges the dimensions of maps and reductions into loops, and cuts a
// dimension into vectors.
#include "StridedLoops.h"

using namespace mlir;
using namespace penjing;
using namespace penjing::kernel;

SmallVector<StridedLoop> penjing::stridedLoops(ArrayAttr dims,
                                               ArrayRef<int64_t> bytes) {
  SmallVector<StridedLoop> loops;
  for (DimAttr dim : dims.getAsRange<DimAttr>()) {
    if (dim.getSize() == 1)
      continue;
    StridedLoop loop = {dim.getKind(), dim.getSize(), {}};
    for (auto [stride, size] : llvm::zip(dim.getStrides(), bytes))
      loop.strides.push_back(stride * size);
    bool contiguous =
        !loops.empty() && loops.back().kind == loop.kind &&
        llvm::all_of(llvm::zip(loops.back().strides, loop.strides),
                     [&](auto pair) {
                       auto [outer, inner] = pair;
                       return outer == inner * loop.size;
                     });
    if (contiguous)
      loops.back() = {loop.kind, loops.back().size * loop.size, loop.strides};
    else
      loops.push_back(loop);
  }
  return loops;
}

SmallVector<LaneRun> penjing::laneRuns(int64_t size, int64_t lanes,
                                       const Target &target) {
  SmallVector<LaneRun> runs;
  int64_t begin = size / lanes * lanes;
  if (begin)
    runs.push_back({0, size / lanes, lanes, lanes});
  if (target.maskedMemory && size - begin > 1) {
    runs.push_back({begin, 1, lanes, size - begin});
    return runs;
  }
  while (begin < size) {
    int64_t width = llvm::bit_floor(static_cast<uint64_t>(size - begin));
    runs.push_back({begin, 1, width, width});
    begin += width;
  }
  return runs;
}

int64_t penjing::regionLanes(ArrayRef<Region *> regions, const Target &target) {
  int64_t bits = 8;
  auto widen = [&](Type type) {
    bits = std::max<int64_t>(bits, type.getIntOrFloatBitWidth());
  };
  for (Region *region : regions) {
    llvm::for_each(region->getArgumentTypes(), widen);
    region->walk([&](Operation *op) {
      llvm::for_each(op->getResultTypes(), widen);
    });
  }
  return std::max<int64_t>(target.vectorBits / bits, 1);
}

bool penjing::vectorizable(const StridedLoop &loop, ArrayRef<int64_t> bytes) {
  return llvm::all_of(llvm::zip(loop.strides, bytes), [](auto pair) {
    auto [stride, size] = pair;
    return stride == 0 || stride == size;
  });
}

SmallVector<Value> penjing::advanceAll(KernelBuilder &builder,
                                       const StridedLoop &loop,
                                       ValueRange pointers, Value index) {
  SmallVector<Value> moved;
  for (auto [pointer, stride] : llvm::zip(pointers, loop.strides))
    moved.push_back(builder.advance(pointer, index, stride));
  return moved;
}

SmallVector<Value> penjing::advanceAll(KernelBuilder &builder,
                                       const StridedLoop &loop,
                                       ValueRange pointers, int64_t index) {
  SmallVector<Value> moved;
  for (auto [pointer, stride] : llvm::zip(pointers, loop.strides))
    moved.push_back(builder.advance(pointer, index * stride));
  return moved;
}

void penjing::strideNest(KernelBuilder &builder, ArrayRef<StridedLoop> loops,
                         ValueRange pointers, NestBody body) {
  if (loops.empty())
    return body(pointers);
  const StridedLoop &loop = loops.front();
  builder.loop(0, loop.size, 1, {}, [&](Value index, ValueRange) {
    strideNest(builder, loops.drop_front(),
               advanceAll(builder, loop, pointers, index), body);
    return SmallVector<Value>();
  });
}
