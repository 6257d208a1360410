// Candidates: samples are split by the seed, a point is trained and measured to the same
// figures each time, and what cannot be one says why.
#include "penjing/Search/Candidate.h"

#include "ErrorText.h"
#include "ObjectMeasurement.h"
#include "penjing/Dialect/Penjing/ModelFiles.h"
#include "penjing/InitAll.h"
#include "penjing/Support/Philox.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace penjing;
using penjing::test::errorText;

namespace {

/// 200 samples of two classes, told apart by the sign of their sum.
Dataset samples() {
  Dataset data;
  data.x = Array(ElementKind::F32, {200, 4});
  Philox numbers(3, RandomPurpose::Test);
  for (int64_t i = 0; i < 200; ++i) {
    float sum = 0;
    for (int64_t k = 0; k < 4; ++k)
      sum += data.x.data<float>()[i * 4 + k] = numbers.uniform(i * 4 + k, -1, 1);
    data.labels.push_back(sum > 0);
  }
  return data;
}

class CandidateTest : public testing::Test {
protected:
  CandidateTest() {
    static const bool registered = (registerAllPasses(), true);
    (void)registered;
    registerAllDialects(registry);
    setup.registry = &registry;
    setup.seed = 4;
    setup.trainPasses = "pj-train{epochs=20 batch=10 lr=0.5}";
    setup.space = space("tensor<?x2xf32, #pj.dims<[N] -> [N]>>", "%1");
    llvm::cantFail(splitForSearch(samples(), 0, 60, setup));
  }

  /// A space of four inputs, `mid` hidden units, two outputs, that returns `results`.
  static std::string space(const std::string &types, const std::string &results, const std::string &more = "") {
    return "#n = #pj.dims<[N] -> [N]>\n#h = #pj.dims<[N, mid] -> [N, mid]>\n"
           "module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {\n"
           "  pj.size @mid [4, 8]\n"
           "  func.func @main(%x: tensor<?x4xf32, #n>) -> (" + types + ") attributes {pj.dims = [\"N\"]} {\n"
           "    %0 = pj.linear_layer %x : (tensor<?x4xf32, #n>) -> tensor<?x?xf32, #h>\n"
           "    %1 = pj.linear_layer %0 : (tensor<?x?xf32, #h>) -> tensor<?x2xf32, #n>\n" + more +
           "    return " + results + " : " + types + "\n  }\n}\n";
  }

  DialectRegistry registry;
  CandidateSetup setup;
};

TEST_F(CandidateTest, SplitsBySeed) {
  EXPECT_EQ(setup.validation.size(), 60u);
  EXPECT_EQ(setup.training[0].array.shape(), (llvm::ArrayRef<int64_t>{140, 4}));
  CandidateSetup again, other;
  again.seed = 4, other.seed = 5;
  llvm::cantFail(splitForSearch(samples(), 50, 60, again));
  llvm::cantFail(splitForSearch(samples(), 50, 60, other));
  EXPECT_EQ(again.validation.hash(), setup.validation.hash());
  EXPECT_NE(other.validation.hash(), setup.validation.hash());
  EXPECT_EQ(again.training[1].array.size(), 50u);
  EXPECT_EQ(errorText(splitForSearch(samples(), 0, 200, again)),
            "requires at least one sample to hold out and one to train on, but got 200 of 200");
}

TEST_F(CandidateTest, IsTrainedAndMeasured) {
  bool wasQuiet = false;
  Measurement first = llvm::cantFail(measureCandidate(setup, {0}, [&] { wasQuiet = true; }));
  EXPECT_TRUE(wasQuiet);
  EXPECT_GT(first.accuracy, 0.9);
  EXPECT_GT(first.latency, 0);
  EXPECT_LT(first.latency, 1);
  EXPECT_GT(first.ramBytes, 0u);
  Measurement again = llvm::cantFail(measureCandidate(setup, {0}));
  EXPECT_EQ(again.accuracy, first.accuracy);
  EXPECT_EQ(again.sizeBytes, first.sizeBytes);
  EXPECT_EQ(again.ramBytes, first.ramBytes);
  setup.measuresLatency = false;
  Measurement wide = llvm::cantFail(measureCandidate(setup, {1}));
  EXPECT_EQ(wide.latency, 0);
  EXPECT_GT(wide.sizeBytes, first.sizeBytes);
  EXPECT_EQ(llvm::cantFail(makeCandidate(setup, {0})), llvm::cantFail(makeCandidate(setup, {0})));
}

TEST_F(CandidateTest, SaysWhyItCannotBeMeasured) {
  setup.trainPasses = "pj-train{epochs=0}";
  setup.space = space("tensor<?x2x1xf32, #pj.dims<[N] -> [N]>>", "%2",
                      "    %2 = pj.reshape %1 {shape = array<i64: 0, 2, 1>} : (tensor<?x2xf32, #n>) -> tensor<?x2x1xf32, #n>\n");
  EXPECT_EQ(errorText(measureCandidate(setup, {0})),
            "requires a candidate that gives samples x classes in f32, but got -1x2x1 in f32");
  setup.space = space("tensor<?x2xf32, #pj.dims<[N] -> [N]>>, tensor<?x2xf32, #pj.dims<[N] -> [N]>>", "%1, %1");
  EXPECT_EQ(errorText(measureCandidate(setup, {0})), "requires a candidate of one input and one output, but got 1 and 2");
  setup.trainPasses = "pj-train{epochs=-1}";
  EXPECT_EQ(errorText(measureCandidate(setup, {0})), "requires option \"epochs\" to be an integer in [0, 1000000], but got \"-1\"");
  setup.trainPasses = "pj-no-such-pass";
  EXPECT_TRUE(llvm::StringRef(errorText(measureCandidate(setup, {0}))).contains("pj-no-such-pass"));
}

TEST_F(CandidateTest, RefusesAnObjectOfNoValues) {
  MLIRContext context(registry);
  context.loadAllAvailableDialects();
  ScopedDiagnosticHandler quiet(&context, [](Diagnostic &) { return success(); });
  auto module = parseModule("module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {\n"
                            "  pj.param @w : tensor<4x2xf32> {role = #pj.role<weight>, trainable}\n"
                            "  func.func @main(%x: tensor<1x4xf32>) -> tensor<1x2xf32> {\n"
                            "    %w = pj.use @w : tensor<4x2xf32>\n"
                            "    %y = pj.matmul %x, %w : (tensor<1x4xf32>, tensor<4x2xf32>) -> tensor<1x2xf32>\n"
                            "    return %y : tensor<1x2xf32>\n  }\n}\n",
                            "module", &context);
  ASSERT_TRUE(module);
  EXPECT_EQ(errorText(MeasuredObject::create(*module)), "requires a candidate that compiles, but got the errors above");
}

} // namespace
