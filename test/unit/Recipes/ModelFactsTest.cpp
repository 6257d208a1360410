// Facts read off the IR, and the samples that no stage trains on.
#include "penjing/Recipes/Compression.h"
#include "penjing/Recipes/ModelFacts.h"

#include "penjing/Dialect/Penjing/ModelFiles.h"
#include "penjing/Dialect/Penjing/Penjing.h"

#include "gtest/gtest.h"

using namespace mlir;
using namespace penjing;

static const char *kModel = R"(#batch = #pj.dims<[N] -> [N]>
module attributes {pj.form = #pj.form<decided>, pj.version = 1 : i32} {
  pj.param @w : tensor<2x4xf32> {role = #pj.role<weight>, trainable,
      value = dense<[[1.0, 2.0, 4.0, 0.0], [1.2, 8.0, 0.0, 3.0]]> : tensor<2x4xf32>}
  pj.param @m : tensor<2x4xi1> {role = #pj.role<mask>, value = dense<[[true, true, true, true], [true, false, true, true]]> : tensor<2x4xi1>}
  pj.param @s : tensor<2xf32> {role = #pj.role<quant_scale>, value = dense<1.0> : tensor<2xf32>}
  pj.param @z : tensor<2xi32> {role = #pj.role<zero_point>, value = dense<0> : tensor<2xi32>}
  pj.param @b : tensor<2xf32> {role = #pj.role<bias>, trainable, value = dense<0.0> : tensor<2xf32>}
  pj.param @c : tensor<3x1x3x3xf32> {role = #pj.role<weight>, trainable, value = dense<1.0> : tensor<3x1x3x3xf32>}
  func.func @main(%x: tensor<?x4xf32, #batch>, %i: tensor<1x3x5x5xf32>)
      -> (tensor<?x2xf32, #batch>, tensor<1x3x3x3xf32>) attributes {pj.dims = ["N"]} {
    %w = pj.use @w : tensor<2x4xf32>
    %m = pj.use @m : tensor<2x4xi1>
    %s = pj.use @s : tensor<2xf32>
    %z = pj.use @z : tensor<2xi32>
    %b = pj.use @b : tensor<2xf32>
    %c = pj.use @c : tensor<3x1x3x3xf32>
    %p = pj.masked %w, %m : (tensor<2x4xf32>, tensor<2x4xi1>) -> tensor<2x4xf32>
    %q = pj.fake_quantize %p, %s, %z {bits = 8 : i32, is_signed, narrow, axis = 0 : i32}
        : (tensor<2x4xf32>, tensor<2xf32>, tensor<2xi32>) -> tensor<2x4xf32>
    %y = pj.matmul %x, %q, %b {transpose_b}
        : (tensor<?x4xf32, #batch>, tensor<2x4xf32>, tensor<2xf32>) -> tensor<?x2xf32, #batch> loc("fc")
    %v = pj.conv %i, %c {groups = 3 : i64} : (tensor<1x3x5x5xf32>, tensor<3x1x3x3xf32>) -> tensor<1x3x3x3xf32>
    return %y, %v : tensor<?x2xf32, #batch>, tensor<1x3x3x3xf32>
  }
})";

TEST(ModelFacts, AreReadLayerByLayer) {
  MLIRContext context;
  context.loadDialect<PenjingDialect, func::FuncDialect>();
  auto module = parseModule(kModel, "model.mlir", &context);
  ASSERT_TRUE(bool(module));
  ModelFacts facts = collectFacts(*module);
  EXPECT_EQ(facts.form, "decided");
  EXPECT_EQ(facts.parameters, 8u + 2 + 27);
  EXPECT_EQ(facts.weights, 8u + 27);
  EXPECT_EQ(facts.zeros, 3u);
  EXPECT_EQ(facts.weightBytes, 32u + 8 + 8 + 8 + 8 + 108);
  EXPECT_EQ(facts.macs, 8u + 27 * 9);
  ASSERT_EQ(facts.layers.size(), 2u);
  const LayerFacts &fc = facts.layers[0], &conv = facts.layers[1];
  EXPECT_EQ(fc.name, "fc");
  EXPECT_EQ(fc.weight, "w");
  EXPECT_EQ(fc.op, "matmul");
  EXPECT_EQ(fc.macs, 8u);
  // Behind the mask 8 reads 0, and on the grid 1.2 reads 1.
  ASSERT_TRUE(fc.sqnr.has_value());
  EXPECT_NEAR(*fc.sqnr, 10 * std::log10((1 + 4 + 16 + 1.44 + 64 + 9) / (64 + 0.04)), 1e-5);
  EXPECT_EQ(conv.name, "c") << "without a node, the weight's symbol";
  EXPECT_EQ(conv.macs, 27u * 9);
  EXPECT_FALSE(conv.sqnr.has_value());
}

TEST(HoldOut, IsTheShareOfTheTrainings) {
  Recipe recipe;
  recipe.stages = {{"pj-prune-magnitude{alpha=0.2}", 1, false},
                   {"pj-train{epochs=1 validation=0.25}", 3, true},
                   {"pj-train{epochs=1}", 5, true}};
  HeldOutSamples held = holdOut(recipe, 100, 0);
  EXPECT_EQ(held.share, 0.25);
  EXPECT_EQ(held.samples.size(), 25u);
  EXPECT_EQ(held.seenByLines, std::vector<unsigned>{5});
  EXPECT_EQ(held.samples, holdOut(recipe, 100, 0).samples);
  EXPECT_NE(held.samples, holdOut(recipe, 100, 1).samples);
}

TEST(HoldOut, IsATenthWhereNoTrainingSays) {
  Recipe recipe;
  recipe.stages = {{"pj-prune-magnitude{alpha=0.2}", 1, false}};
  HeldOutSamples held = holdOut(recipe, 100, 0);
  EXPECT_EQ(held.share, 0.1);
  EXPECT_EQ(held.samples.size(), 10u);
  EXPECT_TRUE(held.seenByLines.empty());
}
