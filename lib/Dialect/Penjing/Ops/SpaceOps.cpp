// The questions of a search space: how they are written, and their constraints.
#include "ShapeInference.h"

#include "penjing/Dialect/Penjing/SizeBindings.h"
#include "penjing/Dialect/Penjing/Spaces.h"

#include "mlir/IR/OpImplementation.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;
using namespace penjing;

//===----------------------------------------------------------------------===//
// Syntax
//===----------------------------------------------------------------------===//

ParseResult penjing::parseDecisionName(OpAsmParser &parser, StringAttr &name) {
  return parser.parseSymbolName(name);
}

void penjing::printDecisionName(OpAsmPrinter &printer, Operation *, StringAttr name) {
  printer.printSymbolName(name.getValue());
}

ParseResult penjing::parseAlternatives(OpAsmParser &parser, ArrayAttr &names,
                                       SmallVectorImpl<std::unique_ptr<Region>> &regions) {
  SmallVector<Attribute> parsed;
  while (succeeded(parser.parseOptionalKeyword("case"))) {
    // A word, or a string where the name is none: `3x3` begins with a digit.
    std::string text;
    if (parser.parseKeywordOrString(&text))
      return failure();
    parsed.push_back(parser.getBuilder().getStringAttr(text));
    if (parser.parseRegion(*regions.emplace_back(std::make_unique<Region>())))
      return failure();
  }
  names = parser.getBuilder().getArrayAttr(parsed);
  return success();
}

void penjing::printAlternatives(OpAsmPrinter &printer, Operation *, ArrayAttr names, RegionRange regions) {
  printer.increaseIndent();
  for (auto [name, region] : llvm::zip(names.getAsRange<StringAttr>(), regions)) {
    printer.printNewline();
    printer << "case ";
    printer.printKeywordOrString(name.getValue());
    printer << ' ';
    printer.printRegion(*region);
  }
  printer.decreaseIndent();
}

//===----------------------------------------------------------------------===//
// Constraints
//===----------------------------------------------------------------------===//

bool penjing::isDecisionWord(StringRef text) {
  return !text.empty() &&
         llvm::all_of(text, [](char c) { return llvm::isAlnum(c) || StringRef("_./:-").contains(c); });
}

/// The name of a decision, as it stands in texts such as `name=option`.
static LogicalResult verifyName(Operation *op, StringRef name) {
  if (isDecisionWord(name))
    return success();
  return op->emitOpError() << "requires names of letters, digits and _ . / : -, but got '" << name << "'";
}

static LogicalResult verifyNumbers(Operation *op, ArrayRef<int64_t> numbers, int64_t low, int64_t high) {
  llvm::SmallDenseSet<int64_t> seen;
  bool legal = !numbers.empty();
  for (int64_t number : numbers)
    legal = legal && number >= low && number <= high && seen.insert(number).second;
  if (legal)
    return success();
  return op->emitOpError() << "requires distinct numbers from " << low << " to " << high << ", but got ["
                           << numbers << "]";
}

/// The end of a region; null where it does not end in a yield.
static YieldOp yieldOf(Region &region) {
  return region.front().empty() ? YieldOp() : dyn_cast<YieldOp>(region.front().back());
}

LogicalResult ChoiceOp::verify() {
  // choice_c1
  if (getAlternatives().empty() || getAlternatives().size() != getBodies().size())
    return emitOpError() << "requires at least one alternative and a region for each, but got "
                         << getAlternatives().size() << " names and " << getBodies().size() << " regions";
  // choice_c2
  if (failed(verifyName(*this, getDecision())))
    return failure();
  llvm::SmallDenseSet<Attribute> names;
  for (StringAttr name : getAlternatives().getAsRange<StringAttr>()) {
    if (failed(verifyName(*this, name)))
      return failure();
    if (!names.insert(name).second)
      return emitOpError() << "requires alternatives of distinct names, but got " << name << " twice";
  }
  auto declared = cast<RankedTensorType>(getType());
  ArrayAttr varies = getVariesAttr() ? getVariesAttr() : ArrayAttr::get(getContext(), {});
  // choice_c4
  for (Attribute name : varies)
    if (llvm::none_of(llvm::seq<unsigned>(0, declared.getRank()),
                      [&](unsigned dim) { return loneName(declared, dim) == name; }))
      return emitOpError() << "requires " << name << " in 'varies' to be a size of the result on its own, but got "
                           << declared;
  // choice_c3
  DimensionScope scope(getContext());
  for (auto [name, body] : llvm::zip(getAlternatives(), getBodies())) {
    YieldOp yield = yieldOf(body);
    SizeBindings sizes(scope);
    for (StringAttr fixed : namesIn(declared))
      if (!llvm::is_contained(varies, fixed))
        sizes.bind(fixed, scope.symbol(fixed));
    if (!yield || !sizes.unify(declared, yield.getValue().getType(), [](StringAttr) { return true; }))
      return emitOpError() << "requires alternative " << name << " to yield " << declared << ", but got "
                           << (yield ? yield.getValue().getType() : Type(NoneType::get(getContext())));
  }
  return success();
}

LogicalResult StackOp::verify() {
  // stack_c1
  if (failed(verifyName(*this, getDecision())) || failed(verifyNumbers(*this, getCounts(), 0, 1000)))
    return failure();
  // stack_c2
  Block &block = getBody().front();
  YieldOp yield = yieldOf(getBody());
  Type type = getType();
  if (!yield || yield.getValue().getType() != type || block.getNumArguments() != 1 ||
      block.getArgument(0).getType() != type)
    return emitOpError() << "requires a block that takes and yields " << type;
  return success();
}

LogicalResult SizeOp::verify() {
  // size_c1
  if (failed(verifyName(*this, getSymName())))
    return failure();
  return verifyNumbers(*this, getOptions(), 1, int64_t(1) << 20);
}

LogicalResult ApplyOp::verifySymbolUses(SymbolTableCollection &symbols) {
  // apply_c4
  if (getInstance() && failed(verifyName(*this, *getInstance())))
    return failure();
  // apply_c1
  auto block = symbols.lookupNearestSymbolFrom<func::FuncOp>(*this, getBlockAttr());
  if (!block || !block.getBody().hasOneBlock())
    return emitOpError() << "requires a function with a body of one block, but found none called '" << getBlock()
                         << "'";
  // apply_c2
  DimensionScope scope(getContext());
  SizeBindings sizes(scope);
  FunctionType type = block.getFunctionType();
  bool fits = type.getNumInputs() == getInputs().size();
  for (auto [declared, operand] : llvm::zip(type.getInputs(), getInputs())) {
    auto tensor = dyn_cast<RankedTensorType>(declared);
    fits = fits && tensor && sizes.unify(tensor, operand.getType(), [](StringAttr) { return true; });
  }
  if (!fits)
    return emitOpError() << "requires operands that fit " << type << " of '" << getBlock() << "', but got "
                         << getInputs().getTypes();
  // apply_c3
  SmallVector<Type> results;
  for (Type declared : type.getResults()) {
    auto tensor = dyn_cast<RankedTensorType>(declared);
    results.push_back(!tensor ? declared : sizes.substitute(tensor, [&](StringAttr name) {
      return qualifiedName(getInstanceAttr(), name);
    }));
  }
  if (TypeRange(results) != getResultTypes())
    return emitOpError() << "requires results of type " << TypeRange(results) << " from '" << getBlock()
                         << "', but got " << getResultTypes();
  return success();
}

StringAttr penjing::qualifiedName(StringAttr instance, StringAttr name) {
  if (!instance)
    return name;
  return name == "self" ? instance : StringAttr::get(name.getContext(), instance.getValue() + "." + name.getValue());
}

// zeros_like_c1 is checked by the trait SameOperandsAndResultType.

/// Whether `text` is an option of a decision of this kind.
static bool isOption(DecisionKind kind, StringRef text) {
  if (kind == DecisionKind::Bits) {
    unsigned bits;
    return text == "float" || (!text.getAsInteger(10, bits) && bits >= 2 && bits <= 8);
  }
  double share;
  if (text.getAsDouble(share))
    return false;
  return kind == DecisionKind::Width ? share > 0 && share <= 1 : share >= 0 && share < 1;
}

LogicalResult DecisionOp::verify() {
  // decision_c1
  if (failed(verifyName(*this, getSymName())))
    return failure();
  llvm::SmallDenseSet<Attribute> seen;
  bool distinct = llvm::all_of(getOptions(), [&](Attribute option) { return seen.insert(option).second; });
  if (getOptions().empty() || !distinct)
    return emitOpError() << "requires options that are distinct, at least one, but got " << getOptions();
  // decision_c2
  for (StringAttr option : getOptions().getAsRange<StringAttr>())
    if (!isOption(getDecides(), option))
      return emitOpError() << "requires options that are "
                           << (getDecides() == DecisionKind::Width      ? "shares above 0 and up to 1"
                               : getDecides() == DecisionKind::Sparsity ? "shares from 0 and below 1"
                                                                        : "float or bits from 2 to 8")
                           << ", but got " << option;
  // decision_c3
  if (getLayers().empty())
    return emitOpError() << "requires at least one layer, but got none";
  return success();
}
