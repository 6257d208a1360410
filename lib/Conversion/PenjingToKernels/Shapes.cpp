// Ops that move elements, the copies between layouts, and halos.
#include "KernelWriter.h"
#include "ScalarBodies.h"

using namespace mlir;
using namespace penjing;
using Build = ImplicitLocOpBuilder;

static Value same(Build &, ValueRange v) { return v[0]; }

static LogicalResult writePad(KernelWriter &writer, PadOp op) {
  View x = viewOf(op.getInput()), y = viewOf(op.getResult());
  if (!x.isSimple())
    return op.emitError("requires operands with one stride per dimension");
  double value = op.getValue().convertToDouble();
  if (auto type = dyn_cast<quant::UniformQuantizedType>(elementOf(op.getResult())))
    value = std::clamp<double>(std::nearbyint(value / type.getScale()) + type.getZeroPoint(),
                               type.getStorageTypeMin(), type.getStorageTypeMax());
  if (failed(writer.fill("pad", writer.operand(y, op.getResult()), value)))
    return failure();
  SmallVector<int64_t> from, to, sizes;
  for (auto [dim, size] : llvm::enumerate(shapeOf(op.getInput()))) {
    int64_t low = op.getLow()[dim], high = op.getHigh()[dim];
    from.push_back(std::max<int64_t>(-low, 0));
    to.push_back(std::max<int64_t>(low, 0));
    sizes.push_back(size - from.back() - std::max<int64_t>(-high, 0));
    if (sizes.back() <= 0)
      return success();
  }
  return writer.map("pad", {writer.operand(boxOf(x, from, sizes), op.getInput())},
                    writer.operand(boxOf(y, to, sizes), op.getResult()), same);
}

static LogicalResult writeConcat(KernelWriter &writer, ConcatOp op) {
  View y = viewOf(op.getResult());
  int64_t axis = op.getAxis() < 0 ? op.getAxis() + static_cast<int64_t>(y.dims.size()) : op.getAxis();
  auto out = dyn_cast<quant::UniformQuantizedType>(elementOf(op.getResult()));
  SmallVector<int64_t> offsets(y.dims.size(), 0);
  for (Value input : op.getInputs()) {
    auto in = dyn_cast<quant::UniformQuantizedType>(elementOf(input));
    auto body = [&](Build &b, ValueRange v) -> Value {
      if (in == out)
        return v[0];
      Value x = arith::SIToFPOp::create(b, b.getF32Type(), centered(b, v[0], in));
      Value factor = number(b, x.getType(), static_cast<float>(in.getScale() / out.getScale()));
      return roundToStorage(b, arith::MulFOp::create(b, x, factor), out);
    };
    if (shapeOf(input)[axis] == 0)
      continue;
    View box = boxOf(y, offsets, shapeOf(input));
    if (failed(writer.map("concat", {writer.operand(viewOf(input), input)}, writer.operand(box, op.getResult()), body)))
      return failure();
    offsets[axis] += shapeOf(input)[axis];
  }
  return success();
}

LogicalResult penjing::writeShape(KernelWriter &writer, Operation *op) {
  if (auto pad = dyn_cast<PadOp>(op))
    return writePad(writer, pad);
  if (auto concat = dyn_cast<ConcatOp>(op))
    return writeConcat(writer, concat);
  PlacementAttr placement = placementOf(op->getResult(0));
  if (placement.getSpace() == Space::Alias)
    return success();
  Value input = op->getOperand(0), result = op->getResult(0);
  View from = viewOf(input);
  if (!isa<RelayoutOp>(op)) {
    auto moved = aliasOf(op, from);
    if (!moved)
      return op->emitError("requires an operand whose dimensions the result's can be cut from");
    from = *moved;
  }
  return writer.map("copy", {writer.operand(from, input)}, writer.operand(viewOf(result), result), same);
}

LogicalResult penjing::writeReduction(KernelWriter &writer, Operation *op) {
  auto sum = cast<ReduceSumOp>(op);
  Value input = sum.getInput(), result = sum.getResult();
  View y = viewOf(result), output;
  output.root = y.root;
  output.offset = y.offset;
  SmallVector<Walk> walk;
  unsigned next = 0;
  for (auto [dim, size] : llvm::enumerate(shapeOf(input))) {
    bool reduced = llvm::is_contained(sum.getAxes(), static_cast<int64_t>(dim));
    walk.push_back(reduced ? Walk::Reduction : Walk::Parallel);
    if (reduced) {
      output.dims.push_back({Factor{size, 0}});
      next += sum.getKeepDims();
    } else {
      output.dims.push_back(y.dims[next++]);
    }
  }
  auto kind = isa<FloatType>(elementOf(input)) ? arith::AtomicRMWKind::addf : arith::AtomicRMWKind::addi;
  return writer.reduce("reduce_sum", {writer.operand(viewOf(input), input)}, writer.operand(output, result), walk,
                       kind, same, same);
}

/// A strip before and one behind each dimension, over the whole of the earlier
/// ones and the inside of the later ones.
LogicalResult penjing::writeHalos(KernelWriter &writer, Operation *op) {
  for (OpResult result : op->getResults()) {
    PlacementAttr placement = placementOf(result);
    if (!placement || !placement.hasHalo())
      continue;
    SmallVector<int64_t> sizes(shapeOf(result)), offsets(placement.getLow());
    for (unsigned dim = 0; dim < sizes.size(); ++dim) {
      int64_t low = placement.getLow()[dim], high = placement.getHigh()[dim], inside = sizes[dim];
      for (auto [first, count] : {std::pair(int64_t(0), low), std::pair(low + inside, high)}) {
        if (count == 0)
          continue;
        SmallVector<int64_t> box = sizes;
        SmallVector<int64_t> from = offsets;
        box[dim] = count;
        from[dim] = first;
        View whole = stridedView(result, box, placement.getStrides());
        for (unsigned d = 0; d < from.size(); ++d)
          whole.offset += from[d] * placement.getStrides()[d];
        if (failed(writer.fill("halo", writer.operand(whole, result), placement.getFill())))
          return failure();
      }
      sizes[dim] = low + inside + high;
      offsets[dim] = 0;
    }
  }
  return success();
}
