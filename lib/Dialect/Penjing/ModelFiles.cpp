// The project's own model files: MLIR text (.mlir) and bytecode (.mlirbc).
#include "penjing/Dialect/Penjing/ModelFiles.h"

#include "penjing/Dialect/Penjing/ParameterValues.h"

#include "mlir/Bytecode/BytecodeWriter.h"
#include "mlir/Dialect/Quant/IR/QuantTypes.h"
#include "mlir/IR/AsmState.h"
#include "mlir/IR/AttrTypeSubElements.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/Parser/Parser.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/SourceMgr.h"

using namespace mlir;
using namespace penjing;

/// Bytecode sections hold blobs that are aligned for vectors, and the reader
/// wants the whole buffer aligned like them.
static llvm::Align blobAlignment() { return llvm::Align(64); }

static OwningOpRef<ModuleOp> parse(std::unique_ptr<llvm::MemoryBuffer> buffer, MLIRContext *context) {
  // Shared, so that blobs may go on living in the buffer they were read from.
  auto sources = std::make_shared<llvm::SourceMgr>();
  sources->AddNewSourceBuffer(std::move(buffer), llvm::SMLoc());
  return parseSourceFile<ModuleOp>(sources, ParserConfig(context));
}

OwningOpRef<ModuleOp> penjing::readModule(StringRef path, MLIRContext *context) {
  auto buffer = llvm::MemoryBuffer::getFileOrSTDIN(path, /*IsText=*/false,
                                                   /*RequiresNullTerminator=*/true, blobAlignment());
  if (!buffer) {
    emitError(UnknownLoc::get(context)) << "requires a readable model, but '" << path
                                        << "' gave: " << buffer.getError().message();
    return nullptr;
  }
  return parse(std::move(*buffer), context);
}

OwningOpRef<ModuleOp> penjing::parseModule(StringRef bytes, StringRef name, MLIRContext *context) {
  auto buffer = llvm::WritableMemoryBuffer::getNewUninitMemBuffer(bytes.size(), name, blobAlignment());
  std::memcpy(buffer->getBufferStart(), bytes.data(), bytes.size());
  return parse(std::move(buffer), context);
}

std::string penjing::writeBytecode(ModuleOp module) {
  nameBlobsAfterParameters(module);
  std::string bytes;
  llvm::raw_string_ostream os(bytes);
  LogicalResult written = writeBytecodeToFile(module, os, BytecodeWriterConfig("Penjing"));
  assert(succeeded(written) && "no version was asked for that could be refused");
  (void)written;
  return bytes;
}

std::string penjing::writeText(ModuleOp module, bool elide) {
  nameBlobsAfterParameters(module);
  std::string text;
  llvm::raw_string_ostream os(text);
  OpPrintingFlags flags;
  flags.enableDebugInfo();
  if (elide)
    flags.elideLargeElementsAttrs(16).elideLargeResourceString(64);
  module->print(os, flags);
  os << "\n";
  return text;
}

/// Whether the number survives upstream's printer.
static bool keptByText(double scale) {
  std::string text;
  llvm::raw_string_ostream(text) << scale;
  double read = 0;
  return !StringRef(text).getAsDouble(read) && read == scale;
}

unsigned penjing::countScalesThatTextRounds(ModuleOp module) {
  unsigned rounded = 0;
  AttrTypeWalker walker; // visits each type once
  walker.addWalk([&](quant::UniformQuantizedType type) { rounded += !keptByText(type.getScale()); });
  walker.addWalk([&](quant::UniformQuantizedPerAxisType type) {
    rounded += !llvm::all_of(type.getScales(), keptByText);
  });
  module.walk([&](Operation *op) {
    for (Type type : llvm::concat<const Type>(op->getOperandTypes(), op->getResultTypes()))
      walker.walk(type);
    walker.walk(op->getAttrDictionary());
  });
  return rounded;
}
