// The dialect `pj`: everything that code which reads or writes models includes.
// The ops themselves are described in the .td files beside this header.
#ifndef PENJING_DIALECT_PENJING_PENJING_H
#define PENJING_DIALECT_PENJING_PENJING_H

#include "penjing/Dialect/Penjing/OpTraits.h"

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Quant/IR/Quant.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/IR/TensorEncoding.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "penjing/Dialect/Penjing/PenjingDialect.h.inc"
#include "penjing/Dialect/Penjing/PenjingEnums.h.inc"

#define GET_ATTRDEF_CLASSES
#include "penjing/Dialect/Penjing/PenjingAttributes.h.inc"

namespace penjing {
// Pieces of the syntax of a search space's ops.
mlir::ParseResult parseDecisionName(mlir::OpAsmParser &parser, mlir::StringAttr &name);
void printDecisionName(mlir::OpAsmPrinter &printer, mlir::Operation *op, mlir::StringAttr name);
mlir::ParseResult parseAlternatives(mlir::OpAsmParser &parser, mlir::ArrayAttr &names,
                                    llvm::SmallVectorImpl<std::unique_ptr<mlir::Region>> &regions);
void printAlternatives(mlir::OpAsmPrinter &printer, mlir::Operation *op, mlir::ArrayAttr names,
                       mlir::RegionRange regions);

/// Checks the attribute `pj.placements` of a scheduled op.
mlir::LogicalResult verifyPlacements(mlir::Operation *op, mlir::Attribute attribute);
} // namespace penjing

#define GET_OP_CLASSES
#include "penjing/Dialect/Penjing/PenjingOps.h.inc"

#endif // PENJING_DIALECT_PENJING_PENJING_H
