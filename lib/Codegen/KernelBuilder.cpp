// Loads, stores, loops and cloned regions: the instructions of every kernel,
// written once.
#include "KernelBuilder.h"

#include "penjing/Dialect/Kernel/Kernel.h"

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace penjing;

Type penjing::storageType(Type type) {
  if (auto integer = dyn_cast<IntegerType>(type))
    return IntegerType::get(type.getContext(), integer.getWidth());
  return type;
}

int64_t penjing::elementBytes(Type type) {
  return llvm::divideCeil(type.getIntOrFloatBitWidth(), 8);
}

Type KernelBuilder::vectorType(Type type, int64_t lanes) {
  return lanes == 1 ? type : VectorType::get({lanes}, type);
}

Value KernelBuilder::constantIndex(int64_t value) {
  return arith::ConstantOp::create(*this, getI64IntegerAttr(value));
}

Value KernelBuilder::zero(Type type) {
  return arith::ConstantOp::create(*this, getZeroAttr(type));
}

Value KernelBuilder::advance(Value pointer, int64_t bytes) {
  if (bytes == 0)
    return pointer;
  if (!llvm::isInt<31>(bytes))
    return advance(pointer, constantIndex(bytes), 1);
  return LLVM::GEPOp::create(*this, pointer.getType(), getI8Type(), pointer,
                             LLVM::GEPArg(static_cast<int32_t>(bytes)));
}

Value KernelBuilder::advance(Value pointer, Value index, int64_t bytes) {
  if (bytes == 0)
    return pointer;
  if (bytes != 1)
    index = arith::MulIOp::create(*this, index, constantIndex(bytes));
  return LLVM::GEPOp::create(*this, pointer.getType(), getI8Type(), pointer,
                             LLVM::GEPArg(index));
}

Value KernelBuilder::mask(int64_t active, int64_t lanes) {
  SmallVector<bool> bits(lanes, false);
  std::fill_n(bits.begin(), active, true);
  auto type = VectorType::get({lanes}, getI1Type());
  return arith::ConstantOp::create(*this, DenseElementsAttr::get(type, bits));
}

Value KernelBuilder::load(Value pointer, Type element, int64_t lanes,
                          int64_t active) {
  Type type = vectorType(storageType(element), lanes);
  int64_t alignment = elementBytes(element);
  if (active == lanes)
    return LLVM::LoadOp::create(*this, type, pointer, alignment);
  return LLVM::MaskedLoadOp::create(*this, type, pointer, mask(active, lanes),
                                    zero(type), alignment);
}

void KernelBuilder::store(Value value, Value pointer) {
  LLVM::StoreOp::create(*this, value, pointer,
                        elementBytes(getElementTypeOrSelf(value.getType())));
}

void KernelBuilder::store(Value value, Value pointer, int64_t active) {
  auto type = dyn_cast<VectorType>(value.getType());
  if (!type || active == type.getNumElements())
    return store(value, pointer);
  // LLVM 22 stores the whole wider lane when a mask of one lane meets a
  // truncation.
  if (active == 1)
    return store(vector::ExtractOp::create(*this, value, ArrayRef<int64_t>{0}),
                 pointer);
  LLVM::MaskedStoreOp::create(*this, value, pointer,
                              mask(active, type.getNumElements()),
                              elementBytes(type.getElementType()));
}

Value KernelBuilder::broadcast(Value scalar, int64_t lanes) {
  if (lanes == 1)
    return scalar;
  return vector::BroadcastOp::create(
      *this, VectorType::get({lanes}, scalar.getType()), scalar);
}

Value KernelBuilder::widen(Value value, Type element) {
  Type type = getI32Type();
  if (auto vector = dyn_cast<VectorType>(value.getType()))
    type = vector.clone(type);
  if (element.isUnsignedInteger())
    return arith::ExtUIOp::create(*this, type, value);
  return arith::ExtSIOp::create(*this, type, value);
}

SmallVector<Value> KernelBuilder::loopOver(Value from, Value to, Value step,
                                           ValueRange carried, LoopBody body) {
  auto loop = scf::ForOp::create(
      *this, from, to, step, carried,
      [&](OpBuilder &inner, Location loc, Value index, ValueRange values) {
        InsertionGuard guard(*this);
        restoreInsertionPoint(inner.saveInsertionPoint());
        SmallVector<Value> next = body(index, values);
        scf::YieldOp::create(*this, next);
      });
  return SmallVector<Value>(loop.getResults());
}

SmallVector<Value> KernelBuilder::loop(int64_t from, int64_t to, int64_t step,
                                       ValueRange carried, LoopBody body) {
  if (from >= to)
    return SmallVector<Value>(carried);
  if (from + step >= to)
    return body(constantIndex(from), carried);
  return loopOver(constantIndex(from), constantIndex(to), constantIndex(step),
                  carried, body);
}

SmallVector<Value> KernelBuilder::loop(Value from, Value to, int64_t step,
                                       ValueRange carried, LoopBody body) {
  return loopOver(from, to, constantIndex(step), carried, body);
}

Value KernelBuilder::evaluate(Region &region, ValueRange arguments,
                              int64_t lanes) {
  Block &block = region.front();
  IRMapping mapping;
  mapping.map(block.getArguments(), arguments);
  for (Operation &op : block.without_terminator()) {
    if (auto constant = dyn_cast<arith::ConstantOp>(op)) {
      auto type = vectorType(constant.getType(), lanes);
      TypedAttr value = constant.getValue();
      if (auto vector = dyn_cast<VectorType>(type))
        value = SplatElementsAttr::get(vector, Attribute(value));
      mapping.map(constant.getResult(),
                  arith::ConstantOp::create(*this, value).getResult());
      continue;
    }
    Operation *clone = insert(op.clone(mapping));
    for (auto [result, original] : llvm::zip(clone->getResults(), op.getResults())) {
      result.setType(vectorType(original.getType(), lanes));
      mapping.map(original, result);
    }
  }
  return mapping.lookup(
      cast<kernel::YieldOp>(block.getTerminator()).getValue());
}
