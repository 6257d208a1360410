// Journals: what was written comes back, half a line does not, and a journal of another
// search or a damaged one is refused by name.
#include "penjing/Search/Journal.h"

#include "ErrorText.h"
#include "gtest/gtest.h"

using namespace penjing;
using penjing::test::errorText;
using penjing::test::TemporaryFolder;

namespace {

const SearchFacts kFacts = {{"searcher", "local"}, {"seed", "3"}};

class JournalTest : public testing::Test {
protected:
  TemporaryFolder folder;
  std::string path = folder / "j.jsonl";

  std::unique_ptr<Journal> open() { return llvm::cantFail(Journal::open(path, kFacts)); }
  std::string refusal(const std::string &lines) {
    test::writeFile(path, "{\"search\":{\"searcher\":\"local\",\"seed\":\"3\"}}\n" + lines);
    return errorText(Journal::open(path, kFacts));
  }
  std::string prefix(unsigned line) {
    return "requires a journal of a search, but line " + std::to_string(line) + " of '" + path + "' ";
  }
};

TEST_F(JournalTest, GivesBackWhatWasWritten) {
  TrialResult good{Measurement(), "", 1.5};
  good.measured->accuracy = 0.1234567890123456;
  good.measured->latency = 2.5e-5;
  good.measured->sizeBytes = 12345;
  good.measured->ramBytes = 678;
  {
    auto journal = open();
    ASSERT_FALSE(bool(journal->begin(0, {1, 2}, "a=x b=y")));
    ASSERT_FALSE(bool(journal->begin(1, {0, 0}, "a=w b=w")));
    ASSERT_FALSE(bool(journal->end(0, good)));
    ASSERT_FALSE(bool(journal->begin(2, {3, 0}, "")));
    ASSERT_FALSE(bool(journal->end(2, {std::nullopt, "crashed: Aborted", 0.25})));
    ASSERT_FALSE(bool(journal->begin(3, {3, 1}, "")));
    ASSERT_FALSE(bool(journal->stop(3)));
  }
  auto journal = open();
  ASSERT_TRUE(journal->find(0) && journal->find(0)->result);
  EXPECT_EQ(journal->find(0)->proposal, (Proposal{1, 2}));
  const Measurement &measured = *journal->find(0)->result->measured;
  EXPECT_EQ(measured.accuracy, good.measured->accuracy);
  EXPECT_EQ(measured.latency, good.measured->latency);
  EXPECT_EQ(measured.sizeBytes, 12345u);
  EXPECT_EQ(measured.ramBytes, 678u);
  EXPECT_EQ(journal->find(0)->result->seconds, 1.5);
  EXPECT_FALSE(journal->find(1)->result);
  EXPECT_EQ(journal->find(1)->begun, 1u);
  EXPECT_EQ(journal->find(2)->result->failure, "crashed: Aborted");
  EXPECT_EQ(journal->find(3)->begun, 0u);
  EXPECT_FALSE(journal->find(4));
}

TEST_F(JournalTest, DropsALineThatWasCutOff) {
  {
    auto journal = open();
    ASSERT_FALSE(bool(journal->begin(0, {1}, "")));
  }
  std::string whole = test::readFile(path);
  for (std::string half : {"{\"end\":0,\"acc", "{"}) {
    test::writeFile(path, whole + half);
    auto journal = open();
    EXPECT_EQ(journal->find(0)->begun, 1u);
    ASSERT_FALSE(bool(journal->stop(0)));
    EXPECT_EQ(test::readFile(path), whole + "{\"stop\":0}\n");
  }
  // Not even the first line is whole.
  test::writeFile(path, "{\"sear");
  EXPECT_FALSE(open()->find(0));
  EXPECT_TRUE(llvm::StringRef(test::readFile(path)).starts_with("{\"search\":{"));
}

TEST_F(JournalTest, RefusesAnotherSearch) {
  open();
  EXPECT_EQ(errorText(Journal::open(path, {{"searcher", "local"}, {"seed", "4"}})),
            "requires a journal of this search, but seed is '3' there and '4' here");
}

TEST_F(JournalTest, NamesADamagedLine) {
  EXPECT_EQ(refusal("what\n"), prefix(2) + "is no JSON");
  EXPECT_EQ(refusal("[1]\n"), prefix(2) + "is no object");
  EXPECT_EQ(refusal("{\"end\":4,\"seconds\":1}\n"), prefix(2) + "is neither the beginning nor the end of a trial");
  EXPECT_EQ(refusal("{\"begin\":0}\n"), prefix(2) + "has no point");
  EXPECT_EQ(refusal("{\"begin\":0,\"point\":[1]}\n{\"end\":0,\"seconds\":1}\n"), prefix(3) + "has neither figures nor a failure");
  test::writeFile(path, "{}\n");
  EXPECT_EQ(errorText(Journal::open(path, kFacts)), prefix(1) + "does not say what the search is");
}

} // namespace
