// The verifier of pjk.contract: shapes of the iteration space, element types,
// sparsity and the epilogue.
#include "Verification.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace penjing::kernel;

// contract_c7
static LogicalResult verifyTypes(ContractOp op, ContractionAttr contraction) {
  auto isByte = [](Type type) {
    return type.isInteger(8) && !type.isSignlessInteger();
  };
  Type a = contraction.getA(), b = contraction.getB(),
       acc = contraction.getAcc();
  bool floats = a.isF32() && b.isF32() && acc.isF32();
  bool integers = isByte(a) && isByte(b) && acc.isSignlessInteger(32);
  if (!floats && !integers)
    return op.emitOpError("requires a, b and acc of f32, or a and b of si8 or "
                          "ui8 and acc of i32, but got ")
           << a << ", " << b << ", " << acc;
  return success();
}

// contract_c3 (vector tile), contract_c4
static LogicalResult verifyVectorDim(ContractOp op, ContractionAttr contraction,
                                     DimAttr dim) {
  using Operand = ContractionAttr::Operand;
  ArrayRef<int64_t> strides = dim.getStrides();
  bool packed = contraction.getStorage() == Storage::Packed;
  auto unitOrZero = [](int64_t stride) { return stride == 0 || stride == 1; };
  if (strides[Operand::C] != 1 || !unitOrZero(strides[Operand::A]) ||
      (!packed && strides[Operand::B] != 1) ||
      !llvm::all_of(strides.drop_front(Operand::FirstExtra), unitOrZero))
    return op.emitOpError("requires vector strides of 0 or 1 in A, 1 in "
                          "unpacked B, 1 in C, 0 or 1 in epilogue operands, "
                          "but dimension '")
           << dim.getName() << "' has [" << strides << "]";
  if (dim.getTile() > contraction.getVectorCount())
    return op.emitOpError("requires a tile of at most ")
           << contraction.getVectorCount() << " vectors, but dimension '"
           << dim.getName() << "' has tile " << dim.getTile();
  return success();
}

// contract_c3 (scalar tile), contract_c5, contract_c13
static LogicalResult verifyScalarDim(ContractOp op, DimAttr dim) {
  ArrayRef<int64_t> results =
      dim.getStrides().drop_front(ContractionAttr::Operand::C);
  if (dim.getTile() > dim.getSize())
    return op.emitOpError("requires a tile of at most the size ")
           << dim.getSize() << ", but dimension '" << dim.getName()
           << "' has tile " << dim.getTile();
  if (dim.getKind() == DimKind::Reduction &&
      llvm::any_of(results, [](int64_t stride) { return stride != 0; }))
    return op.emitOpError("requires stride 0 in C and epilogue operands along "
                          "reductions, but dimension '")
           << dim.getName() << "' has [" << dim.getStrides() << "]";
  if (dim.getKind() == DimKind::Parallel && dim.getSize() > 1 &&
      results.front() == 0)
    return op.emitOpError("requires C to depend on every parallel dimension, "
                          "but its stride is 0 along '")
           << dim.getName() << "'";
  return success();
}

// contract_c8, contract_c9, contract_c10
static LogicalResult verifySparsity(ContractOp op,
                                    ContractionAttr contraction) {
  using Operand = ContractionAttr::Operand;
  Sparsity sparsity = contraction.getSparsity();
  bool packed = contraction.getStorage() == Storage::Packed;
  auto anyParallel = [&](auto predicate) {
    return llvm::any_of(contraction.getDims(), [&](DimAttr dim) {
      return dim.getKind() == DimKind::Parallel && predicate(dim);
    });
  };
  bool vectorInA = contraction.getVectorDim().getStrides()[Operand::A] != 0;
  if (sparsity == Sparsity::Block &&
      (!packed || vectorInA || anyParallel([](DimAttr dim) {
        return dim.getStrides()[Operand::B] != 0;
      })))
    return op.emitOpError("requires packed B without parallel strides and "
                          "vector stride 0 in A when block-sparse");
  if (sparsity == Sparsity::Unstructured &&
      (packed || vectorInA ||
       anyParallel([](DimAttr dim) { return dim.getTile() != 1; })))
    return op.emitOpError("requires strided B, vector stride 0 in A and "
                          "parallel tiles of 1 when unstructured");
  if ((sparsity != Sparsity::Dense) != static_cast<bool>(op.getIndex()))
    return op.emitOpError("requires an index operand exactly when sparse, but "
                          "it is ")
           << stringifySparsity(sparsity);
  return success();
}

LogicalResult ContractOp::verify() {
  ContractionAttr contraction = getContraction();
  unsigned vectors = 0;
  for (DimAttr dim : contraction.getDims())
    vectors += dim.getKind() == DimKind::Vector;
  // contract_c1
  if (vectors != 1)
    return emitOpError("requires exactly one vector dimension, but got ")
           << vectors;
  // contract_c6
  if (!llvm::isPowerOf2_64(std::max<int64_t>(contraction.getLanes(), 0)))
    return emitOpError("requires lanes to be a power of two, but got ")
           << contraction.getLanes();
  if (failed(verifyTypes(*this, contraction)))
    return failure();
  // contract_c2, contract_c3 (sizes)
  for (DimAttr dim : contraction.getDims()) {
    if (failed(verifyDim(*this, dim,
                         ContractionAttr::FirstExtra + getExtras().size())))
      return failure();
    bool isVector = dim.getKind() == DimKind::Vector;
    if (failed(isVector ? verifyVectorDim(*this, contraction, dim)
                        : verifyScalarDim(*this, dim)))
      return failure();
  }
  if (failed(verifySparsity(*this, contraction)))
    return failure();
  // contract_c14
  return verifyAlignments(*this, getAlignments(), getNumOperands());
}

LogicalResult ContractOp::verifyRegions() {
  // contract_c11
  SmallVector<Type> arguments(1 + getExtras().size());
  arguments.front() = getContraction().getAcc();
  if (failed(verifySignature(*this, getEpilogue(), "epilogue", arguments)))
    return failure();
  // contract_c12
  return verifyBody(*this, getEpilogue());
}
