// Freezes the decisions of a module into types and storage.
#include "penjing/Transforms/Materialize/Passes.h"

#include "IntegerFunction.h"
#include "SparseStorage.h"

#include "penjing/Dialect/Penjing/Forms.h"
#include "penjing/Support/Remark.h"

#include "llvm/Support/FormatVariadic.h"

#define DEBUG_TYPE "pj-pack"

namespace penjing {
#define GEN_PASS_DEF_PACK
#include "penjing/Transforms/Materialize/Passes.h.inc"
} // namespace penjing

using namespace mlir;
using namespace penjing;

namespace {

struct Pack : public penjing::impl::PackBase<Pack> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    if (failed(requireForm(module, {Form::Float, Form::Decided})) || failed(requireValues()))
      return signalPassFailure();
    module.walk([&](MaskedOp) { ++masks; });
    PackedParameters parameters(module);
    for (auto function : module.getOps<func::FuncOp>())
      if (failed(pack(function, parameters)))
        return signalPassFailure();
    parameters.finish();
    setForm(module, Form::Packed);
    if (int64_t flushed = flushSubnormals(module))
      emitRemark(module, getArgument(), RemarkKind::Passed,
                 "set " + Twine(flushed) + " subnormal numbers to zero", {{"numbers", flushed}});
    for (const Layer &layer : getLayers(module))
      describeStorage(layer);
  }

private:
  /// Every parameter that is read has a value.
  LogicalResult requireValues() {
    auto result = getOperation().walk([&](UseOp use) -> WalkResult {
      ParamOp param = getParam(use);
      if (param.getValueAttr() || use->use_empty())
        return WalkResult::advance();
      Operation *reader = *use->user_begin();
      bool isGrid = param.getRole() == Role::QuantScale || param.getRole() == Role::ZeroPoint;
      reader->emitError() << "requires a value of every parameter, but @" << param.getSymName()
                          << " of " << layerName(reader) << " has none; run "
                          << (isGrid ? "pj-calibrate" : "pj-train") << " first";
      return WalkResult::interrupt();
    });
    return failure(result.wasInterrupted());
  }

  LogicalResult pack(func::FuncOp function, PackedParameters &parameters) {
    IntegerFunction integers(function, parameters);
    integers.onFloatLayer = [&](Operation *op, StringRef reason) {
      emitRemark(op, getArgument(), RemarkKind::Missed,
                 "kept " + layerName(op) + " in float: " + reason);
    };
    integers.onIntegerLayer = [&](Operation *op) { ++layers; };
    return integers.rewrite();
  }

  void describeStorage(const Layer &layer) {
    StringRef pattern = markSparsity(layer);
    bool integers = isQuantized(layer.param().getTensorType());
    std::string what = layerName(layer.op) + (integers ? " as integers" : " as float");
    if (pattern.empty()) {
      emitRemark(layer.op, getArgument(), RemarkKind::Passed, "packed " + what + ", dense");
      return;
    }
    double blocks = layer.op->getAttrOfType<FloatAttr>("pj.sparsity_blocks").getValueAsDouble();
    double weights = layer.op->getAttrOfType<FloatAttr>("pj.sparsity_weights").getValueAsDouble();
    emitRemark(layer.op, getArgument(), RemarkKind::Passed,
               llvm::formatv("packed {0}, {1}: {2:f1} % of the weights and {3:f1} % of the blocks are zero",
                             what, pattern, 100 * weights, 100 * blocks)
                   .str(),
               {{"zero_weights", weights}, {"zero_blocks", blocks}});
  }
};

} // namespace
