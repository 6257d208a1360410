// The results of the entry function with their names, read and rewritten as one.
#include "EntryResults.h"

#include "penjing/Dialect/Penjing/Forms.h"

using namespace mlir;
using namespace penjing;

StringRef EntryResult::name() const {
  auto name = attributes ? attributes.getAs<StringAttr>(PenjingDialect::kNameAttr) : StringAttr();
  return name ? name.getValue() : StringRef();
}

EntryResult penjing::namedResult(Value value, const Twine &name) {
  Builder b(value.getContext());
  return {value, b.getDictionaryAttr(
                     b.getNamedAttr(PenjingDialect::kNameAttr, b.getStringAttr(name)))};
}

FailureOr<TrainableEntry> penjing::getTrainableEntry(ModuleOp module) {
  if (failed(requireForm(module, {Form::Float, Form::Decided})))
    return failure();
  auto function = getEntryFunction(module);
  if (failed(function))
    return failure();
  Region &body = function->getBody();
  if (!llvm::hasSingleElement(body))
    return function->emitOpError() << "requires one block, but got " << body.getBlocks().size();
  return TrainableEntry{*function, cast<func::ReturnOp>(body.front().getTerminator())};
}

SmallVector<EntryResult> penjing::getResults(func::FuncOp function, func::ReturnOp end) {
  SmallVector<EntryResult> results;
  for (auto [index, value] : llvm::enumerate(end.getOperands()))
    results.push_back({value, function.getResultAttrDict(index)});
  return results;
}

void penjing::setResults(func::FuncOp function, func::ReturnOp end, ArrayRef<EntryResult> results) {
  auto values = llvm::map_to_vector(results, [](const EntryResult &r) { return r.value; });
  auto attributes = llvm::map_to_vector(results, [&](const EntryResult &r) {
    return r.attributes ? r.attributes : DictionaryAttr::get(function.getContext());
  });
  end.getOperandsMutable().assign(values);
  function.setFunctionType(FunctionType::get(
      function.getContext(), function.getBody().getArgumentTypes(), end.getOperandTypes()));
  function.setAllResultAttrs(attributes);
}
