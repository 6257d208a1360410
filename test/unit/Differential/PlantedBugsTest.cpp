// The tests are tested: every planted bug must show in some random graph.
#include "PlantedBugs.h"
#include "RandomGraphs.h"

#include "penjing/Dialect/Penjing/ParameterValues.h"
#include "penjing/InitAll.h"

#include "mlir/IR/Verifier.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace penjing;
using namespace penjing::test;

TEST(PlantedBugsTest, EveryBugIsCaught) {
  DialectRegistry registry;
  registerAllDialects(registry);
  std::vector<bool> caught(plantedBugs().size());
  for (Form form : {Form::Decided, Form::Packed}) {
    OpCounts counts;
    for (unsigned seed = 0; seed < 120; ++seed) {
      MLIRContext context(registry);
      context.loadAllAvailableDialects();
      auto graph = growGraph(&context, form, seed + 1000 * unsigned(form), 7, counts);
      auto inputs = drawInputs(*graph.module, seed);
      auto expected = runInterpreted(*graph.module, inputs);
      ASSERT_TRUE(expected);
      for (size_t bug = 0; bug < plantedBugs().size(); ++bug) {
        if (caught[bug])
          continue;
        OwningOpRef<ModuleOp> wrong = graph.module->clone();
        if (!plantedBugs()[bug].plant(*wrong) || failed(verify(*wrong)))
          continue;
        auto got = runCompiled(*wrong, inputs);
        caught[bug] = got && !difference(*expected, *got, graph.exact).empty();
      }
    }
  }
  for (size_t bug = 0; bug < plantedBugs().size(); ++bug)
    EXPECT_TRUE(caught[bug]) << plantedBugs()[bug].name;
  llvm::outs() << "figure: planted bugs caught: " << llvm::count(caught, true) << " of " << caught.size() << "\n";
  llvm::outs().flush();
}
