// Trials in processes: results arrive, crashes and endless ones are results, timing is
// alone, and a cancelled run leaves nobody behind.
#include "TrialProcesses.h"

#include "ErrorText.h"
#include "gtest/gtest.h"

#include <chrono>
#include <map>
#include <thread>
#include <sys/resource.h>
#include <unistd.h>

using namespace penjing;
using penjing::test::errorText;
using penjing::test::TemporaryFolder;

namespace {

Measurement measured(double accuracy) {
  Measurement result;
  result.accuracy = accuracy;
  return result;
}

/// A work that notes what ended.
struct Recorded {
  TrialWork work;
  std::map<unsigned, TrialResult> results;
  std::vector<unsigned> begun, stopped;

  Recorded(unsigned count, decltype(TrialWork::work) what) {
    work.count = count;
    work.work = std::move(what);
    work.begin = [this](unsigned index) {
      begun.push_back(index);
      return llvm::Error::success();
    };
    work.stopped = [this](unsigned index) {
      stopped.push_back(index);
      return llvm::Error::success();
    };
    work.end = [this](unsigned index, const TrialResult &result) {
      results[index] = result;
      return llvm::Error::success();
    };
  }
};

void sleepFor(double seconds) { std::this_thread::sleep_for(std::chrono::duration<double>(seconds)); }

TEST(TrialProcesses, GiveWhatTheyMeasured) {
  Recorded run(7, [](unsigned index, llvm::function_ref<void()>) { return measured(index / 8.0); });
  TrialProcessOptions options;
  options.jobs = 3;
  EXPECT_TRUE(llvm::cantFail(runTrials(run.work, options)));
  ASSERT_EQ(run.results.size(), 7u);
  for (auto &[index, result] : run.results)
    EXPECT_EQ(result.measured->accuracy, index / 8.0);
  EXPECT_EQ(run.begun.size(), 7u);
}

TEST(TrialProcesses, TurnFailuresIntoResults) {
  Recorded run(5, [](unsigned index, llvm::function_ref<void()>) -> llvm::Expected<Measurement> {
    switch (index) {
    case 0:
      std::abort();
    case 1:
      _exit(3);
    case 2:
      return llvm::createStringError("the loss is not finite");
    case 3:
      for (;;)
        sleepFor(1);
    default:
      return measured(1);
    }
  });
  TrialProcessOptions options;
  options.jobs = 2;
  options.secondsLimit = 0.5;
  EXPECT_TRUE(llvm::cantFail(runTrials(run.work, options)));
  EXPECT_EQ(run.results[0].failure, "crashed: Aborted");
  EXPECT_EQ(run.results[1].failure, "ended with exit code 3");
  EXPECT_EQ(run.results[2].failure, "the loss is not finite");
  EXPECT_EQ(run.results[3].failure, "took longer than 500.00ms");
  EXPECT_TRUE(run.results[4].measured);
}

TEST(TrialProcesses, TimeAlone) {
  // Each writes while it times; a second writer at the same time would be seen.
  TemporaryFolder folder;
  std::string path = folder / "timing";
  Recorded run(6, [&](unsigned, llvm::function_ref<void()> quiet) -> llvm::Expected<Measurement> {
    quiet();
    bool isAlone = !llvm::sys::fs::exists(path);
    test::writeFile(path, "x");
    sleepFor(0.03);
    (void)llvm::sys::fs::remove(path);
    return measured(isAlone);
  });
  TrialProcessOptions options;
  options.jobs = 3;
  EXPECT_TRUE(llvm::cantFail(runTrials(run.work, options)));
  for (auto &[index, result] : run.results)
    EXPECT_EQ(result.measured->accuracy, 1) << index;
}

TEST(TrialProcesses, StandStillWhileAnotherTimes) {
  // The second counts steadily: while the first times, its count must not move.
  TemporaryFolder folder;
  std::string path = folder / "count";
  test::writeFile(path, "0");
  Recorded run(2, [&](unsigned index, llvm::function_ref<void()> quiet) -> llvm::Expected<Measurement> {
    if (index == 1) {
      for (unsigned count = 1; count < 60; ++count) {
        test::writeFile(path, std::to_string(count));
        sleepFor(0.01);
      }
      return measured(1);
    }
    while (test::readFile(path) == "0")
      sleepFor(0.005);
    quiet();
    std::string before = test::readFile(path);
    sleepFor(0.1);
    return measured(test::readFile(path) == before);
  });
  TrialProcessOptions options;
  options.jobs = 2;
  EXPECT_TRUE(llvm::cantFail(runTrials(run.work, options)));
  EXPECT_EQ(run.results[0].measured->accuracy, 1);
  EXPECT_EQ(run.results[1].measured->accuracy, 1);
}

TEST(TrialProcesses, StopWhereCancelled) {
  Recorded run(4, [](unsigned, llvm::function_ref<void()>) -> llvm::Expected<Measurement> {
    for (;;)
      sleepFor(1);
  });
  TrialProcessOptions options;
  options.jobs = 2;
  options.isCancelled = [&] { return run.begun.size() == 2; };
  EXPECT_FALSE(llvm::cantFail(runTrials(run.work, options)));
  EXPECT_EQ(run.stopped, (std::vector<unsigned>{0, 1}));
  EXPECT_TRUE(run.results.empty());
}

TEST(TrialProcesses, SayWhatTheMachineDenies) {
  Recorded run(1, [](unsigned, llvm::function_ref<void()>) { return measured(1); });
  rlimit before;
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  rlimit none = before;
  none.rlim_cur = 0;
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &none), 0);
  std::string text = errorText(runTrials(run.work, {}));
  setrlimit(RLIMIT_NOFILE, &before);
  EXPECT_EQ(text, "requires a process for a trial, but socketpair gave: Too many open files");
}

TEST(TrialProcesses, EndWithTheErrorOfTheirOwner) {
  Recorded run(2, [](unsigned, llvm::function_ref<void()>) { return measured(1); });
  run.work.end = [](unsigned, const TrialResult &) { return llvm::createStringError("the disk is full"); };
  EXPECT_EQ(errorText(runTrials(run.work, {})), "the disk is full");
}

} // namespace
