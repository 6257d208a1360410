// The code of one tile: accumulators start, products are added densely or entry
// by entry of a table, the epilogue writes C.
#include "ContractTile.h"

#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace penjing;
using namespace penjing::kernel;

ContractContext::ContractContext(ContractOp op,
                                 const ContractAddressing &addressing,
                                 const Target &target)
    : op(op), addressing(addressing), contraction(op.getContraction()),
      builder(op, target), lanes(contraction.getLanes()) {
  auto yield = cast<YieldOp>(op.getEpilogue().front().getTerminator());
  bytes = {addressing.bytesA, addressing.bytesB,
           elementBytes(yield.getValue().getType())};
  for (Type type : llvm::drop_begin(op.getEpilogue().getArgumentTypes()))
    bytes.push_back(elementBytes(type));
}

int64_t ContractContext::stride(unsigned operand, DimAttr dim) const {
  Sparsity sparsity = contraction.getSparsity();
  // The constant of a sparse contraction is found through the table alone.
  if ((sparsity == Sparsity::Block && operand == ContractionAttr::B) ||
      (sparsity == Sparsity::Unstructured && operand == ContractionAttr::A))
    return 0;
  if (operand == ContractionAttr::B)
    return addressing.strideB(dim);
  int64_t elements = dim.getStrides()[operand];
  if (dim.getKind() == DimKind::Vector)
    elements *= lanes;
  return elements * bytes[operand];
}

ContractTile::ContractTile(ContractContext &context, const Place &place)
    : context(context), builder(context.builder), op(context.op),
      addressing(context.addressing), contraction(context.contraction),
      place(place), lanes(context.lanes), lastLanes(place.lastLanes) {
  points = {SmallVector<int64_t>(place.pointers.size(), 0)};
  for (auto [dim, size] : llvm::zip(addressing.outer, place.tiles)) {
    if (dim.getKind() == DimKind::Vector) {
      vectors = size;
      continue;
    }
    SmallVector<SmallVector<int64_t>> next;
    for (const SmallVector<int64_t> &point : points)
      for (int64_t index = 0; index < size; ++index) {
        SmallVector<int64_t> offsets = point;
        for (auto [operand, offset] : llvm::enumerate(offsets))
          offset += index * context.stride(operand, dim);
        next.push_back(offsets);
      }
    points = std::move(next);
  }
}

void ContractTile::run() {
  SmallVector<Value> accumulators = start();
  switch (contraction.getSparsity()) {
  case Sparsity::Dense:
    accumulators =
        reduce(addressing.reductionLoops(vectors, context.hoisted), place.pointers[0],
               place.pointers[1], 0, 0, std::move(accumulators));
    break;
  case Sparsity::Block:
  case Sparsity::Unstructured:
    accumulators = reduceEntries(accumulators);
    break;
  }
  epilogue(accumulators);
}

/// The accumulators at the start of a pass: zero in the first one, then
/// the sums in C.
SmallVector<Value> ContractTile::start() {
  Type type = KernelBuilder::vectorType(contraction.getAcc(), lanes);
  SmallVector<Value> zeros(points.size() * vectors, builder.zero(type));
  if (!place.isFirstPass)
    return zeros;
  SmallVector<Type> types(zeros.size(), type);
  auto start = scf::IfOp::create(
      builder, place.isFirstPass,
      [&](OpBuilder &inner, Location loc) {
        scf::YieldOp::create(inner, loc, zeros);
      },
      [&](OpBuilder &inner, Location loc) {
        ImplicitLocOpBuilder::InsertionGuard guard(builder);
        builder.restoreInsertionPoint(inner.saveInsertionPoint());
        SmallVector<Value> sums;
        for (const SmallVector<int64_t> &point : points)
          for (int64_t vector = 0; vector < vectors; ++vector) {
            int64_t offset = point[ContractionAttr::C] +
                             vector * lanes * context.bytes[ContractionAttr::C];
            sums.push_back(builder.load(
                builder.advance(place.pointers[ContractionAttr::C], offset),
                contraction.getAcc(), lanes,
                vector == vectors - 1 ? lastLanes : lanes));
          }
        scf::YieldOp::create(builder, sums);
      });
  return SmallVector<Value>(start.getResults());
}

/// The reduction nest from `loops` inwards. Unrolled steps lie at constant
/// offsets from `a` and `b`.
SmallVector<Value> ContractTile::reduce(ArrayRef<ReductionLoop> loops,
                                            Value a, Value b, int64_t offsetA,
                                            int64_t offsetB,
                                            SmallVector<Value> accumulators) {
  if (loops.empty())
    return step(builder.advance(a, offsetA), builder.advance(b, offsetB),
                accumulators);
  const ReductionLoop &loop = loops.front();
  auto unrolled = [&](Value a, Value b, int64_t from, int64_t count,
                      SmallVector<Value> carried) {
    for (int64_t index = from; index < from + count; ++index)
      carried = reduce(loops.drop_front(), a, b,
                       offsetA + index * loop.strideA,
                       offsetB + index * loop.strideB, std::move(carried));
    return carried;
  };
  if (loop.unroll == loop.size)
    return unrolled(a, b, 0, loop.size, std::move(accumulators));
  int64_t whole = loop.size / loop.unroll * loop.unroll;
  accumulators = builder.loop(
      0, whole, loop.unroll, accumulators, [&](Value index, ValueRange carried) {
        return unrolled(builder.advance(a, index, loop.strideA),
                        builder.advance(b, index, loop.strideB), 0, loop.unroll,
                        SmallVector<Value>(carried));
      });
  return unrolled(a, b, whole, loop.size - whole, std::move(accumulators));
}

/// First and last entry of the row at hand; `entries` is where entries start.
std::pair<Value, Value> ContractTile::tableRun(Value &entries) {
  int64_t rows = 0;
  if (contraction.getSparsity() == Sparsity::Block) {
    for (TileRun run : addressing.vectorTiles())
      rows += run.count;
  } else {
    rows = 1;
    for (DimAttr dim : addressing.outer)
      if (dim.getKind() == DimKind::Parallel &&
          dim.getStrides()[ContractionAttr::A] != 0)
        rows *= dim.getSize();
  }
  Value row = place.row ? builder.advance(op.getIndex(), place.row, 4)
                        : Value(op.getIndex());
  auto entry = [&](Value pointer) -> Value {
    return arith::ExtSIOp::create(
        builder, builder.getI64Type(),
        builder.load(pointer, builder.getI32Type()));
  };
  entries = builder.advance(op.getIndex(), 4 * (rows + 1));
  return {entry(row), entry(builder.advance(row, 4))};
}

/// The products of the table's entries. The operand with the offsets moves by
/// them, the constant one entry by entry. `unroll` entries are in flight, each
/// with accumulators of its own, which are added up at the end.
SmallVector<Value> ContractTile::reduceEntries(ValueRange accumulators) {
  bool block = contraction.getSparsity() == Sparsity::Block;
  Value entries;
  auto [from, to] = tableRun(entries);
  auto stepAt = [&](Value entry, ValueRange carried) {
    Value offset = arith::ExtSIOp::create(
        builder, builder.getI64Type(),
        builder.load(builder.advance(entries, entry, 4), builder.getI32Type()));
    Value a = place.pointers[ContractionAttr::A];
    Value b = place.pointers[ContractionAttr::B];
    if (block)
      return step(
          builder.advance(a, offset, addressing.bytesA),
          builder.advance(b, entry,
                          addressing.stepBytes(addressing.blockVectors())),
          carried);
    return step(builder.advance(a, entry, addressing.bytesA),
                builder.advance(b, offset, addressing.bytesB), carried);
  };
  int64_t unroll =
      addressing.reductions.empty() ? 1 : addressing.reductions.back().getTile();
  if (unroll == 1)
    return builder.loop(from, to, 1, accumulators, stepAt);

  size_t count = accumulators.size();
  SmallVector<Value> carried;
  for (int64_t copy = 0; copy < unroll; ++copy)
    llvm::append_range(carried, accumulators);
  Value length = arith::SubIOp::create(builder, to, from);
  Value tail = arith::RemUIOp::create(builder, length,
                                      builder.constantIndex(unroll));
  Value whole = arith::SubIOp::create(builder, to, tail);
  carried = builder.loop(
      from, whole, unroll, carried, [&](Value entry, ValueRange inner) {
        SmallVector<Value> next;
        for (int64_t copy = 0; copy < unroll; ++copy) {
          Value at = arith::AddIOp::create(builder, entry,
                                           builder.constantIndex(copy));
          llvm::append_range(next,
                             stepAt(at, inner.slice(copy * count, count)));
        }
        return next;
      });
  SmallVector<Value> sums(ArrayRef(carried).take_front(count));
  for (size_t copy = 1; copy < static_cast<size_t>(unroll); ++copy)
    for (size_t index = 0; index < count; ++index)
      sums[index] = add(sums[index], carried[copy * count + index]);
  return builder.loop(whole, to, 1, sums, stepAt);
}

Value ContractTile::add(Value left, Value right) {
  if (contraction.getAcc().isF32())
    return arith::AddFOp::create(builder, left, right);
  return arith::AddIOp::create(builder, left, right);
}

/// One product per accumulator: the tile's vectors of B, then point by point
/// a group of A.
SmallVector<Value> ContractTile::step(Value a, Value b,
                                          ValueRange accumulators) {
  const Leaf &leaf = addressing.leaf;
  bool vectorInA =
      contraction.getVectorDim().getStrides()[ContractionAttr::A] != 0;
  bool packed = contraction.getStorage() == Storage::Packed;
  // Points that share an offset share the load.
  std::map<int64_t, LeafOperand> loadedA, loadedB;
  auto loadVector = [&](std::map<int64_t, LeafOperand> &loaded, Value pointer,
                        int64_t offset, int64_t vector, Type element,
                        int64_t vectorBytes, bool partial) {
    LeafOperand &value = loaded[offset + vector * vectorBytes];
    if (value.empty())
      value = leaf.loadLanes(
          builder, builder.advance(pointer, offset + vector * vectorBytes),
          element, lanes,
          partial && vector == vectors - 1 ? lastLanes : lanes);
    return value;
  };

  SmallVector<Value> next;
  for (const SmallVector<int64_t> &point : points) {
    int64_t offsetA = point[ContractionAttr::A];
    for (int64_t vector = 0; vector < vectors; ++vector) {
      LeafOperand valueB = loadVector(loadedB, b, point[ContractionAttr::B], vector,
                                contraction.getB(), addressing.stepBytes(1),
                                !packed);
      LeafOperand valueA;
      if (vectorInA) {
        valueA = loadVector(loadedA, a, offsetA, vector, contraction.getA(),
                            lanes * addressing.bytesA, true);
      } else {
        LeafOperand &broadcast = loadedA[offsetA];
        if (broadcast.empty())
          broadcast = leaf.broadcastA(builder, builder.advance(a, offsetA),
                                      contraction.getA(), lanes);
        valueA = broadcast;
      }
      next.push_back(leaf.multiplyAdd(builder, accumulators[next.size()],
                                      valueA, valueB));
    }
  }
  return next;
}

void ContractTile::epilogue(ValueRange accumulators) {
  Region &region = op.getEpilogue();
  ArrayRef<int64_t> vectorStrides = contraction.getVectorDim().getStrides();
  std::map<std::pair<unsigned, int64_t>, Value> loaded;
  for (auto [point, offsets] : llvm::enumerate(points))
    for (int64_t vector = 0; vector < vectors; ++vector) {
      int64_t active = vector == vectors - 1 ? lastLanes : lanes;
      SmallVector<Value> arguments = {accumulators[point * vectors + vector]};
      for (unsigned operand = ContractionAttr::FirstExtra;
           operand < place.pointers.size(); ++operand) {
        Type element = region.getArgument(arguments.size()).getType();
        bool alongVector = vectorStrides[operand] != 0;
        int64_t offset = offsets[operand];
        if (alongVector)
          offset += vector * lanes * context.bytes[operand];
        Value pointer = builder.advance(place.pointers[operand], offset);
        // C itself may be an operand: never read it before its turn.
        bool inPlace = op.getExtras()[operand - ContractionAttr::FirstExtra] ==
                       op.getC();
        Value fresh;
        Value &value = inPlace ? fresh : loaded[{operand, offset}];
        if (!value)
          value = alongVector ? builder.load(pointer, element, lanes, active)
                              : builder.broadcast(
                                    builder.load(pointer, element), lanes);
        arguments.push_back(value);
      }
      Value result = builder.evaluate(region, arguments, lanes);
      builder.store(result,
                    builder.advance(place.pointers[ContractionAttr::C],
                                    offsets[ContractionAttr::C] +
                                        vector * lanes *
                                            context.bytes[ContractionAttr::C]),
                    active);
    }
}
