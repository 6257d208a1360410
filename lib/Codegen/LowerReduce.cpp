// Expands pjk.reduce: vectors along a parallel dimension where there is one,
// else along the last reduction dimension, in the order the op documents.
#include "KernelLowering.h"
#include "StridedLoops.h"

#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace penjing;
using namespace penjing::kernel;

/// Windows of at most this many elements have no loops.
static constexpr int64_t unrolledPoints = 16;

namespace {
class ReduceLowering {
public:
  ReduceLowering(ReduceOp op, const Target &target)
      : op(op), target(target), builder(op, target) {
    for (Type type : op.getElement().getArgumentTypes())
      bytes.push_back(elementBytes(type));
    bytes.push_back(elementBytes(yielded(op.getFinal())));
    for (StridedLoop &loop : stridedLoops(op.getDims(), bytes))
      (loop.kind == DimKind::Reduction ? reductions : parallel).push_back(loop);
    lanes = regionLanes({&op.getElement(), &op.getFinal()}, target);
  }

  void run();

private:
  static Type yielded(Region &region) {
    return cast<YieldOp>(region.front().getTerminator()).getValue().getType();
  }
  Value identity(int64_t width);
  Value combine(Value left, Value right);
  Value element(ValueRange pointers, const StridedLoop *along, int64_t width,
                int64_t active);
  void finish(Value accumulator, Value output, int64_t width, int64_t active);
  SmallVector<Value> nest(ArrayRef<StridedLoop> loops, ValueRange pointers,
                          ValueRange carried,
                          llvm::function_ref<SmallVector<Value>(
                              ValueRange, ValueRange)> body);

  void alongParallel(StridedLoop along);
  void alongReduction();
  void onScalars();
  Value fold(Value vector);

  ReduceOp op;
  const Target &target;
  KernelBuilder builder;
  SmallVector<int64_t> bytes;
  SmallVector<StridedLoop> parallel, reductions;
  int64_t lanes;
};
} // namespace

Value ReduceLowering::identity(int64_t width) {
  Value scalar = arith::getIdentityValue(
      op.getCombiner(), yielded(op.getElement()), builder, builder.getLoc());
  return builder.broadcast(scalar, width);
}

Value ReduceLowering::combine(Value left, Value right) {
  return arith::getReductionOp(op.getCombiner(), builder, builder.getLoc(),
                               left, right);
}

/// The value to combine, for `width` neighbours along a loop.
Value ReduceLowering::element(ValueRange pointers, const StridedLoop *along,
                              int64_t width, int64_t active) {
  SmallVector<Value> arguments;
  for (BlockArgument argument : op.getElement().getArguments()) {
    unsigned input = argument.getArgNumber();
    bool uniform = !along || along->strides[input] == 0;
    arguments.push_back(
        uniform ? builder.broadcast(
                      builder.load(pointers[input], argument.getType()), width)
                : builder.load(pointers[input], argument.getType(), width,
                               active));
  }
  return builder.evaluate(op.getElement(), arguments, width);
}

void ReduceLowering::finish(Value accumulator, Value output, int64_t width,
                            int64_t active) {
  builder.store(builder.evaluate(op.getFinal(), accumulator, width), output,
                active);
}

SmallVector<Value> ReduceLowering::nest(
    ArrayRef<StridedLoop> loops, ValueRange pointers, ValueRange carried,
    llvm::function_ref<SmallVector<Value>(ValueRange, ValueRange)> body) {
  if (loops.empty())
    return body(pointers, carried);
  const StridedLoop &loop = loops.front();
  int64_t points = 1;
  for (const StridedLoop &inner : loops)
    points *= inner.size;
  if (points <= unrolledPoints) {
    SmallVector<Value> values(carried);
    for (int64_t index = 0; index < loop.size; ++index)
      values = nest(loops.drop_front(),
                    advanceAll(builder, loop, pointers, index), values, body);
    return values;
  }
  return builder.loop(0, loop.size, 1, carried,
                      [&](Value index, ValueRange inner) {
                        return nest(loops.drop_front(),
                                    advanceAll(builder, loop, pointers, index),
                                    inner, body);
                      });
}

/// Up to four vectors of outputs at a time hide the combiner's latency.
void ReduceLowering::alongParallel(StridedLoop along) {
  SmallVector<Value> pointers(op.getInputs());
  pointers.push_back(op.getOutput());
  strideNest(builder, parallel, pointers, [&](ValueRange at) {
    auto vectors = [&](ValueRange begin, int64_t count, LaneRun run) {
      SmallVector<Value> carried(count, identity(run.lanes));
      carried = nest(reductions, begin, carried,
                     [&](ValueRange inner, ValueRange accumulators) {
                       SmallVector<Value> next;
                       for (auto [vector, accumulator] :
                            llvm::enumerate(accumulators)) {
                         SmallVector<Value> moved = advanceAll(
                             builder, along, inner,
                             static_cast<int64_t>(vector) * run.lanes);
                         next.push_back(combine(
                             accumulator, element(moved, &along, run.lanes,
                                                  run.active)));
                       }
                       return next;
                     });
      for (auto [vector, accumulator] : llvm::enumerate(carried)) {
        Value output = builder.advance(
            begin.back(), along.strides.back() * run.lanes *
                              static_cast<int64_t>(vector));
        finish(accumulator, output, run.lanes, run.active);
      }
    };
    for (LaneRun run : laneRuns(along.size, lanes, target)) {
      int64_t together = std::min<int64_t>(run.count, 4);
      int64_t whole = run.count / together * together;
      SmallVector<Value> begin = advanceAll(builder, along, at, run.begin);
      builder.loop(0, whole * run.lanes, together * run.lanes, {},
                   [&](Value index, ValueRange) {
                     vectors(advanceAll(builder, along, begin, index), together,
                             run);
                     return SmallVector<Value>();
                   });
      if (whole < run.count)
        vectors(advanceAll(builder, along, begin, whole * run.lanes),
                run.count - whole, run);
    }
  });
}

/// Folds in halves: lane l with lane l + width / 2.
Value ReduceLowering::fold(Value vector) {
  int64_t width = cast<VectorType>(vector.getType()).getNumElements();
  while (width > 1) {
    SmallVector<int64_t> low, high;
    for (int64_t lane = 0; lane < width / 2; ++lane) {
      low.push_back(lane);
      high.push_back(lane + width / 2);
    }
    vector = combine(
        vector::ShuffleOp::create(builder, vector, vector, low),
        vector::ShuffleOp::create(builder, vector, vector, high));
    width /= 2;
  }
  return vector::ExtractOp::create(builder, vector, ArrayRef<int64_t>{0});
}

/// Whole vectors in one accumulator, the elements behind them in another.
void ReduceLowering::alongReduction() {
  StridedLoop along = reductions.pop_back_val();
  SmallVector<Value> pointers(op.getInputs());
  pointers.push_back(op.getOutput());
  int64_t whole = along.size / lanes * lanes;
  strideNest(builder, parallel, pointers, [&](ValueRange at) {
    SmallVector<Value> carried = {identity(lanes), identity(1)};
    carried = nest(
        reductions, at, carried, [&](ValueRange inner, ValueRange both) {
          Value vector =
              builder.loop(0, whole, lanes, both.front(),
                           [&](Value index, ValueRange accumulator) {
                             Value next = element(
                                 advanceAll(builder, along, inner, index),
                                 &along, lanes, lanes);
                             return SmallVector<Value>{
                                 combine(accumulator.front(), next)};
                           })
                  .front();
          SmallVector<Value> rest = advanceAll(builder, along, inner, whole);
          Value scalar =
              builder.loop(0, along.size - whole, 1, both.back(),
                           [&](Value index, ValueRange accumulator) {
                             Value next = element(
                                 advanceAll(builder, along, rest, index),
                                 nullptr, 1, 1);
                             return SmallVector<Value>{
                                 combine(accumulator.front(), next)};
                           })
                  .front();
          return SmallVector<Value>{vector, scalar};
        });
    finish(combine(fold(carried.front()), carried.back()), at.back(), 1, 1);
  });
}

void ReduceLowering::onScalars() {
  SmallVector<Value> pointers(op.getInputs());
  pointers.push_back(op.getOutput());
  strideNest(builder, parallel, pointers, [&](ValueRange at) {
    SmallVector<Value> carried =
        nest(reductions, at, identity(1),
             [&](ValueRange inner, ValueRange accumulator) {
               return SmallVector<Value>{
                   combine(accumulator.front(), element(inner, nullptr, 1, 1))};
             });
    finish(carried.front(), at.back(), 1, 1);
  });
}

void ReduceLowering::run() {
  auto along = llvm::find_if(llvm::reverse(parallel), [&](StridedLoop &loop) {
    return vectorizable(loop, bytes) && loop.strides.back() == bytes.back();
  });
  if (along != parallel.rend()) {
    StridedLoop loop = *along;
    parallel.erase(std::next(along).base());
    return alongParallel(loop);
  }
  bool contiguous = !reductions.empty() &&
                    vectorizable(reductions.back(), bytes) &&
                    reductions.back().size >= lanes && lanes > 1;
  if (contiguous)
    return alongReduction();
  onScalars();
}

LogicalResult penjing::lowerReduce(ReduceOp op, const Target &target) {
  ReduceLowering(op, target).run();
  return success();
}
