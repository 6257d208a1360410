// Expands a pjk.map that turns rows into columns: squares of vectors are loaded
// along the input's rows, transposed in registers and stored along the output's.
#include "KernelLowering.h"
#include "StridedLoops.h"

#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace penjing;
using namespace penjing::kernel;

/// The largest square that stays in 16 registers.
static constexpr int64_t largestSquare = 16;

/// Rows become columns: log2(width) rounds that swap blocks between rows
/// `distance` apart.
static SmallVector<Value> transposed(KernelBuilder &builder,
                                     SmallVector<Value> rows) {
  int64_t width = rows.size();
  for (int64_t distance = 1; distance < width; distance *= 2) {
    SmallVector<int64_t> low, high;
    for (int64_t lane = 0; lane < width; ++lane) {
      bool second = lane & distance;
      low.push_back(second ? width + lane - distance : lane);
      high.push_back(second ? width + lane : lane + distance);
    }
    for (int64_t row = 0; row < width; ++row) {
      if (row & distance)
        continue;
      Value upper = rows[row], lower = rows[row + distance];
      rows[row] = vector::ShuffleOp::create(builder, upper, lower, low);
      rows[row + distance] =
          vector::ShuffleOp::create(builder, upper, lower, high);
    }
  }
  return rows;
}

bool penjing::isTranspose(MapOp op, ArrayRef<StridedLoop> loops,
                          ArrayRef<int64_t> bytes, unsigned &alongInput,
                          unsigned &alongOutput) {
  if (op.getInputs().size() != 1)
    return false;
  auto contiguous = [&](unsigned operand) {
    return std::distance(
        loops.begin(), llvm::find_if(loops, [&](const StridedLoop &loop) {
          return loop.strides[operand] == bytes[operand] && loop.size >= 4;
        }));
  };
  alongInput = contiguous(0);
  alongOutput = contiguous(1);
  return alongInput != alongOutput && alongInput < loops.size() &&
         alongOutput < loops.size();
}

void penjing::lowerTranspose(KernelBuilder &builder, MapOp op,
                             ArrayRef<StridedLoop> loops, unsigned alongInput,
                             unsigned alongOutput) {
  StridedLoop in = loops[alongInput], out = loops[alongOutput];
  SmallVector<StridedLoop> around;
  for (auto [index, loop] : llvm::enumerate(loops))
    if (index != alongInput && index != alongOutput)
      around.push_back(loop);
  int64_t width = std::min<int64_t>(
      {regionLanes({&op.getBody()}, builder.target), largestSquare,
       static_cast<int64_t>(llvm::bit_floor<uint64_t>(in.size)),
       static_cast<int64_t>(llvm::bit_floor<uint64_t>(out.size))});
  int64_t wholeIn = in.size / width * width;
  int64_t wholeOut = out.size / width * width;
  Type type = op.getBody().getArgument(0).getType();

  auto square = [&](ValueRange at) {
    SmallVector<Value> rows;
    for (int64_t row = 0; row < width; ++row)
      rows.push_back(builder.load(
          builder.advance(at[0], row * out.strides[0]), type, width));
    for (Value &row : rows)
      row = builder.evaluate(op.getBody(), row, width);
    rows = transposed(builder, std::move(rows));
    for (int64_t row = 0; row < width; ++row)
      builder.store(rows[row],
                    builder.advance(at[1], row * in.strides[1]));
  };
  auto scalars = [&](ValueRange at, StridedLoop outer, StridedLoop inner) {
    strideNest(builder, {outer, inner}, at, [&](ValueRange element) {
      Value loaded = builder.load(element[0], type);
      builder.store(builder.evaluate(op.getBody(), loaded, 1), element[1]);
    });
  };
  strideNest(builder, around, {op.getInputs()[0], op.getOutput()},
             [&](ValueRange at) {
    builder.loop(0, wholeOut, width, {}, [&](Value y, ValueRange) {
      SmallVector<Value> row = advanceAll(builder, out, at, y);
      builder.loop(0, wholeIn, width, {}, [&](Value x, ValueRange) {
        square(advanceAll(builder, in, row, x));
        return SmallVector<Value>();
      });
      return SmallVector<Value>();
    });
    // The rest along the input, and the rest along the output.
    StridedLoop restIn = in, restOut = out, upTo = out;
    restIn.size = in.size - wholeIn;
    restOut.size = out.size - wholeOut;
    upTo.size = wholeOut;
    if (restIn.size)
      scalars(advanceAll(builder, in, at, wholeIn), upTo, restIn);
    if (restOut.size)
      scalars(advanceAll(builder, out, at, wholeOut), restOut, in);
  });
}
