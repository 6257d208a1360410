// Registers the kernel dialect's attributes and ops, and holds the generated
// definitions of ops and enums.
#include "penjing/Dialect/Kernel/Kernel.h"

#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace penjing::kernel;

#include "penjing/Dialect/Kernel/KernelDialect.cpp.inc"
#include "penjing/Dialect/Kernel/KernelEnums.cpp.inc"

void KernelDialect::initialize() {
  registerAttributes();
  addOperations<
#define GET_OP_LIST
#include "penjing/Dialect/Kernel/KernelOps.cpp.inc"
      >();
}

/// `[<…>, <…>]`: dimensions without repeating the attribute's mnemonic.
static ParseResult parseDims(OpAsmParser &parser, ArrayAttr &dims) {
  SmallVector<Attribute> parsed;
  auto parseOne = [&]() -> ParseResult {
    FailureOr<DimAttr> dim = FieldParser<DimAttr>::parse(parser);
    if (failed(dim))
      return failure();
    parsed.push_back(*dim);
    return success();
  };
  if (parser.parseCommaSeparatedList(AsmParser::Delimiter::Square, parseOne))
    return failure();
  dims = parser.getBuilder().getArrayAttr(parsed);
  return success();
}

static void printDims(OpAsmPrinter &printer, Operation *, ArrayAttr dims) {
  printer << "[";
  llvm::interleaveComma(dims.getAsRange<DimAttr>(), printer, [&](DimAttr dim) {
    printer.printStrippedAttrOrType(dim);
  });
  printer << "]";
}

#define GET_OP_CLASSES
#include "penjing/Dialect/Kernel/KernelOps.cpp.inc"
