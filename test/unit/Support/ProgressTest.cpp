// The text of progress, and what of it reaches terminals and logs;
// the estimate of the time left.
#include "penjing/Support/Progress.h"

#include "gtest/gtest.h"

using namespace penjing;

static ProgressReport sample() {
  ProgressReport report;
  report.activity = "pj-train";
  report.epoch = 2;
  report.epochs = 5;
  report.step = 100;
  report.steps = 937;
  report.loss = 0.43125;
  report.accuracy = 0.915;
  report.secondsLeft = 64.2;
  return report;
}

TEST(Progress, TextNamesWhatIsKnown) {
  EXPECT_EQ(
      progressText(sample()),
      "pj-train epoch 2/5 step 100/937 loss 0.4313 accuracy 91.50 % left 1:05");
  ProgressReport bare;
  bare.activity = "verify";
  EXPECT_EQ(progressText(bare), "verify");
  bare.secondsLeft = 3725;
  EXPECT_EQ(progressText(bare), "verify left 1:02:05");
}

TEST(Progress, TerminalRewritesOneLine) {
  std::string text;
  llvm::raw_string_ostream os(text);
  auto sink = createTerminalProgress(os);
  sink->report(sample());
  sink->report(sample()); // within a tenth of a second: not shown
  sink->finish("pj-train", "done");
  EXPECT_EQ(text,
            "\r\x1b[K" + progressText(sample()) + "\r\x1b[Kpj-train done\n");
}

TEST(Progress, LogsShowTheEndOfAnEpoch) {
  std::string text;
  llvm::raw_string_ostream os(text);
  auto sink = createPlainProgress(os);
  ProgressReport report = sample();
  sink->report(report);
  report.step = report.steps;
  sink->report(report);
  sink->finish("pj-train", "");
  EXPECT_EQ(text, progressText(report) + "\n");
}

TEST(Progress, TimeLeftIsProportional) {
  TimeLeft left;
  EXPECT_FALSE(left.estimate(10, 100));
  EXPECT_FALSE(left.estimate(10, 100));
  EXPECT_EQ(left.estimate(100, 100), 0.0);
  EXPECT_FALSE(left.estimate(101, 100));
}
