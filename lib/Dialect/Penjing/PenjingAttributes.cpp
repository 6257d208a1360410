// Attributes of the dialect `pj`: enumerations and the names of dimensions.
#include "penjing/Dialect/Penjing/NamedDimensions.h"
#include "penjing/Dialect/Penjing/Penjing.h"

#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace penjing;

#include "penjing/Dialect/Penjing/PenjingEnums.cpp.inc"

#define GET_ATTRDEF_CLASSES
#include "penjing/Dialect/Penjing/PenjingAttributes.cpp.inc"

void PenjingDialect::registerAttributes() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "penjing/Dialect/Penjing/PenjingAttributes.cpp.inc"
      >();
}

Attribute DimsAttr::parse(AsmParser &parser, Type) {
  SmallVector<StringRef> names;
  auto parseName = [&]() -> ParseResult { return parser.parseKeyword(&names.emplace_back()); };
  if (parser.parseLess() ||
      parser.parseCommaSeparatedList(AsmParser::Delimiter::Square, parseName) ||
      parser.parseArrow())
    return {};
  MLIRContext *context = parser.getContext();
  SmallVector<std::pair<StringRef, AffineExpr>> symbolSet;
  SmallVector<StringAttr> symbols;
  for (auto [index, name] : llvm::enumerate(names)) {
    symbolSet.emplace_back(name, getAffineSymbolExpr(index, context));
    symbols.push_back(StringAttr::get(context, name));
    if (index && !(symbols[index - 1].getValue() < symbols[index].getValue())) {
      parser.emitError(parser.getCurrentLocation())
          << "requires dimension names in ascending order, but got '" << name << "' behind '"
          << names[index - 1] << "'";
      return {};
    }
  }
  SmallVector<AffineExpr> expressions;
  auto parseSize = [&]() -> ParseResult {
    return parser.parseAffineExpr(symbolSet, expressions.emplace_back());
  };
  if (parser.parseCommaSeparatedList(AsmParser::Delimiter::Square, parseSize) ||
      parser.parseGreater())
    return {};
  for (size_t i = 0; i < names.size(); ++i) {
    bool used = llvm::any_of(expressions, [&](AffineExpr e) { return e.isFunctionOfSymbol(i); });
    if (!used) {
      parser.emitError(parser.getCurrentLocation())
          << "requires every declared dimension name to be used, but '" << names[i] << "' is not";
      return {};
    }
  }
  return DimsAttr::get(context, symbols, expressions);
}

void DimsAttr::print(AsmPrinter &printer) const {
  printer << "<[";
  llvm::interleaveComma(getSymbols(), printer, [&](StringAttr s) { printer << s.getValue(); });
  printer << "] -> [";
  llvm::interleaveComma(getExpressions(), printer, [&](AffineExpr e) {
    printDimension(printer.getStream(), e, getSymbols());
  });
  printer << "]>";
}

LogicalResult DimsAttr::verifyEncoding(ArrayRef<int64_t> shape, Type elementType,
                                       function_ref<InFlightDiagnostic()> emitError) const {
  size_t dynamic = llvm::count_if(shape, ShapedType::isDynamic);
  if (dynamic == 0 || dynamic != getExpressions().size())
    return emitError() << "requires one name per dynamic dimension (" << dynamic << "), but got "
                       << getExpressions().size();
  return success();
}
