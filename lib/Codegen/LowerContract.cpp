// Expands pjk.contract: a nest over tiles, and in each tile points x vectors
// accumulators in registers, carried through the reduction loops.
#include "ContractAddressing.h"
#include "KernelBuilder.h"
#include "KernelLowering.h"
#include "Leaf.h"

#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace penjing;
using namespace penjing::kernel;

namespace {

/// The place in the nest: one pointer per operand, and how far each outer
/// dimension's tile reaches.
struct Place {
  SmallVector<Value> pointers;
  SmallVector<int64_t> tiles;
  /// Row of the sparse table, null when dense.
  Value row;
  /// Lanes of the tile's last vector that exist.
  int64_t lastLanes;
  /// Whether this is the first pass over the tiles, null when there is one.
  Value isFirstPass;
};

class ContractLowering {
public:
  ContractLowering(ContractOp op, const ContractAddressing &addressing,
                   const Target &target)
      : op(op), addressing(addressing), contraction(op.getContraction()),
        builder(op, target), lanes(contraction.getLanes()) {
    bytes = {addressing.bytesA, addressing.bytesB,
             elementBytes(cast<YieldOp>(op.getEpilogue().front().getTerminator())
                              .getValue()
                              .getType())};
    for (Type type : llvm::drop_begin(op.getEpilogue().getArgumentTypes()))
      bytes.push_back(elementBytes(type));
  }

  void run() {
    Place place;
    place.pointers = {op.getA(), op.getB(), op.getC()};
    llvm::append_range(place.pointers, op.getExtras());
    place.lastLanes = lanes;
    hoisted = countHoisted();
    passes(0, place);
  }

private:
  unsigned countHoisted();
  void passes(unsigned level, const Place &place);
  void nest(unsigned level, const Place &place);
  void nestRun(unsigned level, const Place &place, TileRun run, int64_t rows,
               int64_t lastLanes);
  int64_t stride(unsigned operand, DimAttr dim) const;
  Value nextRow(DimAttr dim, Value row, Value index, int64_t rows);

  void tile(const Place &place);
  SmallVector<Value> reduce(ArrayRef<ReductionLoop> loops, Value a, Value b,
                            int64_t offsetA, int64_t offsetB,
                            SmallVector<Value> accumulators);
  SmallVector<Value> reduceEntries(const Place &place, ValueRange accumulators);
  Value add(Value left, Value right);
  std::pair<Value, Value> tableRun(const Place &place, Value &entries);
  SmallVector<Value> startOfPass(const Place &place);
  SmallVector<Value> step(Value a, Value b, ValueRange accumulators);
  void epilogue(const Place &place, ValueRange accumulators);

  ContractOp op;
  const ContractAddressing &addressing;
  ContractionAttr contraction;
  KernelBuilder builder;
  int64_t lanes;
  SmallVector<int64_t> bytes;
  /// Reduction dimensions that run outside the tiles.
  unsigned hoisted = 0;

  // The tile at hand: per point and operand the byte offset; its vectors.
  SmallVector<SmallVector<int64_t>> points;
  int64_t vectors = 0;
  int64_t lastLanes = 0;
};

} // namespace

/// Bytes by which an operand moves along an outer dimension, by an element or,
/// along the vector dimension, by a vector.
int64_t ContractLowering::stride(unsigned operand, DimAttr dim) const {
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

Value ContractLowering::nextRow(DimAttr dim, Value row, Value index,
                                int64_t rows) {
  Sparsity sparsity = contraction.getSparsity();
  bool counts = sparsity == Sparsity::Block
                    ? dim.getKind() == DimKind::Vector
                    : sparsity == Sparsity::Unstructured &&
                          dim.getKind() == DimKind::Parallel &&
                          dim.getStrides()[ContractionAttr::A] != 0;
  if (!counts)
    return row;
  if (rows)
    index = arith::AddIOp::create(builder, index, builder.constantIndex(rows));
  if (!row)
    return index;
  row = arith::MulIOp::create(builder, row,
                              builder.constantIndex(dim.getSize()));
  return arith::AddIOp::create(builder, row, index);
}

/// How many of the first reduction dimensions run outside all tiles, with the
/// sums so far in C: as few as let the operands of one pass stay in the second
/// cache, where every tile would otherwise stream them from memory again (the
/// weight gradient of a batch). The sums are the same, product by product.
unsigned ContractLowering::countHoisted() {
  Block &block = op.getEpilogue().front();
  bool keepsAccumulator =
      op.getExtras().empty() &&
      cast<YieldOp>(block.getTerminator()).getValue() == block.getArgument(0);
  if (contraction.getSparsity() != Sparsity::Dense || !keepsAccumulator ||
      contraction.getStorage() != Storage::Strided ||
      builder.target.cacheBytes.size() < 2)
    return 0;
  int64_t budget = builder.target.cacheBytes[1] / 2;
  unsigned most = addressing.reductions.empty()
                      ? 0
                      : addressing.reductions.size() - 1;
  unsigned count = 0;
  while (count < most && addressing.footprint(count) > budget)
    ++count;
  // A loop less would do where even the last one does not help.
  return addressing.footprint(count) <= budget ? count : 0;
}

/// The hoisted reductions, outermost first, around the nest of tiles.
void ContractLowering::passes(unsigned level, const Place &place) {
  if (level == hoisted)
    return nest(0, place);
  DimAttr dim = addressing.reductions[level];
  builder.loop(0, dim.getSize(), 1, {}, [&](Value index, ValueRange) {
    Place inner = place;
    for (unsigned operand : {ContractionAttr::A, ContractionAttr::B})
      inner.pointers[operand] =
          builder.advance(inner.pointers[operand], index,
                          dim.getStrides()[operand] * bytes[operand]);
    Value isFirst = arith::CmpIOp::create(builder, arith::CmpIPredicate::eq,
                                          index, builder.constantIndex(0));
    inner.isFirstPass = inner.isFirstPass
                            ? arith::AndIOp::create(builder, inner.isFirstPass,
                                                    isFirst)
                                  .getResult()
                            : isFirst;
    passes(level + 1, inner);
    return SmallVector<Value>();
  });
}

/// The tile's accumulators at the start of a pass: zero in the first one, then
/// the sums in C.
SmallVector<Value> ContractLowering::startOfPass(const Place &place) {
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
                             vector * lanes * bytes[ContractionAttr::C];
            sums.push_back(builder.load(
                builder.advance(place.pointers[ContractionAttr::C], offset),
                contraction.getAcc(), lanes,
                vector == vectors - 1 ? lastLanes : lanes));
          }
        scf::YieldOp::create(builder, sums);
      });
  return SmallVector<Value>(start.getResults());
}

void ContractLowering::nest(unsigned level, const Place &place) {
  if (level == addressing.outer.size())
    return tile(place);
  DimAttr dim = addressing.outer[level];
  bool isVector = dim.getKind() == DimKind::Vector;
  SmallVector<TileRun, 2> runs = isVector
                                     ? addressing.vectorTiles()
                                     : equalTiles(dim.getSize(), dim.getTile());
  int64_t remainder = dim.getSize() % lanes;
  int64_t rows = 0;
  for (TileRun run : runs) {
    bool exact = isVector && contraction.getExactTail() && remainder &&
                 run.end() == contraction.getVectorCount();
    if (exact) {
      // The last tile stands apart: its last vector is partial.
      --run.count;
      nestRun(level, place, run, rows, place.lastLanes);
      rows += run.count;
      run = {run.end(), 1, run.tile};
    }
    nestRun(level, place, run, rows, exact ? remainder : place.lastLanes);
    rows += run.count;
  }
}

void ContractLowering::nestRun(unsigned level, const Place &place, TileRun run,
                               int64_t rows, int64_t lastLanes) {
  DimAttr dim = addressing.outer[level];
  builder.loop(0, run.count, 1, {}, [&](Value index, ValueRange) {
    Place inner = place;
    for (auto [operand, pointer] : llvm::enumerate(inner.pointers)) {
      int64_t bytes = stride(operand, dim);
      pointer = builder.advance(pointer, run.begin * bytes);
      if (run.count > 1)
        pointer = builder.advance(pointer, index, run.tile * bytes);
    }
    inner.tiles.push_back(run.tile);
    inner.row = nextRow(dim, inner.row, index, rows);
    inner.lastLanes = lastLanes;
    nest(level + 1, inner);
    return SmallVector<Value>();
  });
}

void ContractLowering::tile(const Place &place) {
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
          offset += index * stride(operand, dim);
        next.push_back(offsets);
      }
    points = std::move(next);
  }
  lastLanes = place.lastLanes;

  SmallVector<Value> accumulators = startOfPass(place);
  switch (contraction.getSparsity()) {
  case Sparsity::Dense:
    accumulators =
        reduce(addressing.reductionLoops(vectors, hoisted), place.pointers[0],
               place.pointers[1], 0, 0, std::move(accumulators));
    break;
  case Sparsity::Block:
  case Sparsity::Unstructured:
    accumulators = reduceEntries(place, accumulators);
    break;
  }
  epilogue(place, accumulators);
}

/// The reduction nest from `loops` inwards. Unrolled steps lie at constant
/// offsets from `a` and `b`.
SmallVector<Value> ContractLowering::reduce(ArrayRef<ReductionLoop> loops,
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
std::pair<Value, Value> ContractLowering::tableRun(const Place &place,
                                                   Value &entries) {
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
SmallVector<Value> ContractLowering::reduceEntries(const Place &place,
                                                   ValueRange accumulators) {
  bool block = contraction.getSparsity() == Sparsity::Block;
  Value entries;
  auto [from, to] = tableRun(place, entries);
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

Value ContractLowering::add(Value left, Value right) {
  if (contraction.getAcc().isF32())
    return arith::AddFOp::create(builder, left, right);
  return arith::AddIOp::create(builder, left, right);
}

/// One product per accumulator: the tile's vectors of B, then point by point
/// a group of A.
SmallVector<Value> ContractLowering::step(Value a, Value b,
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

void ContractLowering::epilogue(const Place &place, ValueRange accumulators) {
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
          offset += vector * lanes * bytes[operand];
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
                                            bytes[ContractionAttr::C]),
                    active);
    }
}

LogicalResult penjing::lowerContract(ContractOp op, const Target &target) {
  ContractionAttr contraction = op.getContraction();
  llvm::Expected<ContractAddressing> addressing =
      addressContraction(contraction);
  if (!addressing)
    return op.emitError(llvm::toString(addressing.takeError()));
  const Leaf &leaf = addressing->leaf;
  if (!target.findLeaf(leaf.name()))
    return op.emitError("requires a leaf of target '")
           << target.name << "', but got '" << leaf.name() << "'";
  if (!leaf.accepts(target, contraction.getA(), contraction.getB(),
                    contraction.getAcc()))
    return op.emitError("requires types that leaf '")
           << leaf.name() << "' multiplies, but got " << contraction.getA()
           << ", " << contraction.getB() << ", " << contraction.getAcc();
  ContractLowering(op, *addressing, target).run();
  return success();
}
