// Cuts a model off at its logits, binds its batch, puts the loss on top.
// Every message names the node that stands in the way.
#include "penjing/Train/LogitsModule.h"

#include "penjing/Dialect/Penjing/Forms.h"

#include "mlir/IR/Verifier.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"

using namespace mlir;
using namespace penjing;

/// The entry function and its only return.
static FailureOr<std::pair<func::FuncOp, func::ReturnOp>>
findBody(ModuleOp module) {
  FailureOr<func::FuncOp> entry = getEntryFunction(module);
  if (failed(entry))
    return failure();
  auto end = dyn_cast<func::ReturnOp>(entry->getBody().back().getTerminator());
  if (!end || !entry->getBody().hasOneBlock())
    return entry->emitError()
           << "requires a model that is one block with a return";
  return std::make_pair(*entry, end);
}

/// Makes the function return `value` alone, under the name `name`.
static void returnOnly(func::FuncOp entry, func::ReturnOp end, Value value,
                       StringRef name) {
  end->setOperands(value);
  entry.setFunctionType(FunctionType::get(entry.getContext(),
                                          entry.getArgumentTypes(),
                                          TypeRange{value.getType()}));
  auto named = NamedAttribute(
      StringAttr::get(entry.getContext(), PenjingDialect::kNameAttr),
      StringAttr::get(entry.getContext(), name));
  DictionaryAttr attributes = DictionaryAttr::get(entry.getContext(), named);
  entry.setAllResultAttrs(ArrayRef(attributes));
}

FailureOr<OwningOpRef<ModuleOp>> penjing::cloneToLogits(ModuleOp model) {
  OwningOpRef<ModuleOp> clone = model.clone();
  auto body = findBody(*clone);
  if (failed(body))
    return failure();
  auto [entry, end] = *body;
  if (entry.getNumArguments() != 1 || end.getNumOperands() != 1)
    return entry.emitError()
           << "requires a model with one input and one output, but got "
           << entry.getNumArguments() << " and " << end.getNumOperands();
  Value logits = end.getOperand(0);
  auto softmax = logits.getDefiningOp<SoftmaxOp>();
  if (softmax)
    logits = softmax.getInput();
  returnOnly(entry, end, logits, "logits");
  if (softmax && softmax->use_empty())
    softmax->erase();
  return clone;
}

/// A reshape that writes the old batch down as a number takes the new one.
static void rebindReshape(ReshapeOp reshape, int64_t oldBatch, int64_t batch) {
  llvm::SmallVector<int64_t> shape(reshape.getShape());
  auto input = cast<RankedTensorType>(reshape.getInput().getType());
  bool writesBatch = !shape.empty() && shape[0] == oldBatch &&
                     input.getRank() > 0 && input.getDimSize(0) == batch;
  if (!writesBatch)
    return;
  shape[0] = batch;
  reshape.setShape(shape);
}

/// Gives the op's results the types that follow from its operands now.
static LogicalResult inferAnew(Operation *op) {
  auto inference = dyn_cast<InferTypeOpInterface>(op);
  if (!inference)
    return success();
  llvm::SmallVector<Type> types;
  if (failed(inference.inferReturnTypes(
          op->getContext(), op->getLoc(), op->getOperands(),
          op->getAttrDictionary(), op->getPropertiesStorage(), op->getRegions(),
          types)))
    return failure();
  for (auto [result, type] : llvm::zip_equal(op->getResults(), types))
    result.setType(type);
  return success();
}

LogicalResult penjing::bindBatch(ModuleOp module, int64_t batch) {
  auto body = findBody(module);
  if (failed(body))
    return failure();
  auto [entry, end] = *body;
  Value input = entry.getArgument(0);
  auto type = dyn_cast<RankedTensorType>(input.getType());
  if (!type || type.getRank() < 2)
    return entry.emitError() << "requires an input of rank 2 or more, but got "
                             << input.getType();
  int64_t oldBatch = type.getDimSize(0);
  llvm::SmallVector<int64_t> shape(type.getShape());
  shape[0] = batch;
  if (llvm::is_contained(shape, ShapedType::kDynamic))
    return entry.emitError() << "requires an input whose dimensions but the "
                                "first are static, but "
                                "got "
                             << type;
  input.setType(RankedTensorType::get(shape, type.getElementType()));
  for (Operation &op : entry.getBody().front().without_terminator()) {
    if (auto reshape = dyn_cast<ReshapeOp>(op))
      if (!ShapedType::isDynamic(oldBatch))
        rebindReshape(reshape, oldBatch, batch);
    if (failed(inferAnew(&op)))
      return op.emitError() << "requires nodes that take a batch of " << batch
                            << ", but '" << op.getName() << "' cannot";
  }
  for (Value result : end.getOperands()) {
    auto resultType = cast<RankedTensorType>(result.getType());
    if (resultType.getRank() == 0 || resultType.getDimSize(0) != batch) {
      Operation *producer = result.getDefiningOp();
      return (producer ? producer : end.getOperation())->emitError()
             << "requires an output with a batch of " << batch << ", but got "
             << resultType;
    }
  }
  entry.setFunctionType(FunctionType::get(
      entry.getContext(), TypeRange{input.getType()}, end.getOperandTypes()));
  entry->removeAttr(PenjingDialect::kDimsAttr);
  return verify(module);
}

FailureOr<int64_t> penjing::classCount(ModuleOp module) {
  auto body = findBody(module);
  if (failed(body))
    return failure();
  Value logits = body->second.getOperand(0);
  auto type = cast<RankedTensorType>(logits.getType());
  if (type.getRank() == 2 && !type.isDynamicDim(1))
    return type.getDimSize(1);
  Operation *producer = logits.getDefiningOp();
  return (producer ? producer : body->second.getOperation())->emitError()
         << "requires logits of rank 2, samples by classes, but got " << type;
}

FailureOr<llvm::SmallVector<int64_t>> penjing::sampleShape(ModuleOp model) {
  auto body = findBody(model);
  if (failed(body))
    return failure();
  auto type = dyn_cast<RankedTensorType>(body->first.getArgument(0).getType());
  if (!type || type.getRank() < 2)
    return body->first.emitError()
           << "requires an input of rank 2 or more, but got "
           << body->first.getArgument(0).getType();
  return llvm::SmallVector<int64_t>(type.getShape().drop_front());
}

/// Adds an argument called `name` to the function.
static Value addArgument(func::FuncOp entry, Type type, StringRef name) {
  MLIRContext *context = entry.getContext();
  unsigned index = entry.getNumArguments();
  auto named =
      NamedAttribute(StringAttr::get(context, PenjingDialect::kNameAttr),
                     StringAttr::get(context, name));
  (void)entry.insertArgument(index, type, DictionaryAttr::get(context, named),
                             entry.getLoc());
  return entry.getArgument(index);
}

LogicalResult penjing::attachLoss(ModuleOp module, const LossOptions &options) {
  auto body = findBody(module);
  if (failed(body) || failed(classCount(module)))
    return failure();
  auto [entry, end] = *body;
  Value logits = end.getOperand(0);
  auto type = cast<RankedTensorType>(logits.getType());
  OpBuilder builder(end);
  auto labelType =
      RankedTensorType::get({type.getDimSize(0)}, builder.getI32Type());
  Value labels = addArgument(entry, labelType, "labels");
  Location loc = logits.getLoc();
  Value loss =
      CrossEntropyOp::create(builder, loc, logits, labels,
                             builder.getF64FloatAttr(options.labelSmoothing));
  if (options.distills) {
    Value teacher = addArgument(entry, type, "teacher");
    Value divergence = DistillationLossOp::create(
        builder, loc, logits, teacher,
        builder.getF64FloatAttr(options.temperature));
    auto scalar = cast<RankedTensorType>(divergence.getType());
    auto beta = DenseElementsAttr::get(
        scalar, builder.getFloatAttr(scalar.getElementType(), options.beta));
    Value weight = ConstantOp::create(builder, loc, beta);
    loss = AddOp::create(builder, loc, loss,
                         MulOp::create(builder, loc, divergence, weight));
  }
  returnOnly(entry, end, loss, "loss");
  return verify(module);
}
