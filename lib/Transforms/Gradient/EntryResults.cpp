// The results of the entry function with their names, read and rewritten as one.
#include "EntryResults.h"

#include "penjing/Dialect/Penjing/Penjing.h"

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

FailureOr<func::ReturnOp> penjing::getReturn(func::FuncOp function) {
  if (!llvm::hasSingleElement(function.getBody()))
    return function.emitOpError() << "requires one block, but got " << function.getBody().getBlocks().size();
  return cast<func::ReturnOp>(function.getBody().front().getTerminator());
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
