// Rewrites one function from simulated grids to quantized types: each value
// that a fake_quantize put on a grid is held as integers, and read back as float
// where only float ops read it.
#include "IntegerFunction.h"

using namespace mlir;
using namespace penjing;

/// Products an i32 sum of u8 x s8 may have.
static constexpr int64_t kMaxProducts = 66000;

/// Ops of which quantizing the result equals quantizing the operand and
/// working on integers.
static bool commutesWithGrid(Operation *op) {
  if (auto pad = dyn_cast<PadOp>(op))
    return pad.getValue().isZero();
  return isa<ReluOp, ClipOp, MaxPoolOp, ReshapeOp, TransposeOp, SliceOp>(op);
}

static bool isArithmetic(Operation *op) {
  return isa<AddOp, SubOp, MulOp, AveragePoolOp, GlobalAveragePoolOp, ConcatOp>(op);
}

static bool isOfParameter(Value value) { return traceParameter(value).has_value(); }

LogicalResult IntegerFunction::readGrids() {
  auto result = function.walk([&](FakeQuantizeOp op) -> WalkResult {
    auto grid = readGrid(op);
    if (failed(grid))
      return WalkResult::interrupt();
    grids.try_emplace(op, std::move(*grid));
    return WalkResult::advance();
  });
  return failure(result.wasInterrupted());
}

void IntegerFunction::planBackwards(Value value, quant::QuantizedType type) {
  while (Operation *op = value.getDefiningOp()) {
    planned[value] = type;
    if (!commutesWithGrid(op) || !op->getOperand(0).hasOneUse())
      return;
    value = op->getOperand(0);
  }
}

void IntegerFunction::planResults() {
  for (auto &[op, grid] : grids) {
    auto fake = cast<FakeQuantizeOp>(op);
    // Integer ops round half to even, and have one grid a tensor.
    if (isOfParameter(fake.getResult()) || grid.axis || grid.rounding != RoundingRule::Nearest)
      continue;
    Value input = fake.getInput();
    auto type = grid.type(getElementTypeOrSelf(input.getType()));
    bool same = llvm::all_of(input.getUsers(), [&](Operation *user) {
      auto found = grids.find(user);
      return found != grids.end() && !found->second.axis &&
             found->second.rounding == RoundingRule::Nearest &&
             found->second.type(getElementTypeOrSelf(input.getType())) == type;
    });
    if (same)
      planBackwards(input, type);
  }
}

Type IntegerFunction::typeOf(Value value) {
  Value held = integers.lookup(value);
  return held ? getElementTypeOrSelf(held.getType()) : Type();
}

Value IntegerFunction::useOf(ParamOp param, Location location) {
  return UseOp::create(builder, location, param.getTensorType(), param.getSymName());
}

Value IntegerFunction::asFloat(Value value) {
  Value held = integers.lookup(value);
  if (!held)
    return value;
  Value &result = dequantized[value];
  if (!result) {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointAfterValue(held);
    result = DequantizeOp::create(builder, held.getLoc(), value.getType(), held);
  }
  return result;
}

void IntegerFunction::replace(Operation *op, ValueRange operands, Type element) {
  OperationState state(op->getLoc(), op->getName());
  state.addOperands(operands);
  state.addAttributes(op->getAttrs());
  state.addTypes(cast<RankedTensorType>(op->getResult(0).getType()).clone(element));
  Operation *packed = builder.create(state);
  replaced.push_back(op);
  if (isa<quant::QuantizedType>(element))
    integers[op->getResult(0)] = packed->getResult(0);
  else
    op->getResult(0).replaceAllUsesWith(packed->getResult(0));
}

const char *IntegerFunction::whyFloat(const Layer &layer) {
  if (!layer.weight.fakeQuantize)
    return "its weight has no grid";
  const Grid &weight = grids.find(layer.weight.fakeQuantize)->second;
  auto input = dyn_cast_or_null<quant::UniformQuantizedType>(typeOf(layer.input()));
  if (!input)
    return "its input has no grid";
  if (!weight.isSymmetric() || weight.qmax > 127 || input.getStorageType().getIntOrFloatBitWidth() > 8)
    return "its grids are not 8 bits with a symmetric weight";
  if (weight.axis && *weight.axis != layer.outputDimension())
    return "its weight's scales are not those of the output channels";
  if (layer.products() > kMaxProducts)
    return "its sums could overflow";
  if (!floatValues(layer.param()))
    return "its weight is not float32";
  bool plainBias = layer.op->getNumOperands() < 3 ||
                   (layer.bias && !layer.bias->fakeQuantize && !layer.bias->masked &&
                    floatValues(layer.bias->param));
  return plainBias ? nullptr : "its bias is computed";
}

bool IntegerFunction::rewriteLayer(const Layer &layer) {
  if (const char *reason = whyFloat(layer)) {
    if (layer.weight.fakeQuantize || typeOf(layer.input()))
      onFloatLayer(layer.op, reason);
    return false;
  }
  const Grid &weight = grids.find(layer.weight.fakeQuantize)->second;
  auto input = cast<quant::UniformQuantizedType>(typeOf(layer.input()));
  Location location = layer.op->getLoc();
  SmallVector<Value> operands{integers.lookup(layer.input()),
                              useOf(parameters.asIntegers(layer.weight, weight), location)};
  if (layer.bias)
    operands.push_back(
        useOf(parameters.asBias(*layer.bias, input.getScale(), layer.weight, weight), location));
  Value result = layer.result();
  auto type = planned.find(result);
  onIntegerLayer(layer.op);
  replace(layer.op, operands, type == planned.end() ? getElementTypeOrSelf(result.getType()) : type->second);
  return true;
}

void IntegerFunction::rewriteActivationGrid(FakeQuantizeOp op) {
  const Grid &grid = grids.find(op)->second;
  Value input = op.getInput();
  Type type = grid.type(getElementTypeOrSelf(input.getType()));
  replaced.push_back(op);
  if (typeOf(input) == type) {
    integers[op.getResult()] = integers.lookup(input);
    return;
  }
  integers[op.getResult()] =
      QuantizeOp::create(builder, op.getLoc(), cast<RankedTensorType>(input.getType()).clone(type),
                         asFloat(input), RoundingRuleAttr::get(op.getContext(), grid.rounding));
}

void IntegerFunction::freezeOperands(Operation *op) {
  for (OpOperand &operand : op->getOpOperands()) {
    auto path = traceParameter(operand.get());
    if (path && (path->masked || path->fakeQuantize) && floatValues(path->param)) {
      const Grid *grid = path->fakeQuantize ? &grids.find(path->fakeQuantize)->second : nullptr;
      operand.set(useOf(parameters.asFloats(*path, grid), op->getLoc()));
    } else {
      operand.set(asFloat(operand.get()));
    }
  }
}

void IntegerFunction::rewriteOp(Operation *op) {
  builder.setInsertionPoint(op);
  if (isa<UseOp, MaskedOp>(op) || (op->getNumResults() == 1 && isOfParameter(op->getResult(0))))
    return;
  if (auto fake = dyn_cast<FakeQuantizeOp>(op))
    return rewriteActivationGrid(fake);
  if (auto layer = getLayer(op); layer && rewriteLayer(*layer))
    return;
  bool allIntegers = op->getNumOperands() > 0 &&
                     llvm::all_of(op->getOperands(), [&](Value v) { return bool(typeOf(v)); });
  if (allIntegers && op->getNumResults() == 1) {
    SmallVector<Value> operands;
    for (Value operand : op->getOperands())
      operands.push_back(integers.lookup(operand));
    auto type = planned.find(op->getResult(0));
    bool narrow = llvm::all_of(operands, [](Value v) {
      return isa<quant::UniformQuantizedType>(getElementTypeOrSelf(v.getType()));
    });
    if (isArithmetic(op) && type != planned.end() && narrow)
      return replace(op, operands, type->second);
    // A relu may change the grid, the others keep it.
    if (isa<ReluOp>(op) && type != planned.end() && narrow)
      return replace(op, operands, type->second);
    if (commutesWithGrid(op) && narrow)
      return replace(op, operands, typeOf(op->getOperand(0)));
  }
  freezeOperands(op);
}

LogicalResult IntegerFunction::rewrite() {
  if (failed(readGrids()))
    return failure();
  planResults();
  SmallVector<Operation *> ops;
  function.walk([&](Operation *op) {
    if (op != function)
      ops.push_back(op);
  });
  for (Operation *op : ops)
    rewriteOp(op);
  for (Operation *op : llvm::reverse(replaced)) {
    op->dropAllUses();
    op->erase();
  }
  // Integers that only a float op would have read, which reads the float itself.
  function.walk([](QuantizeOp op) {
    if (op->use_empty())
      op.erase();
  });
  return success();
}
