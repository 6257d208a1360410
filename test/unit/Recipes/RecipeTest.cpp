// How the text of a recipe is split into stages.
#include "penjing/Recipes/Recipe.h"

#include "mlir/Transforms/Passes.h"
#include "gtest/gtest.h"

using namespace penjing;

namespace {

class RecipeTest : public testing::Test {
protected:
  static void SetUpTestSuite() { mlir::registerTransformsPasses(); }

  std::string messageOf(llvm::StringRef text) {
    auto recipe = parseRecipe(text, "r.pj");
    return recipe ? "no error" : llvm::toString(recipe.takeError());
  }
};

TEST_F(RecipeTest, SplitsAtCommasOutsideBrackets) {
  auto recipe = parseRecipe("// first\ncse,\ncanonicalize{max-iterations=3\n  disable-patterns=a,b} // why, not\n,symbol-dce",
                            "r.pj");
  ASSERT_TRUE(!!recipe) << llvm::toString(recipe.takeError());
  ASSERT_EQ(recipe->stages.size(), 3u);
  EXPECT_EQ(recipe->stages[0].text, "cse");
  EXPECT_EQ(recipe->stages[0].line, 2u);
  EXPECT_EQ(recipe->stages[1].name(), "canonicalize");
  EXPECT_EQ(recipe->stages[1].line, 3u);
  EXPECT_EQ(recipe->stages[2].text, "symbol-dce");
  EXPECT_FALSE(recipe->stages[2].trains);
}

TEST_F(RecipeTest, TakesOffTheModuleAroundEverything) {
  auto recipe = parseRecipe("builtin.module(cse, symbol-dce)\n", "r.pj");
  ASSERT_TRUE(!!recipe) << llvm::toString(recipe.takeError());
  EXPECT_EQ(recipe->stages.size(), 2u);
}

TEST_F(RecipeTest, HashIsOfTheBytes) {
  auto a = parseRecipe("cse", "a.pj"), b = parseRecipe("cse // same passes", "b.pj");
  ASSERT_TRUE(a && b);
  EXPECT_NE(a->hash, b->hash);
  EXPECT_EQ(a->hash.size(), 64u);
}

TEST_F(RecipeTest, NamesFileAndLineOfWhatIsWrong) {
  EXPECT_EQ(messageOf("cse,\ncanonicalize{a=1\n"),
            "r.pj:2: requires '}' to close what opens here, but the file ends");
  EXPECT_EQ(messageOf("cse)"), "r.pj:1: requires brackets in pairs, but got ')'");
  EXPECT_EQ(messageOf("cse,\n,symbol-dce"), "r.pj:2: requires a pass before ',', but got none");
  EXPECT_EQ(messageOf(" // nothing\n"), "r.pj:1: requires at least one pass, but got none");
  EXPECT_NE(messageOf("cse,\nno-such-pass").find("r.pj:2: requires a legal pass, but got 'no-such-pass'"),
            std::string::npos);
}

TEST_F(RecipeTest, AddressesAreNoComments) {
  EXPECT_NE(messageOf("cse{a=b//c}").find("cse{a=b//c}"), std::string::npos);
}

} // namespace
