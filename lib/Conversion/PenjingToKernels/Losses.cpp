// Cross-entropy, the distillation loss and their adjoints.
#include "KernelWriter.h"
#include "ScalarBodies.h"

#include "penjing/Analysis/Scratch.h"

#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;
using namespace penjing;
using Build = ImplicitLocOpBuilder;
using Kind = arith::AtomicRMWKind;

namespace {

/// Rows of class scores, with the two vectors that make a softmax of them.
class Scores {
public:
  Scores(KernelWriter &writer, Operation *op, Value logits, int64_t firstScratch, double temperature)
      : writer(writer), temperature(temperature), values(writer.operand(viewOf(logits), logits)) {
    ArrayRef<int64_t> shape = shapeOf(logits);
    rows = shape[0];
    classes = shape[1];
    for (int64_t index : {int64_t(0), int64_t(1)}) {
      View view;
      view.dims = {{Factor{rows, 1}}, {Factor{classes, 0}}};
      int64_t offset = op->getAttrOfType<IntegerAttr>(kScratchAttr).getInt() +
                       (firstScratch + index) * scratchStride(op);
      (index ? sums : most) =
          writer.operand(view, memoryType(elementOf(logits)), writer.advance(writer.arena, offset));
    }
  }

  /// Writes the maximum and the sum of exponentials of every row.
  LogicalResult prepare() {
    auto same = [](Build &, ValueRange v) -> Value { return v[0]; };
    auto exponential = [&](Build &b, ValueRange v) -> Value { return math::ExpOp::create(b, shifted(b, v[0], v[1])); };
    Walk walk[] = {Walk::Parallel, Walk::Reduction};
    return success(succeeded(writer.reduce("row_max", {values}, most, walk, Kind::maximumf, same, same)) &&
                   succeeded(writer.reduce("row_sum", {values, most}, sums, walk, Kind::addf, exponential, same)));
  }

  /// (x - max) / T.
  Value shifted(Build &b, Value x, Value max) const {
    Value difference = arith::SubFOp::create(b, x, max);
    if (temperature == 1)
      return difference;
    return arith::DivFOp::create(b, difference, number(b, x.getType(), temperature));
  }
  Value logSoftmax(Build &b, Value x, Value max, Value sum) const {
    return arith::SubFOp::create(b, shifted(b, x, max), math::LogOp::create(b, sum));
  }
  Value softmax(Build &b, Value x, Value max, Value sum) const {
    return arith::DivFOp::create(b, math::ExpOp::create(b, shifted(b, x, max)), sum);
  }

  KernelWriter &writer;
  double temperature;
  KernelWriter::Operand values, most, sums;
  int64_t rows = 0, classes = 0;
};

/// Labels, and the numbers of the classes to compare them with.
struct Targets {
  Targets(KernelWriter &writer, Value labels, const Scores &scores, double smoothing)
      : smoothing(smoothing), classes(scores.classes) {
    View rows = viewOf(labels);
    rows.dims.push_back({Factor{scores.classes, 0}});
    this->labels = writer.operand(rows, labels);
    SmallVector<int32_t> numbers = llvm::to_vector(llvm::seq<int32_t>(0, scores.classes));
    View columns;
    columns.dims = {{Factor{scores.rows, 0}}, {Factor{scores.classes, 1}}};
    this->numbers = writer.operand(columns, writer.getI32Type(),
                                   writer.constantPointer(writer.constants.add<int32_t>(numbers)));
  }

  /// (1 - s) · [label is the class] + s / K.
  Value target(Build &b, Value label, Value classNumber, Type type) const {
    unsigned width = label.getType().getIntOrFloatBitWidth();
    if (width > 32)
      label = arith::TruncIOp::create(b, b.getI32Type(), label);
    else if (width < 32)
      label = arith::ExtUIOp::create(b, b.getI32Type(), label);
    Value hit = arith::CmpIOp::create(b, arith::CmpIPredicate::eq, label, classNumber);
    double rest = smoothing / classes;
    return arith::SelectOp::create(b, hit, number(b, type, 1 - smoothing + rest), number(b, type, rest));
  }

  double smoothing;
  int64_t classes;
  KernelWriter::Operand labels, numbers;
};

} // namespace

/// A scalar value as an operand of every element of two dimensions.
static KernelWriter::Operand scalar(KernelWriter &writer, Value value, const Scores &scores) {
  return writer.operand(broadcastView(viewOf(value), {scores.rows, scores.classes}), value);
}

static LogicalResult writeCrossEntropy(KernelWriter &writer, CrossEntropyOp op) {
  Scores scores(writer, op, op.getLogits(), 0, 1);
  Targets targets(writer, op.getLabels(), scores, op.getLabelSmoothing().convertToDouble());
  if (failed(scores.prepare()))
    return failure();
  Walk walk[] = {Walk::Reduction, Walk::Reduction};
  auto element = [&](Build &b, ValueRange v) -> Value {
    Value likelihood = scores.logSoftmax(b, v[0], v[1], v[2]);
    // A target of zero counts nothing, however unlikely the class.
    Value target = targets.target(b, v[3], v[4], v[0].getType());
    Value zero = number(b, v[0].getType(), 0);
    Value product = arith::MulFOp::create(b, target, likelihood);
    Value none = arith::CmpFOp::create(b, arith::CmpFPredicate::OEQ, target, zero);
    return arith::SelectOp::create(b, none, zero, product);
  };
  auto mean = [&](Build &b, ValueRange v) -> Value {
    return arith::DivFOp::create(b, v[0], number(b, v[0].getType(), -static_cast<double>(scores.rows)));
  };
  return writer.reduce("cross_entropy", {scores.values, scores.most, scores.sums, targets.labels, targets.numbers},
                       writer.operand(viewOf(op.getResult()), op.getResult()), walk, Kind::addf, element, mean);
}

static LogicalResult writeCrossEntropyGradient(KernelWriter &writer, CrossEntropyGradientOp op) {
  Scores scores(writer, op, op.getLogits(), 0, 1);
  Targets targets(writer, op.getLabels(), scores, op.getLabelSmoothing().convertToDouble());
  if (failed(scores.prepare()))
    return failure();
  auto body = [&](Build &b, ValueRange v) -> Value {
    Value type = v[0];
    Value difference = arith::SubFOp::create(b, scores.softmax(b, v[0], v[1], v[2]),
                                             targets.target(b, v[3], v[4], type.getType()));
    Value share = arith::DivFOp::create(b, difference, number(b, type.getType(), scores.rows));
    return arith::MulFOp::create(b, share, v[5]);
  };
  return writer.map("cross_entropy_gradient",
                    {scores.values, scores.most, scores.sums, targets.labels, targets.numbers,
                     scalar(writer, op.getGradient(), scores)},
                    writer.operand(viewOf(op.getResult()), op.getResult()), body);
}

static LogicalResult writeDistillation(KernelWriter &writer, DistillationLossOp op) {
  double temperature = op.getTemperature().convertToDouble();
  Scores student(writer, op, op.getStudent(), 0, temperature), teacher(writer, op, op.getTeacher(), 2, temperature);
  if (failed(student.prepare()) || failed(teacher.prepare()))
    return failure();
  Walk walk[] = {Walk::Reduction, Walk::Reduction};
  auto element = [&](Build &b, ValueRange v) -> Value {
    Value p = teacher.softmax(b, v[3], v[4], v[5]);
    Value gap = arith::SubFOp::create(b, teacher.logSoftmax(b, v[3], v[4], v[5]),
                                      student.logSoftmax(b, v[0], v[1], v[2]));
    return arith::MulFOp::create(b, p, gap);
  };
  auto mean = [&](Build &b, ValueRange v) -> Value {
    double factor = temperature * temperature / student.rows;
    return arith::MulFOp::create(b, v[0], number(b, v[0].getType(), factor));
  };
  return writer.reduce("distillation_loss",
                       {student.values, student.most, student.sums, teacher.values, teacher.most, teacher.sums},
                       writer.operand(viewOf(op.getResult()), op.getResult()), walk, Kind::addf, element, mean);
}

static LogicalResult writeDistillationGradient(KernelWriter &writer, DistillationLossGradientOp op) {
  double temperature = op.getTemperature().convertToDouble();
  Scores student(writer, op, op.getStudent(), 0, temperature), teacher(writer, op, op.getTeacher(), 2, temperature);
  if (failed(student.prepare()) || failed(teacher.prepare()))
    return failure();
  auto body = [&](Build &b, ValueRange v) -> Value {
    Value gap = arith::SubFOp::create(b, student.softmax(b, v[0], v[1], v[2]), teacher.softmax(b, v[3], v[4], v[5]));
    Value share = arith::MulFOp::create(b, gap, number(b, gap.getType(), temperature / student.rows));
    return arith::MulFOp::create(b, share, v[6]);
  };
  return writer.map("distillation_loss_gradient",
                    {student.values, student.most, student.sums, teacher.values, teacher.most, teacher.sums,
                     scalar(writer, op.getGradient(), student)},
                    writer.operand(viewOf(op.getResult()), op.getResult()), body);
}

LogicalResult penjing::writeLoss(KernelWriter &writer, Operation *op) {
  return TypeSwitch<Operation *, LogicalResult>(op)
      .Case([&](CrossEntropyOp loss) { return writeCrossEntropy(writer, loss); })
      .Case([&](CrossEntropyGradientOp loss) { return writeCrossEntropyGradient(writer, loss); })
      .Case([&](DistillationLossOp loss) { return writeDistillation(writer, loss); })
      .Case([&](DistillationLossGradientOp loss) { return writeDistillationGradient(writer, loss); });
}
