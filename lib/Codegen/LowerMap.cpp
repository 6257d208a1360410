// Expands pjk.map: a nest of loops around the body on vectors, where some
// dimension allows vectors, or on scalars.
#include "KernelLowering.h"
#include "StridedLoops.h"

using namespace mlir;
using namespace penjing;
using namespace penjing::kernel;

/// One vector (or scalar) of results at the pointers.
static void mapOnce(KernelBuilder &builder, MapOp op, ValueRange pointers,
                    const StridedLoop *vectorLoop, int64_t lanes,
                    int64_t active) {
  SmallVector<Value> arguments;
  for (BlockArgument argument : op.getBody().getArguments()) {
    unsigned input = argument.getArgNumber();
    Type type = argument.getType();
    bool uniform = !vectorLoop || vectorLoop->strides[input] == 0;
    arguments.push_back(
        uniform
            ? builder.broadcast(builder.load(pointers[input], type), lanes)
            : builder.load(pointers[input], type, lanes, active));
  }
  Value result = builder.evaluate(op.getBody(), arguments, lanes);
  builder.store(result, pointers.back(), active);
}

LogicalResult penjing::lowerMap(MapOp op, const Target &target) {
  KernelBuilder builder(op, target);
  SmallVector<int64_t> bytes;
  for (Type type : op.getBody().getArgumentTypes())
    bytes.push_back(elementBytes(type));
  auto yield = cast<YieldOp>(op.getBody().front().getTerminator());
  bytes.push_back(elementBytes(yield.getValue().getType()));

  SmallVector<StridedLoop> loops = stridedLoops(op.getDims(), bytes);
  SmallVector<Value> pointers(op.getInputs());
  pointers.push_back(op.getOutput());
  auto along = llvm::find_if(llvm::reverse(loops), [&](StridedLoop &loop) {
    return vectorizable(loop, bytes);
  });
  unsigned alongInput, alongOutput;
  if (along == loops.rend() &&
      isTranspose(op, loops, bytes, alongInput, alongOutput)) {
    lowerTranspose(builder, op, loops, alongInput, alongOutput);
    return success();
  }
  if (along == loops.rend()) {
    strideNest(builder, loops, pointers, [&](ValueRange at) {
      mapOnce(builder, op, at, nullptr, 1, 1);
    });
    return success();
  }

  StridedLoop vectorLoop = *along;
  loops.erase(std::next(along).base());
  int64_t lanes = regionLanes({&op.getBody()}, target);
  bool bodyIsSmall = op.getBody().front().getOperations().size() <= 8 &&
                     llvm::none_of(op.getBody().front(), [](Operation &inner) {
                       return inner.getName().getDialectNamespace() == "math";
                     });
  strideNest(builder, loops, pointers, [&](ValueRange at) {
    for (LaneRun run : laneRuns(vectorLoop.size, lanes, target)) {
      SmallVector<Value> begin =
          advanceAll(builder, vectorLoop, at, run.begin);
      // Several vectors a turn while the body is small.
      int64_t together = bodyIsSmall && run.count % 4 == 0 ? 4 : 1;
      builder.loop(0, run.count * run.lanes, together * run.lanes, {},
                   [&](Value index, ValueRange) {
                     SmallVector<Value> place =
                         advanceAll(builder, vectorLoop, begin, index);
                     for (int64_t vector = 0; vector < together; ++vector)
                       mapOnce(builder, op,
                               advanceAll(builder, vectorLoop, place,
                                          vector * run.lanes),
                               &vectorLoop, run.lanes, run.active);
                     return SmallVector<Value>();
                   });
    }
  });
  return success();
}
