// pj-calibrate fills scales and zero points that can be computed by hand, by
// each rule, and leaves everything else alone.
#include "ModelFixture.h"

#include "gmock/gmock.h"

#include <cmath>

using namespace penjing;
using namespace penjing::test;
using namespace mlir;
using testing::HasSubstr;

namespace {
struct Calibrate : ModelFixture {
  /// Samples -1, -0.5, ..., 6.5 in one feature of two; the other is 0.
  Calibrate() {
    Array x(ElementKind::F32, {16, 2}), y(ElementKind::U8, {16});
    for (int i = 0; i < 16; ++i)
      x.data<float>()[2 * i] = -1 + 0.5f * float(i);
    session().bindData("data", {{"x", x}, {"y", y}});
  }

  /// x -> fake_quantize(xs, xz) -> relu -> fake_quantize(ys, yz), with `zero`
  /// as xz.
  OwningOpRef<ModuleOp> model(llvm::StringRef attributes,
                              llvm::StringRef zero = "") {
    return parse(
        "decided",
        (R"(
      pj.param @xs : tensor<f32> {role = #pj.role<quant_scale>}
      pj.param @xz : tensor<i32> {role = #pj.role<zero_point>)" +
         zero + R"(}
      pj.param @ys : tensor<f32> {role = #pj.role<quant_scale>}
      pj.param @yz : tensor<i32> {role = #pj.role<zero_point>}
      func.func @main(%x: tensor<?x2xf32, #pj.dims<[N] -> [N]>>) -> tensor<?x2xf32, #pj.dims<[N] -> [N]>> attributes {pj.dims = ["N"]} {
        %xs = pj.use @xs : tensor<f32>
        %xz = pj.use @xz : tensor<i32>
        %q = pj.fake_quantize %x, %xs, %xz )" +
         attributes +
         R"( : (tensor<?x2xf32, #pj.dims<[N] -> [N]>>, tensor<f32>, tensor<i32>) -> tensor<?x2xf32, #pj.dims<[N] -> [N]>> loc("input")
        %r = pj.relu %q : (tensor<?x2xf32, #pj.dims<[N] -> [N]>>) -> tensor<?x2xf32, #pj.dims<[N] -> [N]>>
        %ys = pj.use @ys : tensor<f32>
        %yz = pj.use @yz : tensor<i32>
        %y = pj.fake_quantize %r, %ys, %yz : (tensor<?x2xf32, #pj.dims<[N] -> [N]>>, tensor<f32>, tensor<i32>) -> tensor<?x2xf32, #pj.dims<[N] -> [N]>>
        return %y : tensor<?x2xf32, #pj.dims<[N] -> [N]>>
      }
    )")
            .str());
  }
};
} // namespace

TEST_F(Calibrate, MinMaxCoversWhatWasSeen) {
  OwningOpRef<ModuleOp> module = model("");
  ASSERT_TRUE(succeeded(run(*module, "pj-calibrate"))) << messages;
  EXPECT_EQ(valueOf(*module, "xs"), std::vector<float>{float(7.5 / 255)});
  EXPECT_EQ(valueOf<int32_t>(*module, "xz"), std::vector<int32_t>{34});
  EXPECT_EQ(valueOf(*module, "ys"), std::vector<float>{float(6.5 / 255)});
  EXPECT_EQ(valueOf<int32_t>(*module, "yz"), std::vector<int32_t>{0});
  std::vector<Remark> remarks = session().remarks().sorted();
  ASSERT_EQ(remarks.size(), 2u);
  EXPECT_EQ(remarks[1].node, "input");
  EXPECT_EQ(remarks[1].message, "calibrated @xs by minmax");
}

TEST_F(Calibrate, SymmetricGridsHaveNoZeroPoint) {
  OwningOpRef<ModuleOp> module = model("{is_signed, narrow}");
  ASSERT_TRUE(succeeded(run(*module, "pj-calibrate"))) << messages;
  EXPECT_EQ(valueOf(*module, "xs"), std::vector<float>{float(6.5 / 127)});
  EXPECT_EQ(valueOf<int32_t>(*module, "xz"), std::vector<int32_t>{0});
}

TEST_F(Calibrate, TheRuleOnTheOpDecides) {
  OwningOpRef<ModuleOp> sigma = model("{clip = #pj.clip<sigma>}");
  ASSERT_TRUE(succeeded(run(*sigma, "pj-calibrate{sigmas=1}"))) << messages;
  EXPECT_LT(valueOf(*sigma, "xs")[0], float(6 / 255.0));
  EXPECT_EQ(valueOf(*sigma, "ys")[0], float(6.5 / 255))
      << "the other op says minmax";
}

TEST_F(Calibrate, AGivenZeroPointIsKept) {
  OwningOpRef<ModuleOp> module =
      model("", ", value = dense<128> : tensor<i32>");
  ASSERT_TRUE(succeeded(run(*module, "pj-calibrate"))) << messages;
  EXPECT_EQ(valueOf<int32_t>(*module, "xz"), std::vector<int32_t>{128});
  EXPECT_EQ(valueOf(*module, "xs"), std::vector<float>{float(6.5 / 127)});
}

/// x -> fake_quantize(xs, xz) -> matmul with a weight on a grid of its own a
/// column, and the bias @b -> `rest`.
static std::string layerOnGrids(llvm::StringRef rest) {
  return (R"(
      pj.param @xs : tensor<f32> {role = #pj.role<quant_scale>}
      pj.param @xz : tensor<i32> {role = #pj.role<zero_point>}
      pj.param @w : tensor<2x2xf32> {role = #pj.role<weight>, trainable, value = dense<0.5> : tensor<2x2xf32>}
      pj.param @ws : tensor<2xf32> {role = #pj.role<quant_scale>, value = dense<[0.5, 0.25]> : tensor<2xf32>}
      pj.param @wz : tensor<2xi32> {role = #pj.role<zero_point>, value = dense<0> : tensor<2xi32>}
      pj.param @b : tensor<2xf32> {role = #pj.role<bias>, trainable, value = dense<[0.33, -0.018]> : tensor<2xf32>}
      func.func @main(%x: tensor<?x2xf32, #pj.dims<[N] -> [N]>>) -> tensor<?x2xf32, #pj.dims<[N] -> [N]>> attributes {pj.dims = ["N"]} {
        %xs = pj.use @xs : tensor<f32>
        %xz = pj.use @xz : tensor<i32>
        %q = pj.fake_quantize %x, %xs, %xz : (tensor<?x2xf32, #pj.dims<[N] -> [N]>>, tensor<f32>, tensor<i32>) -> tensor<?x2xf32, #pj.dims<[N] -> [N]>>
        %r = pj.relu %q : (tensor<?x2xf32, #pj.dims<[N] -> [N]>>) -> tensor<?x2xf32, #pj.dims<[N] -> [N]>>
        %w = pj.use @w : tensor<2x2xf32>
        %ws = pj.use @ws : tensor<2xf32>
        %wz = pj.use @wz : tensor<2xi32>
        %wq = pj.fake_quantize %w, %ws, %wz {axis = 1 : i32, is_signed, narrow} : (tensor<2x2xf32>, tensor<2xf32>, tensor<2xi32>) -> tensor<2x2xf32>
        %b = pj.use @b : tensor<2xf32>
        %l = pj.matmul %r, %wq, %b : (tensor<?x2xf32, #pj.dims<[N] -> [N]>>, tensor<2x2xf32>, tensor<2xf32>) -> tensor<?x2xf32, #pj.dims<[N] -> [N]>>
)" + rest +
          R"(
      }
    )")
      .str();
}

TEST_F(Calibrate, BiasesAreRoundedToTheStepsOfTheSums) {
  OwningOpRef<ModuleOp> module = parse("decided", layerOnGrids(R"(
        return %l : tensor<?x2xf32, #pj.dims<[N] -> [N]>>)"));
  ASSERT_TRUE(succeeded(run(*module, "pj-calibrate"))) << messages;
  double step = float(7.5 / 255);
  // 0.33 is 22.44 steps of the first column, -0.018 is -2.448 of the second.
  EXPECT_EQ(valueOf(*module, "b"), (std::vector<float>{float(22 * (step * 0.5)), float(-2 * (step * 0.25))}));
}

TEST_F(Calibrate, TrainingOnGridsEndsWithBiasesOnTheirSteps) {
  OwningOpRef<ModuleOp> module = parse("decided", layerOnGrids(R"(
        return %l : tensor<?x2xf32, #pj.dims<[N] -> [N]>>)"));
  ASSERT_TRUE(succeeded(run(*module, "pj-calibrate"))) << messages;
  std::vector<float> before = valueOf(*module, "b");
  ASSERT_TRUE(succeeded(run(*module, "pj-train{epochs=1 batch=16 lr=0.1}"))) << messages;
  std::vector<float> after = valueOf(*module, "b");
  double steps[] = {float(7.5 / 255) * 0.5, float(7.5 / 255) * 0.25};
  for (int o : {0, 1}) {
    EXPECT_NE(after[o], before[o]);
    EXPECT_EQ(after[o], float(std::nearbyint(after[o] / steps[o]) * steps[o]));
  }
}

TEST_F(Calibrate, ABiasThatOthersReadStays) {
  OwningOpRef<ModuleOp> module = parse("decided", layerOnGrids(R"(
        %s = pj.add %l, %b : (tensor<?x2xf32, #pj.dims<[N] -> [N]>>, tensor<2xf32>) -> tensor<?x2xf32, #pj.dims<[N] -> [N]>>
        return %s : tensor<?x2xf32, #pj.dims<[N] -> [N]>>)"));
  ASSERT_TRUE(succeeded(run(*module, "pj-calibrate"))) << messages;
  EXPECT_EQ(valueOf(*module, "b"), (std::vector<float>{0.33f, -0.018f}));
}

TEST_F(Calibrate, FewSamplesAreObserved) {
  OwningOpRef<ModuleOp> few = model(""), all = model("");
  ASSERT_TRUE(succeeded(run(*few, "pj-calibrate{samples=2}"))) << messages;
  ASSERT_TRUE(succeeded(run(*all, "pj-calibrate{samples=100000}"))) << messages;
  EXPECT_LT(valueOf(*few, "ys")[0], valueOf(*all, "ys")[0] + 1e-9f);
  EXPECT_EQ(valueOf(*all, "ys")[0], float(6.5 / 255));
}

TEST_F(Calibrate, StopsWhenCancelled) {
  OwningOpRef<ModuleOp> module = model("");
  session().requestCancel();
  EXPECT_TRUE(failed(run(*module, "pj-calibrate")));
  EXPECT_THAT(messages, HasSubstr("cancelled while calibrating"));
  EXPECT_FALSE(module->lookupSymbol<ParamOp>("xs").getValueAttr());
}
