// Grows random graphs and runs them compiled and interpreted.
#include "RandomGraphs.h"

#include "penjing/Dialect/Penjing/Forms.h"
#include "penjing/Lower/CompiledModule.h"
#include "penjing/Reference/Interpreter.h"

using namespace mlir;
using namespace penjing;
using namespace penjing::test;

RandomGraph penjing::test::growGraph(MLIRContext *context, Form form, uint64_t seed, unsigned ops, OpCounts &counts) {
  const auto &generators = form == Form::Packed ? packedGenerators() : floatGenerators();
  Graph graph(context, form, seed);
  for (unsigned i = 0; i < ops; ++i) {
    auto it = std::next(generators.begin(), graph.draws().in(0, generators.size() - 1));
    // Every other op is the rarest so far.
    if (i % 2)
      for (auto other = generators.begin(); other != generators.end(); ++other)
        if (counts[other->first] < counts[it->first])
          it = other;
    it->second(graph);
  }
  RandomGraph result;
  result.module = graph.finish(result.exact);
  result.module->walk([&](Operation *op) {
    if (isa<PenjingDialect>(op->getDialect()))
      ++counts[op->getName().getStringRef().str()];
  });
  return result;
}

SmallVector<Tensor> penjing::test::drawInputs(ModuleOp module, uint64_t seed) {
  Draws draws(seed ^ 0x5eed);
  SmallVector<Tensor> inputs;
  for (Type type : (*getEntryFunction(module)).getArgumentTypes()) {
    auto tensor = cast<RankedTensorType>(type);
    Tensor input(tensor.getElementType(), tensor.getShape());
    for (int64_t i = 0; i < input.size(); ++i)
      input.setValue(i, draws.in(-4, 4));
    inputs.push_back(input);
  }
  return inputs;
}

std::optional<SmallVector<Tensor>> penjing::test::runInterpreted(ModuleOp module, ArrayRef<Tensor> inputs) {
  auto results = evaluate(*getEntryFunction(module), inputs);
  return succeeded(results) ? std::optional(*results) : std::nullopt;
}

std::optional<SmallVector<Tensor>> penjing::test::runCompiled(ModuleOp module, ArrayRef<Tensor> inputs) {
  CompileOptions options;
  options.target = llvm::cantFail(findTarget("native"));
  auto compiled = compile(module, options);
  if (failed(compiled))
    return std::nullopt;
  std::vector<const void *> in;
  for (const Tensor &input : inputs)
    in.push_back(input.bytes());
  SmallVector<Tensor> results;
  std::vector<void *> out;
  for (Type type : (*getEntryFunction(module)).getResultTypes()) {
    auto tensor = cast<RankedTensorType>(type);
    results.emplace_back(tensor.getElementType(), tensor.getShape());
  }
  for (Tensor &result : results)
    out.push_back(result.bytes());
  // Twice: the second run meets an arena that is not fresh.
  (*compiled)->run(in, out);
  (*compiled)->run(in, out);
  return results;
}

std::string penjing::test::difference(ArrayRef<Tensor> expected, ArrayRef<Tensor> got, const std::vector<bool> &exact) {
  for (size_t number = 0; number < expected.size(); ++number) {
    const Tensor &want = expected[number], &have = got[number];
    double scale = 1e-30;
    for (int64_t i = 0; i < want.size(); ++i)
      if (std::isfinite(want.valueAt(i)))
        scale = std::max(scale, std::fabs(want.valueAt(i)));
    for (int64_t i = 0; i < want.size(); ++i) {
      double a = want.valueAt(i), b = have.valueAt(i);
      bool agree = a == b || (std::isnan(a) && std::isnan(b));
      // A few roundings of the largest value: sums and polynomials in float32.
      if (!agree && !exact[number])
        agree = std::fabs(a - b) <= scale * 0x1p-17;
      if (!agree)
        return llvm::formatv("result {0} at {1}: expected {2}, got {3}", number, i, a, b).str();
    }
  }
  return "";
}
