// The shapes of the schedules: ends, peaks, warm-up, and that no step of a
// falling one is wasted on a rate of zero.
#include "penjing/Train/Schedule.h"

#include "ErrorText.h"

#include "gtest/gtest.h"

using namespace penjing;
using namespace penjing::test;

static Schedule make(ScheduleKind kind, uint64_t warmup = 0) {
  Schedule schedule;
  schedule.kind = kind;
  schedule.rate = 2;
  schedule.totalSteps = 100;
  schedule.warmupSteps = warmup;
  return schedule;
}

TEST(Schedule, OneCycleRisesAndFalls) {
  Schedule schedule = make(ScheduleKind::OneCycle);
  EXPECT_DOUBLE_EQ(schedule.rateAt(0), 0.1);
  EXPECT_DOUBLE_EQ(schedule.rateAt(19), 2);
  EXPECT_DOUBLE_EQ(schedule.rateAt(20), 2);
  EXPECT_DOUBLE_EQ(schedule.rateAt(60), 1);
  EXPECT_DOUBLE_EQ(schedule.rateAt(99), 2.0 / 80);
}

TEST(Schedule, ConstantLinearCosineStep) {
  EXPECT_EQ(make(ScheduleKind::Constant).rateAt(0), 2);
  EXPECT_EQ(make(ScheduleKind::Constant).rateAt(99), 2);
  EXPECT_EQ(make(ScheduleKind::Linear).rateAt(0), 2);
  EXPECT_EQ(make(ScheduleKind::Linear).rateAt(50), 1);
  EXPECT_DOUBLE_EQ(make(ScheduleKind::Linear).rateAt(99), 0.02);
  EXPECT_EQ(make(ScheduleKind::Cosine).rateAt(0), 2);
  EXPECT_NEAR(make(ScheduleKind::Cosine).rateAt(50), 1, 1e-12);
  EXPECT_GT(make(ScheduleKind::Cosine).rateAt(99), 0);
  Schedule step = make(ScheduleKind::Step);
  EXPECT_EQ(step.rateAt(33), 2);
  EXPECT_DOUBLE_EQ(step.rateAt(34), 0.2);
  EXPECT_DOUBLE_EQ(step.rateAt(68), 0.02);
  step.decaySteps = 10;
  step.gamma = 0.5;
  EXPECT_EQ(step.rateAt(25), 0.5);
}

TEST(Schedule, WarmupComesFirst) {
  for (ScheduleKind kind : {ScheduleKind::Constant, ScheduleKind::Linear,
                            ScheduleKind::Cosine, ScheduleKind::OneCycle}) {
    Schedule schedule = make(kind, 10);
    EXPECT_DOUBLE_EQ(schedule.rateAt(0), 0.2);
    EXPECT_EQ(schedule.rateAt(10), 2);
    EXPECT_GT(schedule.rateAt(99), 0);
    EXPECT_LE(schedule.rateAt(99), kind == ScheduleKind::Constant ? 2 : 0.1);
  }
}

TEST(Schedule, ShortTrainingsAreFine) {
  for (uint64_t total : {1, 2, 3}) {
    Schedule schedule = make(ScheduleKind::OneCycle, 5);
    schedule.totalSteps = total;
    for (uint64_t step = 0; step < total; ++step)
      EXPECT_GT(schedule.rateAt(step), 0);
  }
}

TEST(Schedule, NamesAreChecked) {
  EXPECT_EQ(*parseScheduleKind("one-cycle"), ScheduleKind::OneCycle);
  EXPECT_EQ(*parseScheduleKind("cosine"), ScheduleKind::Cosine);
  EXPECT_EQ(errorText(parseScheduleKind("cycle")),
            "requires option \"schedule\" to be constant, step, cosine, linear "
            "or one-cycle, but "
            "got \"cycle\"");
}
