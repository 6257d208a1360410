// The dialect `check`: registration, verifiers, and how values are compared.
#include "Dialect/Check/Check.h"

#include "penjing/Dialect/Penjing/ParameterValues.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/OpImplementation.h"

#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

#include <cstring>

using namespace mlir;
using namespace penjing;
using namespace penjing::check;

#include "Dialect/Check/CheckDialect.cpp.inc"

#define GET_OP_CLASSES
#include "Dialect/Check/CheckOps.cpp.inc"

void CheckDialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "Dialect/Check/CheckOps.cpp.inc"
      >();
}

template <typename OpTy> static LogicalResult verifyValue(OpTy op) {
  auto actual = cast<RankedTensorType>(op.getActual().getType());
  auto value = cast<ShapedType>(op.getValue().getType());
  Type storage = getStorageType(actual).getElementType();
  bool sameShape = succeeded(verifyCompatibleShape(actual.getShape(), value.getShape()));
  if (!sameShape || storage != value.getElementType())
    return op.emitOpError() << "requires a value that fits " << actual << ", but got " << value;
  return success();
}
LogicalResult ExpectEqOp::verify() { return verifyValue(*this); }
LogicalResult ExpectAlmostEqOp::verify() { return verifyValue(*this); }

/// The expected elements, read as the element type of the actual ones: quantized
/// where they are, f64 where the run is.
static Tensor expectedValue(ElementsAttr value, const Tensor &actual) {
  auto type = cast<RankedTensorType>(value.getType());
  auto bytes = ParameterBytes::of(value);
  Tensor expected = Tensor::viewing(type.getElementType(), type.getShape(), bytes->bytes()).copy();
  if (isa<quant::QuantizedType>(actual.elementType()))
    return expected.reinterpreted(actual.elementType());
  return expected.converted(actual.elementType());
}

static std::string numberText(double value) {
  std::string text;
  llvm::raw_string_ostream(text) << llvm::format("%.9g", value);
  return text;
}

template <typename Equal>
static LogicalResult compare(Operation *op, ElementsAttr value, const Tensor &actual, Equal equal) {
  Tensor expected = expectedValue(value, actual);
  if (expected.shape() != actual.shape())
    return op->emitOpError() << "requires the shape [" << expected.shape() << "], but got [" << actual.shape() << "]";
  for (int64_t i = 0; i < actual.size(); ++i)
    if (double a = actual.valueAt(i), e = expected.valueAt(i); !equal(i, a, e, expected))
      return op->emitOpError() << "requires element " << i << " to be " << numberText(e)
                               << ", but got " << numberText(a);
  return success();
}

LogicalResult check::judge(Operation *op, ArrayRef<Tensor> operands) {
  const Tensor &actual = operands[0];
  if (auto exact = dyn_cast<ExpectEqOp>(op))
    return compare(op, exact.getValue(), actual, [&](int64_t i, double a, double e, const Tensor &expected) {
      unsigned width = actual.elementBytes();
      return (std::isnan(a) && std::isnan(e)) ||
             !std::memcmp(actual.bytes() + i * width, expected.bytes() + i * width, width);
    });
  if (auto almost = dyn_cast<ExpectAlmostEqOp>(op)) {
    double tolerance = almost.getTolerance().convertToDouble();
    return compare(op, almost.getValue(), actual, [&](int64_t, double a, double e, const Tensor &) {
      return a == e || (std::isnan(a) && std::isnan(e)) ||
             std::abs(a - e) <= tolerance * std::max(1.0, std::abs(e));
    });
  }
  return op->emitOpError() << "requires an expectation of the dialect 'check'";
}
