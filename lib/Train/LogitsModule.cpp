// Cuts a clone of a model off at its logits, and reads the shapes of samples
// and classes off it.
#include "penjing/Train/LogitsModule.h"

#include "penjing/Dialect/Penjing/Forms.h"

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
