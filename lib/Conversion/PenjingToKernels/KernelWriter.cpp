// Pointers to values and constants; maps and reductions over views.
#include "KernelWriter.h"

#include "penjing/Dialect/Penjing/ParameterValues.h"
#include "penjing/Support/StableSort.h"

using namespace mlir;
using namespace penjing;
using kernel::DimAttr;
using kernel::DimKind;

/// Vectors may read this far behind a constant.
static constexpr size_t slack = 64;

int64_t ConstantSection::add(ArrayRef<char> bytes) {
  int64_t offset = llvm::alignTo(data.size(), 64);
  data.resize(offset);
  data.insert(data.end(), bytes.begin(), bytes.end());
  data.resize(llvm::alignTo(data.size(), 64) + slack);
  return offset;
}

Type penjing::memoryType(Type elementType) {
  if (auto quantized = dyn_cast<quant::QuantizedType>(elementType))
    return IntegerType::get(elementType.getContext(), quantized.getStorageTypeIntegralWidth());
  if (auto integer = dyn_cast<IntegerType>(elementType))
    return IntegerType::get(elementType.getContext(), std::max(integer.getWidth(), 8u));
  return elementType;
}

View penjing::boxOf(const View &view, ArrayRef<int64_t> offsets, ArrayRef<int64_t> sizes,
                    ArrayRef<int64_t> steps) {
  View box;
  box.root = view.root;
  box.offset = view.offset;
  for (unsigned dim = 0; dim < view.dims.size(); ++dim) {
    int64_t step = steps.empty() ? 1 : steps[dim];
    box.offset += offsets[dim] * view.stride(dim);
    box.dims.push_back({Factor{sizes[dim], view.stride(dim) * step}});
  }
  return box;
}

Value KernelWriter::advance(Value base, int64_t bytes) {
  if (bytes == 0)
    return base;
  return LLVM::GEPOp::create(*this, base.getType(), getI8Type(), base,
                             ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(bytes)});
}

Value KernelWriter::constantPointer(int64_t offset) { return advance(constantBase, offset); }

Value KernelWriter::rootPointer(Value root) {
  if (PlacementAttr placement = placementOf(root)) {
    if (placement.getSpace() == Space::Result)
      return results[placement.getOffset()];
    return advance(arena, placement.getOffset());
  }
  auto known = roots.find(root);
  if (known != roots.end())
    return known->second;
  // A constant, or a parameter with a value: its bytes as they are.
  std::optional<ParameterBytes> bytes;
  if (auto constant = root.getDefiningOp<ConstantOp>())
    bytes = ParameterBytes::of(constant.getValue());
  else if (auto use = root.getDefiningOp<UseOp>())
    bytes = ParameterBytes::of(SymbolTable::lookupNearestSymbolFrom<ParamOp>(use, use.getParamAttr()));
  assert(bytes && "a root without memory");
  Value pointer = constantPointer(constants.add(bytes->bytes()));
  roots[root] = pointer;
  return pointer;
}

Value KernelWriter::pointer(Value root, int64_t elements) {
  return advance(rootPointer(root),
                 elements * getStorageBytes(getElementTypeOrSelf(root.getType())));
}

KernelWriter::Operand KernelWriter::operand(const View &view, Value value) {
  return {view, memoryType(getElementTypeOrSelf(value.getType())), {}};
}

/// A dimension of a kernel.
static DimAttr dimension(MLIRContext *context, unsigned index, DimKind kind,
                         const StridedDim &loop) {
  static constexpr StringLiteral names[] = {"i", "j", "k", "l", "m", "n", "p", "q"};
  StringRef name = names[std::min<unsigned>(index, 7)];
  return DimAttr::get(context, name, kind, loop.size, 1, loop.strides);
}

LogicalResult KernelWriter::map(StringRef hint, ArrayRef<Operand> inputs, Operand output,
                                Body body) {
  SmallVector<View> views;
  SmallVector<Value> pointers;
  SmallVector<Type> types;
  for (const Operand &input : inputs) {
    views.push_back(input.view);
    pointers.push_back(input.pointer ? input.pointer : pointer(input.view));
    types.push_back(input.element);
  }
  views.push_back(output.view);
  Value destination = output.pointer ? output.pointer : pointer(output.view);
  auto loops = refineViews(views);
  if (!loops)
    return mlir::emitError(getLoc()) << "requires operands whose dimensions are cut alike in memory";
  if (loops->empty())
    loops->push_back({1, SmallVector<int64_t, 4>(views.size(), 0)});
  SmallVector<Attribute> dims;
  for (auto [index, loop] : llvm::enumerate(*loops))
    dims.push_back(dimension(getContext(), index, DimKind::Parallel, loop));
  OperationState state(getLoc(), kernel::MapOp::getOperationName());
  kernel::MapOp::Properties &properties = state.getOrAddProperties<kernel::MapOp::Properties>();
  properties.dims = getArrayAttr(dims);
  properties.hint = getStringAttr(hint);
  state.addOperands(pointers);
  state.addOperands(destination);
  Region *region = state.addRegion();
  {
    InsertionGuard guard(*this);
    Block *block = createBlock(region);
    for (Type type : types)
      block->addArgument(type, getLoc());
    kernel::YieldOp::create(*this, body(*this, block->getArguments()));
  }
  create(state);
  return success();
}

LogicalResult KernelWriter::fill(StringRef hint, Operand output, double value) {
  return map(hint, {}, output, [&](ImplicitLocOpBuilder &b, ValueRange) -> Value {
    if (auto type = dyn_cast<FloatType>(output.element))
      return arith::ConstantOp::create(b, FloatAttr::get(type, value));
    return arith::ConstantOp::create(b, IntegerAttr::get(output.element, static_cast<int64_t>(value)));
  });
}

LogicalResult KernelWriter::reduce(StringRef hint, ArrayRef<Operand> inputs, Operand output,
                                   ArrayRef<Walk> walk, arith::AtomicRMWKind kind, Body element,
                                   Body final) {
  SmallVector<StridedDim> parallel, reductions;
  for (unsigned dim = 0; dim < walk.size(); ++dim) {
    SmallVector<ArrayRef<Factor>> factors;
    for (const Operand &input : inputs)
      factors.push_back(input.view.dims[dim]);
    // The output stands still along a reduction.
    SmallVector<Factor> still;
    if (walk[dim] == Walk::Reduction) {
      for (Factor factor : factors.front())
        still.push_back({factor.size, 0});
      factors.push_back(still);
    } else {
      factors.push_back(output.view.dims[dim]);
    }
    auto loops = refineDimension(factors);
    if (!loops)
      return mlir::emitError(getLoc()) << "requires operands whose dimensions are cut alike in memory";
    (walk[dim] == Walk::Parallel ? parallel : reductions).append(*loops);
  }
  auto sortBy = [](SmallVector<StridedDim> &loops, bool byOutput) {
    stableSort(loops, [&](const StridedDim &a, const StridedDim &b) {
      return byOutput ? a.strides.back() > b.strides.back() : a.strides.front() > b.strides.front();
    });
  };
  sortBy(parallel, true);
  sortBy(reductions, false);
  auto merge = [](ArrayRef<StridedDim> loops) {
    SmallVector<StridedDim> merged;
    for (const StridedDim &loop : loops) {
      bool follows =
          !merged.empty() && llvm::all_of(llvm::zip(merged.back().strides, loop.strides), [&](auto pair) {
            return std::get<0>(pair) == std::get<1>(pair) * loop.size;
          });
      if (follows)
        merged.back() = {merged.back().size * loop.size, loop.strides};
      else
        merged.push_back(loop);
    }
    return merged;
  };
  parallel = merge(parallel);
  reductions = merge(reductions);
  if (reductions.empty())
    reductions.push_back({1, SmallVector<int64_t, 4>(inputs.size() + 1, 0)});
  SmallVector<Attribute> dims;
  for (const StridedDim &loop : parallel)
    dims.push_back(dimension(getContext(), dims.size(), DimKind::Parallel, loop));
  for (const StridedDim &loop : reductions)
    dims.push_back(dimension(getContext(), dims.size(), DimKind::Reduction, loop));

  OperationState state(getLoc(), kernel::ReduceOp::getOperationName());
  auto &properties = state.getOrAddProperties<kernel::ReduceOp::Properties>();
  properties.dims = getArrayAttr(dims);
  properties.hint = getStringAttr(hint);
  properties.combiner = arith::AtomicRMWKindAttr::get(getContext(), kind);
  for (const Operand &input : inputs)
    state.addOperands(input.pointer ? input.pointer : pointer(input.view));
  state.addOperands(output.pointer ? output.pointer : pointer(output.view));
  Region *elementRegion = state.addRegion(), *finalRegion = state.addRegion();
  {
    InsertionGuard guard(*this);
    Block *block = createBlock(elementRegion);
    for (const Operand &input : inputs)
      block->addArgument(input.element, getLoc());
    Value made = element(*this, block->getArguments());
    kernel::YieldOp::create(*this, made);
    Block *last = createBlock(finalRegion);
    last->addArgument(made.getType(), getLoc());
    kernel::YieldOp::create(*this, final(*this, last->getArguments()));
  }
  create(state);
  return success();
}
