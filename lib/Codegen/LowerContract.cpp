// Expands pjk.contract: passes over hoisted reductions, a nest of loops over
// tiles, and the code of each tile.
#include "ContractTile.h"
#include "KernelLowering.h"

using namespace mlir;
using namespace penjing;
using namespace penjing::kernel;

namespace {

class ContractLowering {
public:
  explicit ContractLowering(ContractContext &context)
      : context(context), addressing(context.addressing),
        contraction(context.contraction), builder(context.builder) {}

  void run() {
    Place place;
    place.pointers = {context.op.getA(), context.op.getB(), context.op.getC()};
    llvm::append_range(place.pointers, context.op.getExtras());
    place.lastLanes = context.lanes;
    context.hoisted = countHoisted();
    passes(0, place);
  }

private:
  unsigned countHoisted();
  void passes(unsigned level, const Place &place);
  void nest(unsigned level, const Place &place);
  void nestRun(unsigned level, const Place &place, TileRun run, int64_t rows,
               int64_t lastLanes);
  Value nextRow(DimAttr dim, Value row, Value index, int64_t rows);

  ContractContext &context;
  const ContractAddressing &addressing;
  ContractionAttr contraction;
  KernelBuilder &builder;
};

} // namespace

/// The row of the sparse table at the `index`th tile after `rows` others; the
/// row so far where the dimension has none.
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
  Block &block = context.op.getEpilogue().front();
  bool keepsAccumulator =
      context.op.getExtras().empty() &&
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
  if (level == context.hoisted)
    return nest(0, place);
  DimAttr dim = addressing.reductions[level];
  builder.loop(0, dim.getSize(), 1, {}, [&](Value index, ValueRange) {
    Place inner = place;
    for (unsigned operand : {ContractionAttr::A, ContractionAttr::B})
      inner.pointers[operand] =
          builder.advance(inner.pointers[operand], index,
                          dim.getStrides()[operand] * context.bytes[operand]);
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

void ContractLowering::nest(unsigned level, const Place &place) {
  if (level == addressing.outer.size())
    return ContractTile(context, place).run();
  DimAttr dim = addressing.outer[level];
  bool isVector = dim.getKind() == DimKind::Vector;
  SmallVector<TileRun, 2> runs = isVector
                                     ? addressing.vectorTiles()
                                     : equalTiles(dim.getSize(), dim.getTile());
  int64_t remainder = dim.getSize() % context.lanes;
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
      int64_t bytes = context.stride(operand, dim);
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
  ContractContext context(op, *addressing, target);
  ContractLowering(context).run();
  return success();
}
