// The loop with a hand-written logistic regression in place of a compiled step:
// it learns, validates, resumes to the same bytes, cancels and stops at NaN.
#include "penjing/Train/TrainingLoop.h"

#include "penjing/Support/Philox.h"

#include "ErrorText.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include <cmath>
#include <cstring>

using namespace penjing;
using namespace penjing::test;
using testing::HasSubstr;

namespace {
constexpr int64_t features = 4, classes = 2;

void logitsOf(const float *x, const float *w, const float *b, float *out) {
  for (int64_t k = 0; k < classes; ++k) {
    out[k] = b[k];
    for (int64_t f = 0; f < features; ++f)
      out[k] += w[k * features + f] * x[f];
  }
}

/// Softmax regression: values `w` (classes x features) and `b` (classes).
struct RegressionStep : StepFunction {
  uint32_t batch;
  uint64_t calls = 0, nanAt = ~0ull, cancelAt = ~0ull;
  double teacherSum = 0;
  Session *session = nullptr;

  llvm::Error run(const Batch &in, llvm::MutableArrayRef<TrainingValue> values,
                  llvm::MutableArrayRef<Array> gradients,
                  float &loss) override {
    const float *x = reinterpret_cast<const float *>(in.x);
    float *gw = gradients[0].data<float>(), *gb = gradients[1].data<float>();
    std::memset(gw, 0, gradients[0].byteSize());
    std::memset(gb, 0, gradients[1].byteSize());
    loss = 0;
    for (uint32_t i = 0; i < batch; ++i, x += features) {
      float y[classes];
      logitsOf(x, values[0].value.data<float>(), values[1].value.data<float>(),
               y);
      float largest = std::max(y[0], y[1]);
      float e0 = std::exp(y[0] - largest), e1 = std::exp(y[1] - largest),
            sum = e0 + e1;
      float p[classes] = {e0 / sum, e1 / sum};
      loss -= std::log(p[in.labels[i]]) / float(batch);
      for (int64_t k = 0; k < classes; ++k) {
        float d = (p[k] - (k == in.labels[i])) / float(batch);
        gb[k] += d;
        for (int64_t f = 0; f < features; ++f)
          gw[k * features + f] += d * x[f];
      }
      if (in.teacher)
        teacherSum += in.teacher[i * classes];
    }
    values[2].value.data<float>()[0] +=
        1; // a statistic that the step moves itself
    if (calls == cancelAt)
      session->requestCancel();
    if (calls++ == nanAt)
      loss = std::nanf("");
    return llvm::Error::success();
  }
};

struct RegressionPredict : PredictFunction {
  uint32_t batch;
  llvm::Error run(const char *in, llvm::ArrayRef<TrainingValue> values,
                  llvm::MutableArrayRef<float> logits) override {
    const float *x = reinterpret_cast<const float *>(in);
    for (uint32_t i = 0; i < batch; ++i)
      logitsOf(x + i * features, values[0].value.data<float>(),
               values[1].value.data<float>(), &logits[i * classes]);
    return llvm::Error::success();
  }
};

struct CountingProgress : ProgressSink {
  std::vector<ProgressReport> reports;
  void report(const ProgressReport &r) override { reports.push_back(r); }
  void finish(llvm::StringRef, llvm::StringRef) override {}
};

/// Everything around one training of the regression.
struct Fixture {
  Dataset data;
  std::optional<BatchFeeder> feeder;
  RegressionStep step;
  RegressionPredict predict;
  Session session;
  CountingProgress *progress;
  TrainingTask task;

  explicit Fixture(uint32_t samples = 103) {
    Array x(ElementKind::F32, {samples, features});
    Philox random(9, RandomPurpose::Test);
    for (uint32_t i = 0; i < samples; ++i) {
      float sum = 0;
      for (int64_t f = 0; f < features; ++f) {
        float value = random.uniform(i * features + f, -1, 1);
        x.data<float>()[i * features + f] = value;
        sum += f % 2 ? value : -value;
      }
      data.labels.push_back(sum > 0);
    }
    data.x = x;
    feeder.emplace(llvm::cantFail(
        BatchFeeder::create(data, {features}, ElementKind::F32, {}, 1)));
    auto sink = std::make_unique<CountingProgress>();
    progress = sink.get();
    session.setProgress(std::move(sink));
    step.session = &session;
    task.options.batch = step.batch = predict.batch = 10;
    task.options.epochs = 6;
    task.options.rate = 0.5;
    task.options.schedule = ScheduleKind::OneCycle;
    task.options.optimizer.momentum = 0.9f;
    task.options.seed = 1;
    task.feeder = &*feeder;
    task.samples = splitSamples(samples, 0.2, 1);
    task.classes = classes;
    task.step = &step;
    task.predict = &predict;
    task.values = {
        {"w", Array(ElementKind::F32, {classes, features}), true, {}},
        {"b", Array(ElementKind::F32, {classes}), true, {}},
        {"seen", Array(ElementKind::F32, {1}), false, {}}};
  }

  std::string bytes() const {
    std::string all;
    for (const TrainingValue &value : task.values)
      all.append(value.value.bytes(), value.value.byteSize());
    return all;
  }
};
} // namespace

TEST(TrainingLoop, LearnsAndReports) {
  Fixture f;
  auto result = runTraining(f.task, f.session, "pj-train");
  ASSERT_TRUE(bool(result)) << llvm::toString(result.takeError());
  EXPECT_EQ(result->end, TrainingEnd::Done);
  ASSERT_EQ(result->epochs.size(), 6u);
  EXPECT_LT(result->epochs.back().loss,
            0.3 * result->epochs.front().loss + 0.2);
  EXPECT_GT(*result->epochs.back().validationAccuracy, 0.9);
  EXPECT_EQ(f.task.values[2].value.data<float>()[0], 6 * 8)
      << "82 samples make 8 steps of 10";
  ASSERT_EQ(f.progress->reports.size(), 6u * 8);
  EXPECT_EQ(f.progress->reports.back().step, 8u);
  EXPECT_TRUE(f.progress->reports.back().accuracy);
}

TEST(TrainingLoop, SameSeedSameBytes) {
  Fixture a, b, c;
  c.task.options.seed = 2;
  for (Fixture *f : {&a, &b, &c})
    ASSERT_TRUE(bool(runTraining(f->task, f->session, "pj-train")));
  EXPECT_EQ(a.bytes(), b.bytes());
  EXPECT_NE(a.bytes(), c.bytes());
}

TEST(TrainingLoop, CancelledAnywhereItContinuesToTheSameBytes) {
  Fixture whole;
  auto expected = runTraining(whole.task, whole.session, "pj-train");
  ASSERT_TRUE(bool(expected));
  for (uint64_t at : {0, 3, 7, 8, 20, 46}) {
    TemporaryFolder folder;
    Fixture first;
    first.task.checkpointPath = folder / "c";
    first.step.cancelAt = at;
    auto stopped = runTraining(first.task, first.session, "pj-train");
    ASSERT_TRUE(bool(stopped));
    ASSERT_EQ(stopped->end, TrainingEnd::Cancelled);
    Fixture second;
    second.task.checkpointPath = folder / "c";
    second.task.resume = true;
    auto result = runTraining(second.task, second.session, "pj-train");
    ASSERT_TRUE(bool(result)) << llvm::toString(result.takeError());
    EXPECT_EQ(second.bytes(), whole.bytes()) << at;
    EXPECT_EQ(result->epochs.back().loss, expected->epochs.back().loss);
  }
}

TEST(TrainingLoop, ResumingWithoutACheckpointStartsAnew) {
  TemporaryFolder folder;
  Fixture whole, f;
  ASSERT_TRUE(bool(runTraining(whole.task, whole.session, "pj-train")));
  f.task.checkpointPath = folder / "c";
  f.task.resume = true;
  ASSERT_TRUE(bool(runTraining(f.task, f.session, "pj-train")));
  EXPECT_EQ(f.bytes(), whole.bytes());
  Fixture other;
  other.task.checkpointPath = folder / "c";
  other.task.resume = true;
  other.task.values[0].value = Array(ElementKind::F32, {1});
  EXPECT_THAT(
      errorText(runTraining(other.task, other.session, "pj-train")),
      HasSubstr("requires a checkpoint with 1 f32 values of \"w\", but got 8"));
}

TEST(TrainingLoop, NaNStopsAndKeepsTheLastEpoch) {
  Fixture two, f;
  two.task.options.epochs = 6;
  two.step.cancelAt = 2 * 8 - 1; // two whole epochs of the six
  ASSERT_TRUE(bool(runTraining(two.task, two.session, "pj-train")));
  f.step.nanAt = 2 * 8 + 3;
  auto result = runTraining(f.task, f.session, "pj-train");
  ASSERT_TRUE(bool(result));
  EXPECT_EQ(result->end, TrainingEnd::Diverged);
  EXPECT_EQ(result->position.epoch, 2u);
  EXPECT_EQ(result->position.step, 4u);
  EXPECT_EQ(f.bytes(), two.bytes());
}

TEST(TrainingLoop, MasksAndTheTeacherReachTheStep) {
  Fixture f;
  f.task.values[0].value.data<float>()[1] = 7;
  Array mask(ElementKind::Bool, {classes, features});
  std::memset(mask.bytes(), 1, mask.byteSize());
  mask.data<uint8_t>()[1] = 0;
  f.task.values[0].mask = mask;
  RegressionPredict teacher;
  teacher.batch = 10;
  f.task.teacher = &teacher;
  f.task.teacherValues = {
      {"w", Array(ElementKind::F32, {classes, features}), false, {}},
      {"b",
       Array::from<float>(ElementKind::F32, {classes}, {2, 0}),
       false,
       {}}};
  ASSERT_TRUE(bool(runTraining(f.task, f.session, "pj-train")));
  EXPECT_EQ(f.task.values[0].value.data<float>()[1], 7);
  EXPECT_EQ(f.step.teacherSum, 2.0 * 10 * 8 * 6);
}

TEST(TrainingLoop, NeedsABatch) {
  Fixture f(11);
  EXPECT_EQ(errorText(runTraining(f.task, f.session, "pj-train")),
            "requires at least a batch of 10 samples to train on, but got 9");
}

TEST(Evaluation, CountsThePartialBatchOnce) {
  Fixture f;
  f.task.values[1].value.data<float>()[0] = 1;
  std::vector<uint32_t> samples = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
  auto result = evaluate(f.predict, f.task.values, *f.feeder, samples, 10,
                         classes, f.session);
  ASSERT_TRUE(bool(result));
  EXPECT_EQ(result->samples, 13u);
  uint64_t zeros = 0;
  for (uint32_t sample : samples)
    zeros += f.data.labels[sample] == 0;
  EXPECT_EQ(result->correct, zeros);
  double right = std::log(1 + std::exp(-1.0)), wrong = right + 1;
  EXPECT_NEAR(result->loss, (zeros * right + (13 - zeros) * wrong) / 13, 1e-6);
  f.data.labels[3] = 5;
  EXPECT_EQ(errorText(evaluate(f.predict, f.task.values, *f.feeder, samples, 10,
                               classes, f.session)),
            "requires labels below the model's 2 classes, but got 5");
}
