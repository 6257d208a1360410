// Turns a function with a loss into a step that returns gradients: one walk
// backwards over the ops, a rule for each.
#include "EntryResults.h"

#include "penjing/Transforms/Gradient/DifferentiableOpInterface.h"
#include "penjing/Transforms/Gradient/Passes.h"

#define DEBUG_TYPE "pj-differentiate"

namespace penjing {
#define GEN_PASS_DEF_DIFFERENTIATE
#include "penjing/Transforms/Gradient/Passes.h.inc"
} // namespace penjing

using namespace mlir;
using namespace penjing;

namespace {

constexpr StringLiteral kStep = "step";

/// Reverse-mode differentiation of one block.
class Reverse {
public:
  explicit Reverse(Block &block) : block(block), builder(block.getTerminator()) {}

  /// Marks what a trainable parameter reaches; only that needs a gradient.
  void findActive(SymbolTable &symbols);
  /// Writes the gradients of everything active that `loss` depends on.
  LogicalResult run(Value loss);
  /// The sum over all uses of the parameter; zeros where nothing arrived.
  Value gradientOf(ParamOp param);

private:
  LogicalResult visit(Operation *op);
  void accumulate(Value value, Value gradient);

  Block &block;
  OpBuilder builder;
  llvm::DenseSet<Value> active;
  llvm::DenseMap<Value, Value> gradients;
  llvm::DenseMap<StringAttr, Value> parameterGradients;
};

void Reverse::findActive(SymbolTable &symbols) {
  for (Operation &op : block) {
    auto use = dyn_cast<UseOp>(op);
    auto param = use ? symbols.lookup<ParamOp>(use.getParam()) : ParamOp();
    bool reached = (param && param.getTrainable()) ||
                   llvm::any_of(op.getOperands(), [&](Value v) { return active.contains(v); });
    for (Value result : op.getResults())
      if (reached && isa<FloatType>(getElementTypeOrSelf(result)))
        active.insert(result);
  }
}

void Reverse::accumulate(Value value, Value gradient) {
  assert(value.getType() == gradient.getType() && "a gradient has its value's type");
  Value &sum = gradients[value];
  sum = sum ? AddOp::create(builder, gradient.getLoc(), sum, gradient) : gradient;
}

LogicalResult Reverse::visit(Operation *op) {
  if (auto use = dyn_cast<UseOp>(op)) {
    Value &sum = parameterGradients[use.getParamAttr().getAttr()], more = gradients[use];
    sum = sum ? AddOp::create(builder, op->getLoc(), sum, more) : more;
    return success();
  }
  auto rule = dyn_cast<DifferentiableOpInterface>(op);
  if (!rule)
    return op->emitOpError("has no gradient rule, but the loss depends on a trainable parameter "
                           "through it");
  auto arrived = llvm::map_to_vector(op->getResults(), [&](Value v) { return gradients.lookup(v); });
  auto needed = llvm::map_to_vector(op->getOperands(), [&](Value v) { return active.contains(v); });
  SmallVector<Value> produced = rule.emitGradient(builder, arrived, needed);
  for (auto [operand, gradient, need] : llvm::zip_equal(op->getOperands(), produced, needed))
    if (gradient && need)
      accumulate(operand, gradient);
  return success();
}

LogicalResult Reverse::run(Value loss) {
  auto one = cast<ElementsAttr>(DenseElementsAttr::get(
      cast<ShapedType>(loss.getType()), builder.getFloatAttr(getElementTypeOrSelf(loss), 1)));
  gradients[loss] = ConstantOp::create(builder, loss.getLoc(), one);
  // The ops as they were: the walk writes behind them.
  auto forward = llvm::map_to_vector(block.without_terminator(), [](Operation &op) { return &op; });
  for (Operation *op : llvm::reverse(forward)) {
    auto contributes = [&](Value v) { return active.contains(v) && gradients.contains(v); };
    if (llvm::any_of(op->getResults(), contributes) && failed(visit(op)))
      return failure();
  }
  return success();
}

Value Reverse::gradientOf(ParamOp param) {
  if (Value gradient = parameterGradients.lookup(param.getSymNameAttr()))
    return gradient;
  auto type = param.getTensorType();
  auto zero = builder.getFloatAttr(type.getElementType(), 0);
  return ConstantOp::create(builder, param.getLoc(), cast<ElementsAttr>(DenseElementsAttr::get(type, zero)));
}

struct DifferentiatePass : public penjing::impl::DifferentiateBase<DifferentiatePass> {
  void runOnOperation() override {
    if (failed(differentiate(getOperation())))
      signalPassFailure();
  }

  LogicalResult differentiate(ModuleOp module) {
    auto entry = getTrainableEntry(module);
    if (failed(entry) || failed(requireStatic(entry->function)))
      return failure();
    SymbolTable symbols(module);
    if (auto *other = symbols.lookup(kStep); other && other != entry->function)
      return other->emitError() << "requires the name '" << kStep
                                << "' for the step, but it is taken";
    SmallVector<EntryResult> results = getResults(entry->function, entry->end);
    auto loss = takeLoss(entry->function, results);
    if (failed(loss))
      return failure();

    Reverse reverse(entry->function.getBody().front());
    reverse.findActive(symbols);
    if (failed(reverse.run(loss->value)))
      return failure();

    SmallVector<EntryResult> all{*loss};
    auto append = [&](bool updates) {
      for (const EntryResult &result : results)
        if (result.name().starts_with("update:") == updates)
          all.push_back(result);
    };
    append(/*updates=*/false);
    for (auto param : module.getOps<ParamOp>())
      if (param.getTrainable())
        all.push_back(namedResult(reverse.gradientOf(param), "gradient:" + param.getSymName()));
    append(/*updates=*/true);
    setResults(entry->function, entry->end, all);
    entry->function.setPublic();
    return symbols.rename(entry->function, kStep);
  }

  static LogicalResult requireStatic(func::FuncOp entry) {
    auto check = [](Location location, Type type) -> LogicalResult {
      auto tensor = dyn_cast<RankedTensorType>(type);
      if (tensor && tensor.hasStaticShape())
        return success();
      return emitError(location) << "requires static tensors to differentiate, but got " << type
                                 << "; run pj-bind-batch first";
    };
    for (BlockArgument argument : entry.getArguments())
      if (failed(check(argument.getLoc(), argument.getType())))
        return failure();
    for (Operation &op : entry.getBody().front())
      for (Type type : op.getResultTypes())
        if (failed(check(op.getLoc(), type)))
          return failure();
    return success();
  }

  /// Removes the loss from `results`.
  static FailureOr<EntryResult> takeLoss(func::FuncOp entry, SmallVector<EntryResult> &results) {
    if (results.empty())
      return entry.emitOpError("requires a result that is the loss, but got none");
    auto *it = llvm::find_if(results, [](EntryResult &r) { return r.name() == "loss"; });
    if (it == results.end())
      --it;
    auto type = dyn_cast<RankedTensorType>(it->value.getType());
    if (!type || type.getRank() != 0 || !isa<FloatType>(type.getElementType()))
      return entry.emitOpError() << "requires a loss that is a float scalar, but got "
                                 << it->value.getType() << "; run pj-attach-loss first";
    EntryResult loss = namedResult(it->value, "loss");
    results.erase(it);
    return loss;
  }
};

} // namespace
