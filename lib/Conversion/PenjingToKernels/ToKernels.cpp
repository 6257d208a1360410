// The body function of a scheduled module: pointers in, kernels in the order of
// the ops, one loop over samples.
#include "penjing/Conversion/PenjingToKernels/Passes.h"

#include "KernelWriter.h"

#include "penjing/Analysis/Contractions.h"
#include "penjing/Analysis/Elementwise.h"
#include "penjing/Analysis/OffsetLimits.h"
#include "penjing/Analysis/TargetedFunction.h"
#include "penjing/Codegen/Emission.h"
#include "penjing/Dialect/Penjing/ParameterValues.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

#define DEBUG_TYPE "pj-to-kernels"

namespace penjing {
#define GEN_PASS_DEF_TOKERNELS
#include "penjing/Conversion/PenjingToKernels/Passes.h.inc"
} // namespace penjing

using namespace mlir;
using namespace penjing;

SmallVector<ParamOp> penjing::argumentParameters(func::FuncOp function) {
  auto module = function->getParentOfType<ModuleOp>();
  llvm::SmallDenseSet<StringAttr> used;
  function.walk([&](UseOp use) { used.insert(use.getParamAttr().getAttr()); });
  SmallVector<ParamOp> parameters;
  for (ParamOp param : module.getOps<ParamOp>())
    if (!param.getValueAttr() && used.contains(param.getSymNameAttr()))
      parameters.push_back(param);
  return parameters;
}

namespace {

class FunctionWriter {
public:
  FunctionWriter(func::FuncOp function, const Target &target, bool tables)
      : function(function), module(function->getParentOfType<ModuleOp>()), tables(tables),
        writer(function.getLoc(), function.getContext(), target) {}

  LogicalResult write();

private:
  func::FuncOp createBody();
  void readTables(func::FuncOp body);
  void enterSamples();
  LogicalResult writeOp(Operation *op);
  bool steps(unsigned boundary) const {
    auto samples = function->getAttrOfType<ArrayAttr>("pj.samples");
    return samples && cast<BoolAttr>(samples[boundary]).getValue();
  }
  int64_t bytesOf(Type type) const {
    return *getStorageBytes(cast<RankedTensorType>(type));
  }

  func::FuncOp function;
  ModuleOp module;
  bool tables;
  KernelWriter writer;
  Value samples;
  SmallVector<Value> inputs;
};

} // namespace

func::FuncOp FunctionWriter::createBody() {
  MLIRContext *context = function.getContext();
  Type pointer = LLVM::LLVMPointerType::get(context), i64 = IntegerType::get(context, 64);
  SmallVector<Type> types;
  if (tables) {
    types = {pointer, pointer, pointer, pointer, i64};
  } else {
    types.assign(function.getNumArguments() + function.getNumResults(), pointer);
    if (function->hasAttr("pj.samples"))
      types.push_back(i64);
    types.push_back(pointer);
  }
  writer.setInsertionPointAfter(function);
  auto body = func::FuncOp::create(writer, (function.getSymName() + "_body").str(),
                                   FunctionType::get(context, types, {}));
  body.setPrivate();
  Block *entry = body.addEntryBlock();
  writer.setInsertionPointToStart(entry);
  return body;
}

void FunctionWriter::readTables(func::FuncOp body) {
  Type pointer = LLVM::LLVMPointerType::get(function.getContext());
  auto entry = [&](unsigned table, size_t index) -> Value {
    Value place = writer.advance(body.getArgument(table), index * sizeof(void *));
    return LLVM::LoadOp::create(writer, pointer, place, sizeof(void *));
  };
  if (tables) {
    for (size_t index = 0; index < function.getNumArguments(); ++index)
      inputs.push_back(entry(0, index));
    for (size_t index = 0; index < function.getNumResults(); ++index)
      writer.results.push_back(entry(1, index));
    llvm::DenseMap<StringAttr, Value> table;
    for (auto [index, param] : llvm::enumerate(argumentParameters(function)))
      table[param.getSymNameAttr()] = entry(2, index);
    function.walk([&](UseOp use) {
      auto found = table.find(use.getParamAttr().getAttr());
      if (found != table.end())
        writer.roots[use.getResult()] = found->second;
    });
    writer.arena = body.getArgument(3);
    samples = body.getArgument(4);
    return;
  }
  unsigned next = 0;
  for (size_t index = 0; index < function.getNumArguments(); ++index)
    inputs.push_back(body.getArgument(next++));
  for (size_t index = 0; index < function.getNumResults(); ++index)
    writer.results.push_back(body.getArgument(next++));
  if (function->hasAttr("pj.samples"))
    samples = body.getArgument(next++);
  writer.arena = body.getArgument(next);
}

/// Opens the loop over samples; inputs and results step by their bytes.
void FunctionWriter::enterSamples() {
  if (!function->hasAttr("pj.samples"))
    return;
  Type i64 = writer.getI64Type();
  auto constant = [&](int64_t value) -> Value {
    return arith::ConstantOp::create(writer, IntegerAttr::get(i64, value));
  };
  auto loop = scf::ForOp::create(writer, constant(0), samples, constant(1));
  writer.setInsertionPointToStart(loop.getBody());
  auto advance = [&](Value base, Type type) -> Value {
    Value bytes = arith::MulIOp::create(writer, loop.getInductionVar(), constant(bytesOf(type)));
    return LLVM::GEPOp::create(writer, base.getType(), writer.getI8Type(), base,
                               ArrayRef<LLVM::GEPArg>{LLVM::GEPArg(bytes)});
  };
  unsigned boundary = 0;
  for (auto [input, argument] : llvm::zip(inputs, function.getArguments()))
    if (steps(boundary++))
      input = advance(input, argument.getType());
  for (auto [result, type] : llvm::zip(writer.results, function.getResultTypes()))
    if (steps(boundary++))
      result = advance(result, type);
}

LogicalResult FunctionWriter::writeOp(Operation *op) {
  writer.setLoc(op->getLoc());
  if (isa<UseOp, ConstantOp, func::ReturnOp>(op))
    return success();
  if (failed(writeHalos(writer, op)))
    return failure();
  Operation *first = isa<FusedOp>(op) ? &op->getRegion(0).front().front() : op;
  if (isContraction(first))
    return writeContraction(writer, first);
  if (isElementwise(first))
    return writeElementwise(writer, op);
  return TypeSwitch<Operation *, LogicalResult>(op)
      .Case<MaxPoolOp, AveragePoolOp, GlobalAveragePoolOp>([&](auto) { return writePool(writer, op); })
      .Case<MaxPoolGradientOp, AveragePoolGradientOp>([&](auto) { return writePoolGradient(writer, op); })
      .Case<BatchNormTrainingOp, BatchNormGradientOp>([&](auto) { return writeBatchNorm(writer, op); })
      .Case<SoftmaxOp, SoftmaxGradientOp>([&](auto) { return writeSoftmax(writer, op); })
      .Case<CrossEntropyOp, CrossEntropyGradientOp, DistillationLossOp, DistillationLossGradientOp>(
          [&](auto) { return writeLoss(writer, op); })
      .Case<RelayoutOp, ReshapeOp, TransposeOp, SliceOp, BroadcastOp, PadOp, ConcatOp>(
          [&](auto) { return writeShape(writer, op); })
      .Case<ReduceSumOp>([&](auto) { return writeReduction(writer, op); })
      .Default([&](Operation *) {
        return op->emitError() << "requires an op that has kernels, but got '" << op->getName() << "'";
      });
}

LogicalResult FunctionWriter::write() {
  if (!tables && !argumentParameters(function).empty())
    return function.emitError() << "requires values for all parameters, but '@"
                                << argumentParameters(function).front().getSymName() << "' has none";
  std::string section = (function.getSymName() + "_constants").str();
  func::FuncOp body = createBody();
  auto base = LLVM::AddressOfOp::create(writer, LLVM::LLVMPointerType::get(function.getContext()), section);
  writer.constantBase = base;
  readTables(body);
  enterSamples();
  for (auto [input, argument] : llvm::zip(inputs, function.getArguments()))
    writer.roots[argument] = input;
  for (Operation &op : function.getBody().front())
    if (failed(writeOp(&op)))
      return failure();
  // Packing pads what the types say.
  if (failed(requireOffsets(function, "constants", writer.constants.data.size())))
    return failure();
  writer.setInsertionPointToEnd(&body.getBody().front());
  func::ReturnOp::create(writer);
  if (base->use_empty()) {
    base->erase();
  } else {
    ArrayRef<char> data(writer.constants.data);
    createConstantSection(module, section, HeapAsmResourceBlob::allocateAndCopyWithAlign(data, 64));
  }
  function.erase();
  for (ParamOp param : llvm::make_early_inc_range(module.getOps<ParamOp>()))
    param.erase();
  for (StringRef name : {PenjingDialect::kFormAttr, PenjingDialect::kVersionAttr})
    module->removeAttr(name);
  return success();
}

namespace {
struct ToKernels : penjing::impl::ToKernelsBase<ToKernels> {
  using ToKernelsBase::ToKernelsBase;

  void runOnOperation() override {
    auto entry = getScheduledFunction(getOperation(), target);
    if (failed(entry) || failed(FunctionWriter(entry->function, entry->target, tables).write()))
      return signalPassFailure();
  }
};
} // namespace
