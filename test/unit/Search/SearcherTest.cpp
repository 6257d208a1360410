// Every searcher: the same seed gives the same search, a saved search continues as if
// nothing had happened, points lie in the space, and all beat random search.
#include "penjing/Search/Searcher.h"

#include "ErrorText.h"
#include "llvm/Support/FormatVariadic.h"
#include "gtest/gtest.h"

using namespace penjing;
using penjing::test::errorText;

namespace {

const std::vector<uint32_t> kOptions = {3, 5, 1, 4, 2, 3};

/// Largest, 13, at the last option of every decision.
double rewardOf(const Proposal &proposal) {
  double sum = 0;
  for (uint32_t option : proposal)
    sum += option;
  return sum;
}

/// Some points fail.
std::vector<Outcome> judge(llvm::ArrayRef<Proposal> proposals) {
  std::vector<Outcome> outcomes;
  for (const Proposal &proposal : proposals)
    outcomes.push_back({proposal, proposal[0] == 1 && proposal[1] == 1 ? std::nullopt
                                                                       : std::optional<double>(rewardOf(proposal))});
  return outcomes;
}

class SearcherTest : public testing::TestWithParam<std::string> {
protected:
  SearcherFactory factory() { return llvm::cantFail(searcherFactory(GetParam(), kOptions)); }

  /// `rounds` questions of at most `count` points; all points in order.
  static std::vector<Proposal> search(Searcher &searcher, unsigned rounds, unsigned count = 5) {
    std::vector<Proposal> all;
    for (unsigned round = 0; round < rounds; ++round) {
      std::vector<Proposal> asked = searcher.ask(count);
      EXPECT_GE(asked.size(), 1u);
      EXPECT_LE(asked.size(), count);
      searcher.tell(judge(asked));
      all.insert(all.end(), asked.begin(), asked.end());
    }
    return all;
  }
};

TEST_P(SearcherTest, DependsOnTheSeedAlone) {
  SearcherFactory make = factory();
  EXPECT_EQ(search(*make(3), 20), search(*make(3), 20));
  EXPECT_NE(search(*make(3), 20), search(*make(4), 20));
}

TEST_P(SearcherTest, StaysInTheSpace) {
  for (const Proposal &proposal : search(*factory()(1), 60)) {
    ASSERT_EQ(proposal.size(), kOptions.size());
    for (auto [option, count] : llvm::zip_equal(proposal, kOptions))
      EXPECT_LT(option, count);
  }
}

TEST_P(SearcherTest, ContinuesFromASavedState) {
  SearcherFactory make = factory();
  auto whole = make(7);
  search(*whole, 11);
  // Through text, as a file would.
  std::string text = llvm::formatv("{0}", whole->save());
  auto continued = make(99);
  ASSERT_FALSE(bool(continued->restore(llvm::cantFail(llvm::json::parse(text)))));
  EXPECT_EQ(search(*whole, 20), search(*continued, 20));
}

TEST_P(SearcherTest, RefusesAStateOfAnotherSpace) {
  auto other = llvm::cantFail(searcherFactory(GetParam(), {2, 2}))(0);
  search(*factory()(0), 3);
  auto searcher = factory()(0);
  EXPECT_EQ(errorText(searcher->restore(llvm::json::Value(3))),
            "requires a searcher's state of this kind and space, but 'object' is missing or does not fit");
  EXPECT_EQ(errorText(searcher->restore(llvm::json::Object())),
            "requires a searcher's state of this kind and space, but 'seed' is missing or does not fit");
  if (GetParam() == "random")
    return;
  other->tell(judge({}));
  for (unsigned i = 0; i < 4; ++i) {
    auto asked = other->ask(2);
    std::vector<Outcome> outcomes;
    for (const Proposal &proposal : asked)
      outcomes.push_back({proposal, 1.0});
    other->tell(outcomes);
  }
  EXPECT_TRUE(llvm::StringRef(errorText(searcher->restore(other->save()))).contains("does not fit"));
}

TEST_P(SearcherTest, ManagesAnExhaustedSpace) {
  auto tiny = llvm::cantFail(searcherFactory(GetParam(), {2, 1}))(5);
  for (unsigned round = 0; round < 10; ++round) {
    std::vector<Proposal> asked = tiny->ask(3);
    std::vector<Outcome> outcomes;
    for (const Proposal &proposal : asked)
      outcomes.push_back({proposal, std::nullopt});
    tiny->tell(outcomes);
  }
}

/// Mean over 20 seeds of the best reward after 60 points.
double meanBest(const SearcherFactory &make, unsigned count) {
  double sum = 0;
  for (uint64_t seed = 0; seed < 20; ++seed) {
    auto searcher = make(seed);
    double best = 0;
    for (unsigned trials = 0; trials < 60;) {
      std::vector<Proposal> asked = searcher->ask(std::min(count, 60 - trials));
      trials += asked.size();
      std::vector<Outcome> outcomes = judge(asked);
      for (const Outcome &outcome : outcomes)
        best = std::max(best, outcome.reward.value_or(0));
      searcher->tell(outcomes);
    }
    sum += best / 20;
  }
  return sum;
}

TEST_P(SearcherTest, BeatsRandomSearch) {
  if (GetParam() == "random")
    GTEST_SKIP() << "is the baseline";
  SearcherFactory random = llvm::cantFail(searcherFactory("random", kOptions));
  EXPECT_GT(meanBest(factory(), preferredBatch(GetParam())), meanBest(random, 1) + 0.3);
}

INSTANTIATE_TEST_SUITE_P(Kinds, SearcherTest, testing::Values("random", "evolution", "local", "rnn-controller"),
                         [](const auto &info) {
                           std::string name = info.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

TEST(SearcherKinds, RefusesUnknownKindsAndEmptySpaces) {
  EXPECT_EQ(errorText(searcherFactory("simplex", {2}).takeError()),
            "requires a searcher random, evolution, local or rnn-controller, but got 'simplex'");
  for (std::vector<uint32_t> empty : {std::vector<uint32_t>{}, std::vector<uint32_t>{2, 0}})
    EXPECT_EQ(errorText(searcherFactory("random", empty).takeError()),
              "requires a space with at least one decision of one option or more");
}

} // namespace
