// pj-calibrate: observes the inputs of fake_quantize ops whose scale has no
// value yet, and fills scale and zero point by the rule that stands on the op.
#include "BiasGrids.h"
#include "CompiledFunctions.h"
#include "penjing/Analysis/ClippingRules.h"
#include "penjing/Dialect/Penjing/Forms.h"
#include "penjing/Dialect/Penjing/ParameterValues.h"
#include "penjing/Support/CheckedOptions.h"
#include "penjing/Support/Locations.h"
#include "penjing/Support/NumericOption.h"
#include "penjing/Support/Philox.h"
#include "penjing/Support/Remark.h"
#include "penjing/Train/LogitsModule.h"
#include "penjing/Train/ParameterBuffers.h"
#include "penjing/Train/Passes.h"

#include "llvm/ADT/MapVector.h"

#define DEBUG_TYPE "pj-calibrate"

namespace penjing {
#define GEN_PASS_DEF_CALIBRATE
#include "penjing/Train/Passes.h.inc"
} // namespace penjing

using namespace mlir;
using namespace penjing;

namespace {
/// The ops that share one scale without a value, and what they have seen.
struct Observation {
  llvm::SmallVector<FakeQuantizeOp> ops;
  ValueHistogram histogram;
};

/// Observations by the symbol of the scale, in the order of the ops.
using Observations = llvm::MapVector<StringRef, Observation>;

struct Numbers {
  int64_t samples = 0;
  ClipOptions clip;
  uint64_t seed = 0;
};

class CalibratePass : public penjing::impl::CalibrateBase<CalibratePass>,
                      public CheckedOptions {
public:
  using CalibrateBase::CalibrateBase;
  void runOnOperation() override;
  llvm::Error checkOptions() override;

private:
  LogicalResult readOptions();
  FailureOr<Observations> findUncalibrated();
  LogicalResult observe(Observations &observations);
  LogicalResult runSamples(CompiledModule &code, ArrayRef<TrainingValue> values,
                           const BatchFeeder &feeder,
                           ArrayRef<uint32_t> samples,
                           Observations &observations);
  LogicalResult fill(StringRef scale, Observation &observation,
                     const ClipOptions &clip);

  template <typename T> FailureOr<T> take(llvm::Expected<T> value) {
    if (value)
      return std::move(*value);
    return getOperation().emitError() << llvm::toString(value.takeError());
  }

  std::optional<uint64_t> ownSeed;
  Numbers numbers;
};
} // namespace

static ParamOp parameterOf(Value value) {
  auto use = value.getDefiningOp<UseOp>();
  return use ? SymbolTable::lookupNearestSymbolFrom<ParamOp>(use,
                                                             use.getParamAttr())
             : nullptr;
}

llvm::Error CalibratePass::checkOptions() {
  auto count = parseIntegerOption("samples", samples, 1, 1 << 24);
  if (!count)
    return count.takeError();
  auto share = parseNumericOption("percentile", percentile, {50, 100, true});
  if (!share)
    return share.takeError();
  auto deviations = parseNumericOption("sigmas", sigmas, {0, 100, true});
  if (!deviations)
    return deviations.takeError();
  numbers = {*count, {*share, *deviations}, 0};
  if (seed.empty())
    return llvm::Error::success();
  auto given = parseIntegerOption("seed", seed, 0,
                                  std::numeric_limits<int64_t>::max());
  if (!given)
    return given.takeError();
  ownSeed = uint64_t(*given);
  return llvm::Error::success();
}

LogicalResult CalibratePass::readOptions() {
  if (llvm::Error error = checkOptions())
    return getOperation().emitError() << llvm::toString(std::move(error));
  numbers.seed = ownSeed.value_or(getSession(&getContext())->seed);
  return success();
}

FailureOr<Observations> CalibratePass::findUncalibrated() {
  Observations observations;
  WalkResult walked = getOperation().walk([&](FakeQuantizeOp op) {
    ParamOp scale = parameterOf(op.getScale());
    if (!scale || scale.getValueAttr())
      return WalkResult::advance();
    if (scale.getTensorType().getRank() != 0) {
      op.emitOpError()
          << "requires one scale for the whole tensor to calibrate it, but got "
          << scale.getTensorType();
      return WalkResult::interrupt();
    }
    observations[scale.getSymName()].ops.push_back(op);
    return WalkResult::advance();
  });
  if (walked.wasInterrupted())
    return failure();
  return observations;
}

/// A clone whose entry function returns the input of every uncalibrated op, in
/// the order of `observations`; those ops themselves are gone from it.
static FailureOr<OwningOpRef<ModuleOp>> cloneToObserve(ModuleOp module) {
  OwningOpRef<ModuleOp> clone = module.clone();
  FailureOr<func::FuncOp> entry = getEntryFunction(*clone);
  if (failed(entry))
    return failure();
  llvm::MapVector<StringRef, llvm::SmallVector<Value>> observed;
  entry->walk([&](FakeQuantizeOp op) {
    ParamOp scale = parameterOf(op.getScale());
    if (!scale || scale.getValueAttr())
      return;
    observed[scale.getSymName()].push_back(op.getInput());
    op.getResult().replaceAllUsesWith(op.getInput());
  });
  llvm::SmallVector<Value> outputs;
  for (auto &entries : observed)
    llvm::append_range(outputs, entries.second);
  // What was recorded may itself have been the result of an op that passes
  // through now.
  for (Value &output : outputs)
    while (auto op = output.getDefiningOp<FakeQuantizeOp>()) {
      if (!observed.contains(parameterOf(op.getScale()).getSymName()))
        break;
      output = op.getInput();
    }
  Operation *end = entry->getBody().back().getTerminator();
  end->setOperands(outputs);
  entry->setFunctionType(
      FunctionType::get(clone->getContext(), entry->getArgumentTypes(),
                        mlir::ValueRange(outputs).getTypes()));
  entry->removeResAttrsAttr();
  // Backwards, so that everything that only led to the old outputs goes too.
  for (Operation &op :
       llvm::make_early_inc_range(llvm::reverse(entry->getBody().front())))
    if (isOpTriviallyDead(&op))
      op.erase();
  for (auto param : llvm::make_early_inc_range(clone->getOps<ParamOp>()))
    if (!param.getValueAttr())
      param.erase();
  return clone;
}

LogicalResult CalibratePass::runSamples(CompiledModule &code,
                                        ArrayRef<TrainingValue> values,
                                        const BatchFeeder &feeder,
                                        ArrayRef<uint32_t> chosen,
                                        Observations &observations) {
  constexpr uint32_t most = 32;
  uint32_t batch =
      code.hasSamples() ? most : uint32_t(code.inputs()[0].shape[0]);
  std::vector<Array> outputs;
  std::vector<void *> pointers;
  for (const TensorDescription &output : code.outputs()) {
    outputs.emplace_back(ElementKind::U8,
                         ArrayRef<int64_t>{int64_t(output.byteSize(batch))});
    pointers.push_back(outputs.back().bytes());
  }
  BoundValues bound(code, values);
  std::vector<char> x(batch * feeder.sampleBytes());
  std::shared_ptr<Session> session = getSession(&getContext());
  TimeLeft timeLeft;
  uint64_t steps = chosen.size() / batch;
  for (uint64_t step = 0; step < steps; ++step) {
    if (session->isCancelled())
      return getOperation().emitError() << "cancelled while calibrating";
    feeder.fill(chosen.slice(step * batch, batch), x.data());
    code.run({x.data()}, pointers, bound.pointers(values),
             code.hasSamples() ? batch : 1);
    size_t next = 0;
    for (auto &entry : observations)
      for (size_t i = 0; i < entry.second.ops.size(); ++i, ++next) {
        const TensorDescription &output = code.outputs()[next];
        entry.second.histogram.add(
            ArrayRef(reinterpret_cast<const float *>(outputs[next].bytes()),
                     output.byteSize(batch) / sizeof(float)));
      }
    ProgressReport report;
    report.activity = "pj-calibrate";
    report.step = step + 1;
    report.steps = steps;
    report.secondsLeft = timeLeft.estimate(step + 1, steps);
    session->progress().report(report);
  }
  return success();
}

LogicalResult CalibratePass::observe(Observations &observations) {
  ModuleOp module = getOperation();
  std::shared_ptr<Session> session = getSession(&getContext());
  auto source = take(session->findData(data));
  if (failed(source))
    return failure();
  auto dataset =
      take(loadDataset(*source, DataSplit::Training, session->limits));
  FailureOr<llvm::SmallVector<int64_t>> shape = sampleShape(module);
  FailureOr<OwningOpRef<ModuleOp>> clone = cloneToObserve(module);
  if (failed(dataset) || failed(shape) || failed(clone))
    return failure();
  FailureOr<std::vector<TrainingValue>> values = readParameters(**clone);
  if (failed(values))
    return failure();
  auto code = compileForTraining(**clone);
  if (failed(code))
    return failure();
  auto feeder = take(BatchFeeder::create(
      *dataset, *shape, (*code)->inputs()[0].element, {}, numbers.seed));
  if (failed(feeder))
    return failure();
  // Whole batches: the samples are filled up to one from the permutation.
  std::vector<uint32_t> order = Philox(numbers.seed, RandomPurpose::Calibration)
                                    .permutation(dataset->size());
  uint32_t batch =
      (*code)->hasSamples() ? 32 : uint32_t((*code)->inputs()[0].shape[0]);
  uint64_t wanted = std::min<uint64_t>(numbers.samples, order.size());
  wanted = llvm::alignTo(wanted, batch);
  for (size_t i = 0; order.size() < wanted; ++i)
    order.push_back(order[i]);
  return runSamples(**code, *values, *feeder,
                    ArrayRef(order).take_front(wanted), observations);
}

/// The least scale that covers `range` with a zero point that is given.
static float scaleForZero(const ClippedRange &range, const IntegerGrid &grid,
                          int64_t zero) {
  double above = double(grid.qmax - zero), below = double(zero - grid.qmin);
  double scale = 0;
  if (above > 0)
    scale = std::max(scale, range.high / above);
  if (below > 0)
    scale = std::max(scale, -range.low / below);
  return scaleAndZero({0, scale * double(grid.qmax - grid.qmin)},
                      {grid.qmin, grid.qmax, false})
      .scale;
}

LogicalResult CalibratePass::fill(StringRef symbol, Observation &observation,
                                  const ClipOptions &clip) {
  FakeQuantizeOp op = observation.ops.front();
  if (observation.histogram.nonFinite())
    return op.emitOpError()
           << "requires finite values to calibrate it, but got "
           << observation.histogram.nonFinite() << " that are not";
  ValueStatistics statistics = observation.histogram.statistics();
  IntegerGrid grid = IntegerGrid::of(op);
  ClippedRange range = chooseRange(statistics, op.getClip(), grid, clip);
  ScaleAndZero chosen = scaleAndZero(range, grid);
  ParamOp scale = parameterOf(op.getScale()), zero = parameterOf(op.getZero());
  if (zero && !zero.getValueAttr()) {
    Array stored = Array::from<int32_t>(ElementKind::I32, {}, {chosen.zero});
    unsigned bytes = getStorageBytes(zero.getTensorType().getElementType());
    // Two's complement, little-endian: the low bytes are the value in fewer
    // bits.
    setParameterBytes(zero, ArrayRef(stored.bytes(), std::min(bytes, 4u)));
  } else if (auto given = zero ? ParameterBytes::of(zero) : std::nullopt) {
    if (given->bytes().size() == 4) {
      chosen.zero = given->as<int32_t>()[0];
      chosen.scale = scaleForZero(range, grid, chosen.zero);
    }
  }
  setParameterBytes(scale,
                    ArrayRef(reinterpret_cast<const char *>(&chosen.scale), 4));
  penjing::emitRemark(op, DEBUG_TYPE, RemarkKind::Passed,
                      "calibrated @" + symbol + " by " +
                          stringifyClipRule(op.getClip()),
                      {{"scale", chosen.scale},
                       {"zero", chosen.zero},
                       {"low", range.low},
                       {"high", range.high},
                       {"values", int64_t(statistics.count)}});
  return success();
}

void CalibratePass::runOnOperation() {
  if (failed(readOptions()) || failed(requireForm(getOperation(), {Form::Decided},
                                            "run pj-quantize first")))
    return signalPassFailure();
  FailureOr<Observations> observations = findUncalibrated();
  if (failed(observations))
    return signalPassFailure();
  if (observations->empty())
    return;
  if (failed(observe(*observations)))
    return signalPassFailure();
  for (auto &entry : *observations)
    if (failed(fill(entry.first, entry.second, numbers.clip)))
      return signalPassFailure();
  roundBiases(getOperation());
}
