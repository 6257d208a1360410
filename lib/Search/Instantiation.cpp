// Copies the chosen parts of a space into one network: alternatives are inlined,
// stacks unrolled, blocks instantiated, sizes put in, shapes inferred anew.
#include "Instantiation.h"

#include "penjing/Dialect/Penjing/Forms.h"
#include "penjing/Dialect/Penjing/ParameterValues.h"
#include "penjing/Dialect/Penjing/Spaces.h"

#include "mlir/IR/SymbolTable.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace penjing;

LogicalResult Instantiation::run() {
  auto entry = getEntryFunction(module);
  if (failed(entry))
    return failure();
  if (!entry->getBody().hasOneBlock())
    return entry->emitOpError() << "requires a body of one block to be a search space";
  builder.setInsertionPoint(*entry);
  auto network = cast<func::FuncOp>(builder.cloneWithoutRegions(*entry->getOperation()));
  parameters = network;
  Block &body = network.getBody().emplaceBlock();
  Frame frame(scope, StringAttr());
  if (auto names = (*entry)->getAttrOfType<ArrayAttr>(PenjingDialect::kDimsAttr))
    for (StringAttr name : names.getAsRange<StringAttr>())
      frame.sizes.bind(name, scope.symbol(name));
  bindSearchedSizes(frame);
  for (BlockArgument argument : entry->getArguments())
    frame.values[argument] = body.addArgument(argument.getType(), argument.getLoc());
  builder.setInsertionPointToEnd(&body);
  auto results = copy(entry->front(), frame);
  if (failed(results))
    return failure();
  func::ReturnOp::create(builder, entry->front().getTerminator()->getLoc(), *results);
  network.setFunctionType(builder.getFunctionType(body.getArgumentTypes(), ValueRange(*results).getTypes()));
  entry->erase();
  removeUnused(network);
  return success();
}

int Instantiation::answer(const Frame &frame, StringRef decision) {
  auto name = qualifiedName(frame.instance, builder.getStringAttr(decision));
  auto found = answers.find(name.getValue());
  return found == answers.end() ? 0 : found->second;
}

void Instantiation::bindSearchedSizes(Frame &frame) {
  for (auto size : module.getOps<SizeOp>())
    if (!frame.sizes.lookup(size.getSymNameAttr()))
      frame.sizes.bind(size.getSymNameAttr(), scope.constant(size.getOptions()[answer(frame, size.getSymName())]));
}

FailureOr<Instantiation::Values> Instantiation::copy(Block &block, Frame &frame) {
  for (Operation &op : block.without_terminator())
    if (failed(copy(&op, frame)))
      return failure();
  Values results;
  for (Value value : block.getTerminator()->getOperands())
    results.push_back(frame.values.lookup(value));
  return results;
}

LogicalResult Instantiation::copy(Operation *op, Frame &frame) {
  if (++ops > kMaxInstanceOps)
    return op->emitOpError() << "requires a network of at most " << kMaxInstanceOps << " ops";
  return TypeSwitch<Operation *, LogicalResult>(op)
      .Case([&](ChoiceOp choice) { return take(choice, frame); })
      .Case([&](StackOp stack) { return repeat(stack, frame); })
      .Case([&](ApplyOp apply) { return enter(apply, frame); })
      .Case<ConvLayerOp, LinearLayerOp, BatchNormLayerOp, ZerosLikeOp>(
          [&](auto layer) { return write(layer, frame); })
      .Default([&](Operation *other) { return clone(other, frame); });
}

LogicalResult Instantiation::take(ChoiceOp choice, Frame &frame) {
  Region &taken = choice.getBodies()[answer(frame, choice.getDecision())];
  auto yielded = copy(taken.front(), frame);
  if (failed(yielded))
    return failure();
  Value result = yielded->front();
  frame.values[choice.getResult()] = result;
  // The names this choice introduces stand for what was yielded.
  auto declared = cast<RankedTensorType>(choice.getType());
  auto actual = scope.sizes(result.getType(), choice.getLoc());
  if (failed(actual))
    return failure();
  for (auto [dim, size] : llvm::enumerate(*actual))
    if (StringAttr name = loneName(declared, dim); choice.getVaries() && name &&
                                                   llvm::is_contained(*choice.getVaries(), name))
      frame.sizes.bind(name, size);
  return success();
}

LogicalResult Instantiation::repeat(StackOp stack, Frame &frame) {
  Value value = frame.values.lookup(stack.getInput());
  Block &block = stack.getBody().front();
  for (int64_t i = 0, count = stack.getCounts()[answer(frame, stack.getDecision())]; i < count; ++i) {
    frame.values[block.getArgument(0)] = value;
    auto yielded = copy(block, frame);
    if (failed(yielded))
      return failure();
    value = yielded->front();
  }
  frame.values[stack.getResult()] = value;
  return success();
}

LogicalResult Instantiation::enter(ApplyOp apply, Frame &frame) {
  auto block = SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(apply, apply.getBlockAttr());
  StringAttr name = apply.getInstanceAttr();
  Frame inner(scope, name ? qualifiedName(frame.instance, name) : frame.instance);
  for (auto [argument, operand] : llvm::zip(block.getArguments(), apply.getInputs())) {
    Value value = frame.values.lookup(operand);
    if (!inner.sizes.unify(cast<RankedTensorType>(argument.getType()), value.getType(), [](StringAttr) { return true; }))
      return apply.emitOpError() << "requires operands that fit " << argument.getType() << " once all choices are made, but got "
                                 << value.getType();
    inner.values[argument] = value;
  }
  size_t own = inner.sizes.all().size();
  bindSearchedSizes(inner);
  auto results = copy(block.front(), inner);
  if (failed(results))
    return failure();
  for (auto [result, value] : llvm::zip(apply.getResults(), *results))
    frame.values[result] = value;
  // Outside, the block's own names have the instance's in front.
  for (auto [bound, size] : llvm::drop_begin(inner.sizes.all(), own))
    if (StringAttr outer = qualifiedName(name, bound); name || !frame.sizes.lookup(outer))
      frame.sizes.bind(outer, size);
  return success();
}

LogicalResult Instantiation::clone(Operation *op, Frame &frame) {
  if (op->getNumRegions())
    return op->emitOpError() << "requires an op without regions in a search space";
  Values operands;
  for (Value operand : op->getOperands())
    operands.push_back(frame.values.lookup(operand));
  // A connection that was dropped.
  if (auto add = dyn_cast<AddOp>(op))
    for (unsigned i : {0u, 1u})
      if (zeros.contains(operands[i]) && operands[0].getType() == operands[1].getType()) {
        frame.values[add.getResult()] = operands[1 - i];
        return success();
      }
  Operation *copy = builder.clone(*op);
  copy->setOperands(operands);
  if (failed(inferTypes(copy)))
    return failure();
  for (auto [result, value] : llvm::zip(op->getResults(), copy->getResults()))
    frame.values[result] = value;
  return success();
}

LogicalResult Instantiation::inferTypes(Operation *op) {
  auto interface = dyn_cast<InferTypeOpInterface>(op);
  if (!interface)
    return success();
  SmallVector<Type> types;
  if (failed(interface.inferReturnTypes(op->getContext(), op->getLoc(), op->getOperands(),
                                        op->getDiscardableAttrDictionary(), op->getPropertiesStorage(),
                                        op->getRegions(), types)))
    return failure();
  for (auto [result, type] : llvm::zip(op->getResults(), types))
    result.setType(type);
  return success();
}

void Instantiation::removeUnused(func::FuncOp network) {
  for (Operation &op : llvm::make_early_inc_range(llvm::reverse(network.front())))
    if (isOpTriviallyDead(&op))
      op.erase();
  // What the network still reaches: parameters and functions that it calls.
  llvm::DenseSet<StringRef> used;
  SmallVector<func::FuncOp> open{network};
  while (!open.empty())
    open.pop_back_val().walk([&](Operation *op) {
      if (auto use = dyn_cast<UseOp>(op))
        used.insert(use.getParam());
      if (auto call = dyn_cast<func::CallOp>(op); call && used.insert(call.getCallee()).second)
        if (auto callee = module.lookupSymbol<func::FuncOp>(call.getCallee()))
          open.push_back(callee);
    });
  used.insert(network.getSymName());
  for (Operation &op : llvm::make_early_inc_range(*module.getBody())) {
    auto symbol = dyn_cast<SymbolOpInterface>(op);
    auto param = dyn_cast<ParamOp>(op);
    if (param && !used.contains(param.getSymName()))
      releaseParameter(param);
    if (isa<SizeOp>(op) || (isa<ParamOp, func::FuncOp>(op) && !used.contains(symbol.getName())))
      op.erase();
  }
}
