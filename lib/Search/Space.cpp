// Finds the decisions of a space, in the order in which the network meets them.
#include "penjing/Search/Space.h"

#include "Instantiation.h"

#include "penjing/Dialect/Penjing/Forms.h"
#include "penjing/Dialect/Penjing/Spaces.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace penjing;

namespace {

/// A walk through all alternatives of a space, block by block.
class DecisionCollector {
public:
  explicit DecisionCollector(ModuleOp module) : module(module) {}

  LogicalResult collect(func::FuncOp block, StringAttr instance, unsigned depth) {
    llvm::SmallDenseSet<Attribute> own;
    if (auto names = block->getAttrOfType<ArrayAttr>(PenjingDialect::kDimsAttr))
      own.insert(names.begin(), names.end());
    // Pre-order: a choice comes before what its alternatives ask.
    auto result = block.getBody().walk<WalkOrder::PreOrder>([&](Operation *op) -> WalkResult {
      if (++met > kMaxInstanceOps)
        return op->emitOpError() << "requires a space of at most " << kMaxInstanceOps << " ops in all instances";
      if (failed(collect(op, instance, depth)))
        return failure();
      for (Type type : op->getResultTypes())
        for (StringAttr name : namesIn(type))
          if (!own.contains(name) && failed(collectSize(op, instance, name)))
            return failure();
      return success();
    });
    return failure(result.wasInterrupted());
  }

  LogicalResult add(Operation *op, StringRef name, std::vector<std::string> options) {
    // A question with one answer is none.
    if (options.size() == 1)
      return success();
    auto [it, added] = indices.try_emplace(name, decisions.size());
    if (added)
      decisions.push_back({name.str(), std::move(options)});
    else if (decisions[it->second].options != options)
      return op->emitOpError() << "requires decision '" << name << "' to have the options it has elsewhere ("
                               << llvm::join(decisions[it->second].options, ", ") << "), but got "
                               << llvm::join(options, ", ");
    return success();
  }

  std::vector<Decision> decisions;

private:
  static std::vector<std::string> texts(ArrayRef<int64_t> numbers) {
    std::vector<std::string> result;
    for (int64_t number : numbers)
      result.push_back(std::to_string(number));
    return result;
  }

  static std::vector<std::string> texts(ArrayAttr strings) {
    std::vector<std::string> result;
    for (StringAttr text : strings.getAsRange<StringAttr>())
      result.push_back(text.str());
    return result;
  }

  LogicalResult collect(Operation *op, StringAttr instance, unsigned depth) {
    auto qualified = [&](StringRef name) {
      return qualifiedName(instance, StringAttr::get(op->getContext(), name)).getValue();
    };
    return TypeSwitch<Operation *, LogicalResult>(op)
        .Case([&](ChoiceOp choice) {
          return add(choice, qualified(choice.getDecision()), texts(choice.getAlternatives()));
        })
        .Case([&](StackOp stack) { return add(stack, qualified(stack.getDecision()), texts(stack.getCounts())); })
        .Case([&](ConvLayerOp layer) -> LogicalResult {
          for (auto name : layer.getKernel().getAsRange<Attribute>())
            if (auto symbol = dyn_cast<FlatSymbolRefAttr>(name))
              if (failed(collectSize(op, instance, symbol.getAttr())))
                return failure();
          return success();
        })
        .Case([&](ApplyOp apply) -> LogicalResult {
          if (depth >= kMaxInstanceDepth)
            return apply.emitOpError() << "requires blocks applied at most " << kMaxInstanceDepth << " deep";
          auto block = SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(apply, apply.getBlockAttr());
          StringAttr name = apply.getInstanceAttr();
          return collect(block, name ? qualifiedName(instance, name) : instance, depth + 1);
        })
        .Default([](Operation *) { return success(); });
  }

  LogicalResult collectSize(Operation *op, StringAttr instance, StringAttr name) {
    auto size = module.lookupSymbol<SizeOp>(name);
    return size ? add(op, qualifiedName(instance, name), texts(size.getOptions())) : success();
  }

  ModuleOp module;
  llvm::StringMap<size_t> indices;
  int64_t met = 0;
};

} // namespace

FailureOr<SearchSpace> SearchSpace::of(ModuleOp module) {
  auto entry = getEntryFunction(module);
  if (failed(entry))
    return failure();
  DecisionCollector collector(module);
  if (failed(collector.collect(*entry, StringAttr(), 0)))
    return failure();
  for (auto decision : module.getOps<DecisionOp>()) {
    std::vector<std::string> options;
    for (StringAttr option : decision.getOptions().getAsRange<StringAttr>())
      options.push_back(option.str());
    if (failed(collector.add(decision, decision.getSymName(), std::move(options))))
      return failure();
  }
  if (collector.decisions.empty())
    return module.emitError() << "requires a module that leaves something open: 'pj.choice', 'pj.stack', 'pj.size' or "
                                 "'pj.decision', but found none";
  return SearchSpace(std::move(collector.decisions));
}
