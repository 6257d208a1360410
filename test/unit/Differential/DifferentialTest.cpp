// Compiled equals interpreted on 200 random graphs, bit for bit where sums are
// exact; every op of the dialect stands in at least ten of them.
#include "RandomGraphs.h"

#include "penjing/InitAll.h"

#include "mlir/IR/Verifier.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace penjing;
using namespace penjing::test;

namespace {

void compareGraphs(Form form, unsigned graphs, OpCounts &counts) {
  DialectRegistry registry;
  registerAllDialects(registry);
  for (unsigned seed = 0; seed < graphs; ++seed) {
    MLIRContext context(registry);
    context.loadAllAvailableDialects();
    auto graph = growGraph(&context, form, seed + 1000 * unsigned(form), 7, counts);
    ASSERT_TRUE(succeeded(verify(*graph.module))) << "seed " << seed;
    auto inputs = drawInputs(*graph.module, seed);
    auto expected = runInterpreted(*graph.module, inputs);
    auto got = runCompiled(*graph.module, inputs);
    std::string text;
    llvm::raw_string_ostream(text) << *graph.module;
    ASSERT_TRUE(expected.has_value());
    ASSERT_TRUE(got.has_value()) << "seed " << seed << "\n" << text;
    EXPECT_EQ(difference(*expected, *got, graph.exact), "") << "seed " << seed << "\n" << text;
  }
}

TEST(DifferentialTest, FloatGraphs) {
  OpCounts counts;
  compareGraphs(Form::Decided, 130, counts);
  for (const auto &[name, generator] : floatGenerators())
    EXPECT_GE(counts[name], 10u) << name;
}

TEST(DifferentialTest, IntegerGraphs) {
  OpCounts counts;
  compareGraphs(Form::Packed, 70, counts);
  for (const auto &[name, generator] : packedGenerators())
    EXPECT_GE(counts[name], 10u) << name;
}

} // namespace
