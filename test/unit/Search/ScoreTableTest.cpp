// Tables of scores: both published spaces, damaged files, and searches of them; with
// the published tables at hand, how good the searchers are.
#include "penjing/Search/TableSearch.h"

#include "ErrorText.h"
#include "llvm/Support/FileSystem.h"
#include "gtest/gtest.h"

#include <cmath>
#include <cstdlib>

using namespace penjing;
using penjing::test::errorText;

namespace {

constexpr llvm::StringLiteral kCells = "id,cell,cifar10_test,cifar10_val\n"
                                       "0,|a~0|+|b~0|a~1|,70.5,63.25\n"
                                       "1,|b~0|+|b~0|a~1|,80,60\n"
                                       "2,|a~0|+|b~0|c~1|,60,65\n";

std::string parseError(llvm::StringRef text) {
  auto table = ScoreTable::parse(text, "t.csv");
  return errorText(std::move(table));
}

TEST(ScoreTable, ReadsCells) {
  ScoreTable table = llvm::cantFail(ScoreTable::parse(kCells, "t.csv"));
  ASSERT_EQ(table.decisions().size(), 3u);
  EXPECT_EQ(table.decisions()[0].name, "edge0");
  EXPECT_EQ(table.decisions()[2].options, (std::vector<std::string>{"a", "c"}));
  EXPECT_EQ(table.optionCounts(), (std::vector<uint32_t>{2, 1, 2}));
  EXPECT_EQ(table.find({0, 0, 1})->reward, 65);
  EXPECT_EQ(table.find({0, 0, 0})->reported, 70.5);
  EXPECT_FALSE(table.find({1, 0, 1}));
}

TEST(ScoreTable, ReadsDigitsAndTheMeanOfThree) {
  ScoreTable table = llvm::cantFail(
      ScoreTable::parse("arch,test_acc_0,test_acc_1,test_acc_2,params\n01,10,20,60,1\n20,4,5,6,1\n", "t.csv"));
  EXPECT_EQ(table.decisions()[0].options, (std::vector<std::string>{"0", "2"}));
  EXPECT_EQ(table.find({0, 1})->reward, 10);
  EXPECT_NEAR(table.find({0, 1})->reported, 30, 1e-9);
}

TEST(ScoreTable, NamesWhatIsWrong) {
  EXPECT_EQ(parseError(""), "t.csv:1: requires a header, but the file is empty");
  EXPECT_EQ(parseError("a,b\n1,2\n"), "t.csv:1: requires the columns cell, cifar10_val and cifar10_test, or arch and "
                                      "test_acc_0 to test_acc_2, but got 'a,b'");
  EXPECT_EQ(parseError("arch,test_acc_0,test_acc_1,test_acc_2\n0,1,2\n"), "t.csv:2: requires 4 fields, but got 3");
  EXPECT_EQ(parseError("arch,test_acc_0,test_acc_1,test_acc_2\n0,1,2,x\n"),
            "t.csv:2: requires a point and its accuracies, but got '0,1,2,x'");
  EXPECT_EQ(parseError("arch,test_acc_0,test_acc_1,test_acc_2\n0,1,2,3\n01,1,2,3\n"),
            "t.csv:3: requires 1 decisions as in the lines before, but got 2");
  EXPECT_EQ(parseError("arch,test_acc_0,test_acc_1,test_acc_2\n"), "t.csv:2: requires at least one point, but got none");
  std::string huge = "arch,test_acc_0,test_acc_1,test_acc_2\n";
  for (char digit : llvm::StringRef("01"))
    huge += std::string(25, digit) + ",1,2,3\n";
  EXPECT_EQ(parseError(huge), "t.csv:1: requires a space of at most 16777216 points");
}

TEST(TableSearch, CountsEveryQueryAndPicksByReward) {
  ScoreTable table = llvm::cantFail(ScoreTable::parse(kCells, "t.csv"));
  TableSearchOptions options;
  options.trials = 60;
  options.seeds = 5;
  TableSearchResult result = llvm::cantFail(searchTable(table, options));
  EXPECT_EQ(result.mean, 60); // the best reward, 65, reports 60
  EXPECT_EQ(result.deviation, 0);
  EXPECT_EQ(result.best, (Proposal{0, 0, 1}));
  ASSERT_EQ(result.curve.size(), 2u);
  EXPECT_EQ(result.curve[0].trials, 50u);
  options.threads = 3;
  EXPECT_EQ(llvm::cantFail(searchTable(table, options)).reported, result.reported);
  options.seeds = 0;
  EXPECT_EQ(errorText(searchTable(table, options).takeError()),
            "requires at least one trial and one seed, but got 60 and 0");
}

TEST(RankSum, AgreesWithAKnownExample) {
  // Ranks 1, 2, 3.5, 5, 6.5: a sum of 18 where 30 is expected; two ties of two make the
  // variance 29.73, and the distance 2.201 deviations.
  EXPECT_NEAR(rankSumProbability({1, 2, 3, 4, 5}, {3, 5, 6, 7, 8, 9}), 0.02774, 1e-5);
  EXPECT_EQ(rankSumProbability({1, 1}, {1, 1}), 1);
}

/// The published tables: `PENJING_SHARED_DATA`, else ../shared/data.
std::string tablePath(llvm::StringRef name) {
  const char *folder = std::getenv("PENJING_SHARED_DATA");
  return (folder ? std::string(folder) : PENJING_SOURCE_DIR "/../shared/data") + "/nas/" + name.str();
}

/// Each searcher at least as good as the figure, and better than random search.
void compare(llvm::StringRef file, uint64_t trials, llvm::ArrayRef<std::pair<llvm::StringRef, double>> figures) {
  std::string path = tablePath(file);
  if (!llvm::sys::fs::exists(path))
    GTEST_SKIP() << "requires the table " << path;
  ScoreTable table = llvm::cantFail(ScoreTable::read(path));
  TableSearchOptions options;
  options.trials = trials;
  options.seeds = 40;
  std::vector<double> random = llvm::cantFail(searchTable(table, options)).reported;
  for (auto [searcher, figure] : figures) {
    options.searcher = searcher.str();
    TableSearchResult result = llvm::cantFail(searchTable(table, options));
    EXPECT_GE(result.mean, figure) << searcher.str();
    EXPECT_LT(rankSumProbability(result.reported, random), 0.01) << searcher.str();
  }
}

TEST(PublishedTables, NasBench201) {
  compare("nasbench201_12epochs.csv", 500, {{"evolution", 88.93}, {"local", 89.0}, {"rnn-controller", 88.9}});
}

TEST(PublishedTables, NasBenchMacro) {
  compare("nasbench_macro.csv", 200, {{"evolution", 93.08}, {"local", 93.0}, {"rnn-controller", 93.06}});
}

} // namespace
