// Decisions as text: what is read, what is written, what is refused.
#include "penjing/Search/Space.h"

#include <gtest/gtest.h>

using namespace penjing;

namespace {

SearchSpace space() { return SearchSpace({{"edge0", {"none", "skip", "conv3x3"}}, {"layer1.count", {"24", "36"}}}); }

std::string errorOf(llvm::StringRef text) {
  auto vector = space().parse(text);
  return vector ? "no error" : llvm::toString(vector.takeError());
}

TEST(Decisions, AreReadInAnyOrderAndWrittenInTheSpacesOrder) {
  auto vector = space().parse("layer1.count=36,  edge0=conv3x3");
  ASSERT_TRUE(bool(vector));
  EXPECT_EQ(*vector, (DecisionVector{2, 1}));
  EXPECT_EQ(space().str(*vector), "edge0=conv3x3 layer1.count=36");
}

TEST(Decisions, Multiply) {
  EXPECT_EQ(space().cardinality(), 6);
  EXPECT_EQ(SearchSpace().cardinality(), 1);
}

TEST(Decisions, NameWhatIsWrong) {
  EXPECT_EQ(errorOf("edge7=none"), "requires a decision of the space (edge0, layer1.count), but got 'edge7'");
  EXPECT_EQ(errorOf("edge0=conv5x5"),
            "requires decision 'edge0' to be one of none, skip, conv3x3, but got 'conv5x5'");
  EXPECT_EQ(errorOf("edge0=none edge0=skip"),
            "requires one option for decision 'edge0', but got a second one, 'skip'");
  EXPECT_EQ(errorOf(""), "requires an option for every decision, but got none for edge0 (none | skip | conv3x3), "
                         "layer1.count (24 | 36)");
  EXPECT_EQ(errorOf("edge0=none"), "requires an option for every decision, but got none for layer1.count (24 | 36)");
}

} // namespace
