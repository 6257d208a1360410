// pj-train on small models: it learns, keeps the graph and what is masked,
// continues to the same bytes, stops at NaN, distils and leaves no memory.
#include "ModelFixture.h"

#include "penjing/Dialect/Penjing/ModelFiles.h"
#include "penjing/Support/Philox.h"

#include "ErrorText.h"

#include "gmock/gmock.h"

#include <cmath>
#include <fstream>
#include <iostream>
#include <malloc.h>
#include <unistd.h>

using namespace penjing;
using namespace penjing::test;
using namespace mlir;
using testing::HasSubstr;

namespace {
/// Cancels the session when so many steps are reported.
struct CancelAfter : ProgressSink {
  CancelAfter(Session &session, unsigned steps)
      : session(session), left(steps) {}
  void report(const ProgressReport &) override {
    ++seen;
    if (left && --left == 0)
      session.requestCancel();
  }
  void finish(llvm::StringRef, llvm::StringRef) override {}
  Session &session;
  unsigned left, seen = 0;
};

struct Train : ModelFixture {
  static constexpr int64_t samples = 200, features = 6, classes = 3, hidden = 8;

  Train() { session().bindData("data", blobs()); }

  /// Three clouds around different corners.
  static std::vector<NamedArray> blobs() {
    Array x(ElementKind::F32, {samples, features}),
        y(ElementKind::U8, {samples});
    Philox random(4, RandomPurpose::Test);
    for (int64_t i = 0; i < samples; ++i) {
      int64_t label = i % classes;
      y.data<uint8_t>()[i] = uint8_t(label);
      for (int64_t f = 0; f < features; ++f)
        x.data<float>()[i * features + f] =
            float(0.4 * random.normal(i * features + f)) +
            (f % classes == label ? 2.0f : 0.0f);
    }
    return {{"x", x}, {"y", y}};
  }

  /// features -> hidden -> classes with a relu, for a named batch.
  OwningOpRef<ModuleOp> network() {
    return parse("float", R"(
      pj.param @w1 : tensor<6x8xf32> {role = #pj.role<weight>, trainable, init = #pj.init<kaiming_uniform, fan_in = 6>}
      pj.param @b1 : tensor<8xf32> {role = #pj.role<bias>, trainable, init = #pj.init<zeros>}
      pj.param @w2 : tensor<8x3xf32> {role = #pj.role<weight>, trainable, init = #pj.init<kaiming_uniform, fan_in = 8>}
      func.func @main(%x: tensor<?x6xf32, #pj.dims<[N] -> [N]>> {pj.name = "x"}) -> (tensor<?x3xf32, #pj.dims<[N] -> [N]>> {pj.name = "y"}) attributes {pj.dims = ["N"]} {
        %w1 = pj.use @w1 : tensor<6x8xf32>
        %b1 = pj.use @b1 : tensor<8xf32>
        %w2 = pj.use @w2 : tensor<8x3xf32>
        %h = pj.matmul %x, %w1, %b1 : (tensor<?x6xf32, #pj.dims<[N] -> [N]>>, tensor<6x8xf32>, tensor<8xf32>) -> tensor<?x8xf32, #pj.dims<[N] -> [N]>>
        %r = pj.relu %h : (tensor<?x8xf32, #pj.dims<[N] -> [N]>>) -> tensor<?x8xf32, #pj.dims<[N] -> [N]>>
        %l = pj.matmul %r, %w2 : (tensor<?x8xf32, #pj.dims<[N] -> [N]>>, tensor<8x3xf32>) -> tensor<?x3xf32, #pj.dims<[N] -> [N]>>
        %y = pj.softmax %l {axis = 1 : i32} : (tensor<?x3xf32, #pj.dims<[N] -> [N]>>) -> tensor<?x3xf32, #pj.dims<[N] -> [N]>>
        return %y : tensor<?x3xf32, #pj.dims<[N] -> [N]>>
      }
    )");
  }

  /// Share of right answers, computed by hand.
  double accuracy(ModuleOp module) {
    std::vector<NamedArray> data = blobs();
    std::vector<float> w1 = valueOf(module, "w1"), b1 = valueOf(module, "b1"),
                       w2 = valueOf(module, "w2");
    int64_t right = 0;
    for (int64_t i = 0; i < samples; ++i) {
      const float *x = data[0].array.data<float>() + i * features;
      float y[classes] = {};
      for (int64_t h = 0; h < hidden; ++h) {
        float sum = b1[h];
        for (int64_t f = 0; f < features; ++f)
          sum += x[f] * w1[f * hidden + h];
        for (int64_t k = 0; k < classes; ++k)
          y[k] += std::max(sum, 0.0f) * w2[h * classes + k];
      }
      right += std::max_element(y, y + classes) - y == data[1].array.valueAt(i);
    }
    return double(right) / samples;
  }

  std::string bytesOf(ModuleOp module) {
    std::string all;
    for (llvm::StringRef name : {"w1", "b1", "w2"}) {
      std::vector<float> value = valueOf(module, name);
      all.append(reinterpret_cast<const char *>(value.data()),
                 value.size() * 4);
    }
    return all;
  }
};

const char *recipe =
    "pj-train{epochs=5 batch=16 lr=0.1 momentum=0.9 schedule=one-cycle "
    "weight-decay=5e-4 validation=0.2 seed=7}";
} // namespace

TEST_F(Train, LearnsAndKeepsTheGraph) {
  OwningOpRef<ModuleOp> module = network();
  ASSERT_TRUE(succeeded(run(*module, "pj-train{epochs=0 seed=7}"))) << messages;
  EXPECT_LT(accuracy(*module), 0.8);
  std::string before = writeText(*module, /*elide=*/true);
  ASSERT_TRUE(succeeded(run(*module, recipe))) << messages;
  EXPECT_GT(accuracy(*module), 0.97);
  EXPECT_EQ(writeText(*module, /*elide=*/true), before);
  std::vector<Remark> remarks = session().remarks().sorted();
  ASSERT_EQ(remarks.size(), 1u);
  EXPECT_THAT(remarks[0].message,
              HasSubstr("trained 5 epochs to a loss of 0."));
  EXPECT_THAT(remarks[0].message, HasSubstr("% on held-out samples"));
}

TEST_F(Train, SameSeedSameBytes) {
  OwningOpRef<ModuleOp> a = network(), b = network(), c = network();
  ASSERT_TRUE(succeeded(run(*a, recipe)) && succeeded(run(*b, recipe)))
      << messages;
  EXPECT_EQ(bytesOf(*a), bytesOf(*b));
  std::string other = recipe;
  other.replace(other.find("seed=7"), 6, "seed=8");
  ASSERT_TRUE(succeeded(run(*c, other)));
  EXPECT_NE(bytesOf(*a), bytesOf(*c));
}

TEST_F(Train, ThreadsShareABatchTheSameWayEachTime) {
  session().threads = 3; // a batch of 16 has two slices then
  OwningOpRef<ModuleOp> a = network(), b = network();
  ASSERT_TRUE(succeeded(run(*a, recipe)) && succeeded(run(*b, recipe)))
      << messages;
  EXPECT_GT(accuracy(*a), 0.97);
  EXPECT_EQ(bytesOf(*a), bytesOf(*b));
}

TEST_F(Train, AdamWLearnsToo) {
  OwningOpRef<ModuleOp> module = network();
  ASSERT_TRUE(succeeded(
      run(*module, "pj-train{epochs=8 batch=16 optimizer=adamw lr=0.02 "
                   "schedule=cosine label-smoothing=0.1 seed=1}")))
      << messages;
  EXPECT_GT(accuracy(*module), 0.97);
}

TEST_F(Train, CancelledItContinuesToTheSameBytes) {
  OwningOpRef<ModuleOp> whole = network();
  ASSERT_TRUE(succeeded(run(*whole, recipe)));
  for (unsigned steps : {1, 10, 23}) {
    TemporaryFolder folder;
    session().resumeState = {std::string(folder.path), "stage-1", "print",
                             false};
    session().setProgress(std::make_unique<CancelAfter>(session(), steps));
    OwningOpRef<ModuleOp> first = network(), second = network();
    EXPECT_TRUE(failed(run(*first, recipe)));
    EXPECT_THAT(messages, HasSubstr("cancelled in epoch"));
    EXPECT_THAT(messages, HasSubstr("; the state is saved in '" +
                                    folder.path.str().str() +
                                    "', continue with --resume"));
    session().clearCancel();
    session().resumeState.resume = true;
    auto counting = std::make_unique<CancelAfter>(session(), 0);
    CancelAfter &counter = *counting;
    session().setProgress(std::move(counting));
    ASSERT_TRUE(succeeded(run(*second, recipe))) << messages;
    EXPECT_EQ(bytesOf(*second), bytesOf(*whole)) << steps;
    EXPECT_EQ(counter.seen, 5 * 10 - steps)
        << "the steps that were done are not done again";
  }
}

TEST_F(Train, TheStateFolderIsMadeOrRefusedBeforeTheFirstStep) {
  TemporaryFolder folder;
  OwningOpRef<ModuleOp> module = network();
  session().resumeState = {folder / "deep/state", "stage-1", "print", false};
  ASSERT_TRUE(succeeded(run(*module, recipe))) << messages;
  EXPECT_TRUE(llvm::sys::fs::is_directory(folder / "deep/state"));
  writeFile(folder / "file", "");
  session().resumeState.folder = folder / "file/state";
  auto counting = std::make_unique<CancelAfter>(session(), 0);
  CancelAfter &counter = *counting;
  session().setProgress(std::move(counting));
  EXPECT_TRUE(failed(run(*module, recipe)));
  EXPECT_THAT(messages, HasSubstr("file/state': Not a directory"));
  EXPECT_EQ(counter.seen, 0u);
}

TEST_F(Train, AnotherSeedDoesNotContinue) {
  TemporaryFolder folder;
  session().resumeState = {std::string(folder.path), "stage-1", "print", false};
  OwningOpRef<ModuleOp> first = network(), second = network();
  ASSERT_TRUE(succeeded(run(
      *first, "pj-train{epochs=0 seed=1},pj-train{epochs=1 batch=16 seed=1}")));
  session().resumeState.resume = true;
  EXPECT_TRUE(failed(
      run(*second,
          "pj-train{epochs=0 seed=1},pj-train{epochs=1 batch=16 seed=2}")));
  EXPECT_THAT(messages, HasSubstr("requires the seed of the run that"));
}

TEST_F(Train, NaNStopsWithTheStep) {
  OwningOpRef<ModuleOp> module = network();
  ASSERT_TRUE(succeeded(run(*module, "pj-train{epochs=0 seed=7}")));
  std::string before = bytesOf(*module);
  EXPECT_TRUE(failed(run(*module, "pj-train{epochs=3 batch=16 lr=1000 "
                                  "momentum=0.99 weight-decay=900 seed=7}")));
  EXPECT_THAT(messages, HasSubstr("requires a finite loss, but got"));
  EXPECT_THAT(messages, HasSubstr("in epoch 1, step"));
  EXPECT_THAT(
      messages,
      HasSubstr(
          "; the values of the last whole epoch are kept, and a lower 'lr' "
          "may help"));
  EXPECT_EQ(bytesOf(*module), before);
}

TEST_F(Train, MaskedWeightsKeepTheirValue) {
  OwningOpRef<ModuleOp> module = parse("decided", R"(
    pj.param @w : tensor<6x3xf32> {role = #pj.role<weight>, trainable, value = dense<0.25> : tensor<6x3xf32>}
    pj.param @m : tensor<6x3xi1> {role = #pj.role<mask>, value = dense<[[true, true, true], [false, true, true], [true, false, true], [true, true, true], [true, true, false], [true, true, true]]> : tensor<6x3xi1>}
    func.func @main(%x: tensor<1x6xf32>) -> tensor<1x3xf32> {
      %w = pj.use @w : tensor<6x3xf32>
      %m = pj.use @m : tensor<6x3xi1>
      %p = pj.masked %w, %m : (tensor<6x3xf32>, tensor<6x3xi1>) -> tensor<6x3xf32>
      %y = pj.matmul %x, %p : (tensor<1x6xf32>, tensor<6x3xf32>) -> tensor<1x3xf32>
      return %y : tensor<1x3xf32>
    }
  )");
  ASSERT_TRUE(succeeded(run(*module, recipe))) << messages;
  std::vector<float> w = valueOf(*module, "w");
  for (int64_t i = 0; i < 18; ++i)
    EXPECT_EQ(w[i] == 0.25f, i == 3 || i == 7 || i == 14) << i;
}

TEST_F(Train, SimulatedQuantizationIsCalibratedAndTrainedThrough) {
  OwningOpRef<ModuleOp> module = parse("decided", R"(
    pj.param @w : tensor<6x3xf32> {role = #pj.role<weight>, trainable, init = #pj.init<kaiming_uniform, fan_in = 6>}
    pj.param @ws : tensor<3xf32> {role = #pj.role<quant_scale>, value = dense<0.0078125> : tensor<3xf32>}
    pj.param @wz : tensor<3xi32> {role = #pj.role<zero_point>, value = dense<0> : tensor<3xi32>}
    pj.param @xs : tensor<f32> {role = #pj.role<quant_scale>}
    pj.param @xz : tensor<i32> {role = #pj.role<zero_point>}
    func.func @main(%x: tensor<1x6xf32>) -> tensor<1x3xf32> {
      %w = pj.use @w : tensor<6x3xf32>
      %ws = pj.use @ws : tensor<3xf32>
      %wz = pj.use @wz : tensor<3xi32>
      %xs = pj.use @xs : tensor<f32>
      %xz = pj.use @xz : tensor<i32>
      %wq = pj.fake_quantize %w, %ws, %wz {is_signed, narrow, axis = 1 : i32} : (tensor<6x3xf32>, tensor<3xf32>, tensor<3xi32>) -> tensor<6x3xf32>
      %xq = pj.fake_quantize %x, %xs, %xz {clip = #pj.clip<percentile>} : (tensor<1x6xf32>, tensor<f32>, tensor<i32>) -> tensor<1x6xf32>
      %y = pj.matmul %xq, %wq : (tensor<1x6xf32>, tensor<6x3xf32>) -> tensor<1x3xf32>
      return %y : tensor<1x3xf32>
    }
  )");
  ASSERT_TRUE(
      succeeded(run(*module, "pj-train{epochs=0},pj-calibrate{samples=100}")))
      << messages;
  float scale = valueOf(*module, "xs")[0];
  std::vector<float> before = valueOf(*module, "w");
  ASSERT_TRUE(succeeded(run(*module, recipe))) << messages;
  EXPECT_NE(valueOf(*module, "w"), before);
  EXPECT_EQ(valueOf(*module, "xs")[0], scale) << "training leaves scales alone";
  std::vector<Remark> remarks = session().remarks().sorted();
  double held = 0;
  for (const Remark &remark : remarks)
    for (const RemarkValue &value : remark.values)
      if (value.first == "validation accuracy")
        held = value.second.getAsNumber().value_or(0);
  EXPECT_GT(held, 0.9);
}

TEST_F(Train, RunningStatisticsApproachTheData) {
  OwningOpRef<ModuleOp> module = parse("float", R"(
    pj.param @s : tensor<6xf32> {role = #pj.role<norm_scale>, trainable, init = #pj.init<ones>}
    pj.param @b : tensor<6xf32> {role = #pj.role<norm_shift>, trainable, init = #pj.init<zeros>}
    pj.param @m : tensor<6xf32> {role = #pj.role<running_mean>, init = #pj.init<zeros>}
    pj.param @v : tensor<6xf32> {role = #pj.role<running_variance>, init = #pj.init<ones>}
    pj.param @w : tensor<6x3xf32> {role = #pj.role<weight>, trainable, init = #pj.init<kaiming_uniform, fan_in = 6>}
    func.func @main(%x: tensor<1x6xf32>) -> tensor<1x3xf32> {
      %s = pj.use @s : tensor<6xf32>
      %b = pj.use @b : tensor<6xf32>
      %m = pj.use @m : tensor<6xf32>
      %v = pj.use @v : tensor<6xf32>
      %w = pj.use @w : tensor<6x3xf32>
      %n = pj.batch_norm %x, %s, %b, %m, %v : (tensor<1x6xf32>, tensor<6xf32>, tensor<6xf32>, tensor<6xf32>, tensor<6xf32>) -> tensor<1x6xf32>
      %y = pj.matmul %n, %w : (tensor<1x6xf32>, tensor<6x3xf32>) -> tensor<1x3xf32>
      return %y : tensor<1x3xf32>
    }
  )");
  for (unsigned threads : {1, 2}) {
    session().threads = threads;
    ASSERT_TRUE(succeeded(
        run(*module, "pj-train{epochs=6 batch=50 lr=0.1 momentum=0.9 seed=2}")))
        << messages;
    std::vector<float> mean = valueOf(*module, "m"),
                       variance = valueOf(*module, "v");
    const Array x = blobs()[0].array;
    for (int64_t f = 0; f < features; ++f) {
      double sum = 0, squares = 0;
      for (int64_t i = 0; i < samples; ++i) {
        double value = x.data<float>()[i * features + f];
        sum += value;
        squares += value * value;
      }
      // 0.9^24 of the start is left after 24 steps.
      double expected = sum / samples;
      EXPECT_NEAR(mean[f], expected, 0.15);
      EXPECT_NEAR(variance[f], squares / samples - expected * expected, 0.2);
    }
    EXPECT_NE(valueOf(*module, "s"), std::vector<float>(6, 1.0f));
  }
}

TEST_F(Train, ATeacherTeaches) {
  OwningOpRef<ModuleOp> teacher = network(), student = network(),
                        alone = network();
  ASSERT_TRUE(succeeded(run(*teacher, recipe)));
  session().bindModel("input", writeBytecode(*teacher));
  std::string distilling = recipe;
  distilling.insert(distilling.find("seed"), "beta=0.5 temperature=2 ");
  ASSERT_TRUE(succeeded(run(*student, distilling))) << messages;
  ASSERT_TRUE(succeeded(run(*alone, recipe)));
  EXPECT_GT(accuracy(*student), 0.97);
  EXPECT_NE(bytesOf(*student), bytesOf(*alone));
  OwningOpRef<ModuleOp> wrong = parse("float", R"(
    pj.param @w : tensor<6x2xf32> {role = #pj.role<weight>, value = dense<1.0> : tensor<6x2xf32>}
    func.func @main(%x: tensor<1x6xf32>) -> tensor<1x2xf32> {
      %w = pj.use @w : tensor<6x2xf32>
      %y = pj.matmul %x, %w : (tensor<1x6xf32>, tensor<6x2xf32>) -> tensor<1x2xf32>
      return %y : tensor<1x2xf32>
    }
  )");
  session().bindModel("small", writeBytecode(*wrong));
  distilling.insert(distilling.find("seed"), "teacher=small ");
  EXPECT_TRUE(failed(run(*student, distilling)));
  EXPECT_THAT(messages,
              HasSubstr("requires a teacher of 3 classes, but got 2"));
}

/// Resident bytes of this process.
static long residentBytes() {
#ifdef __GLIBC__
  ::malloc_trim(0); // what is free but kept is no leak
#endif
  long pages = 0, resident = 0;
  std::ifstream("/proc/self/statm") >> pages >> resident;
  return resident * ::sysconf(_SC_PAGESIZE);
}

TEST_F(Train, WritingBackLeavesNothingBehind) {
  if (residentBytes() == 0)
    GTEST_SKIP() << "requires /proc";
  int rounds = std::getenv("PENJING_LONG") ? 1000 : 40;
  OwningOpRef<ModuleOp> module = parse("float", R"(
    pj.param @w : tensor<6x3xf32> {role = #pj.role<weight>, trainable, init = #pj.init<zeros>}
    pj.param @ballast : tensor<250000xf32> {role = #pj.role<weight>, trainable, init = #pj.init<ones>}
    func.func @main(%x: tensor<1x6xf32>) -> tensor<1x3xf32> {
      %w = pj.use @w : tensor<6x3xf32>
      %y = pj.matmul %x, %w : (tensor<1x6xf32>, tensor<6x3xf32>) -> tensor<1x3xf32>
      return %y : tensor<1x3xf32>
    }
  )");
  auto train = [&] {
    // Weight decay changes the ballast: a megabyte is written back each time.
    ASSERT_TRUE(succeeded(
        run(*module, "pj-train{epochs=1 batch=100 lr=0.01 weight-decay=0.01}")))
        << messages;
  };
  for (int i = 0; i < 10; ++i)
    train();
  long before = residentBytes();
  for (int i = 0; i < rounds; ++i)
    train();
  long after = residentBytes();
  std::cout << "figure: " << rounds << " trainings that write back: " << before / 1024
            << " KiB resident before, " << after / 1024 << " KiB after\n";
  // A megabyte a round would be kept; of what else leaks, 16 KiB a round show in
  // the long run of a thousand.
  EXPECT_LT(after - before, 16l << 20);
}
