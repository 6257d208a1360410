// Arithmetic on the sizes of named dimensions.
#include "penjing/Dialect/Penjing/NamedDimensions.h"

#include "penjing/Dialect/Penjing/Penjing.h"

#include "mlir/AsmParser/AsmParser.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace penjing;

namespace {

class NamedDimensionsTest : public testing::Test {
protected:
  NamedDimensionsTest() { context.loadDialect<PenjingDialect>(); }
  Type type(StringRef text) { return parseType(text, &context); }
  MLIRContext context;
};

TEST_F(NamedDimensionsTest, TypesOfEqualSizesAreEqual) {
  DimensionScope scope(&context);
  AffineExpr n = scope.symbol(StringAttr::get(&context, "N")), h = scope.symbol(StringAttr::get(&context, "H"));
  Type f32 = Float32Type::get(&context);
  EXPECT_EQ(scope.type({n, h, scope.constant(3)}, f32), type("tensor<?x?x3xf32, #pj.dims<[H, N] -> [N, H]>>"));
  EXPECT_EQ(scope.type({n * 2 + n}, f32), scope.type({n * 3}, f32));
  EXPECT_EQ(scope.type({scope.constant(4)}, f32), type("tensor<4xf32>"));
  EXPECT_EQ(scope.str(h * 2 + 1), "(H * 2) + 1");
}

TEST_F(NamedDimensionsTest, BroadcastKnowsNames) {
  DimensionScope scope(&context);
  AffineExpr n = scope.symbol(StringAttr::get(&context, "N")), m = scope.symbol(StringAttr::get(&context, "M"));
  AffineExpr one = scope.constant(1), four = scope.constant(4);
  auto common = scope.broadcast({n, four}, {four});
  ASSERT_TRUE(common.has_value());
  EXPECT_EQ((*common)[0], n);
  EXPECT_EQ(*scope.broadcast({one, four}, {n, one}), (SmallVector<AffineExpr>{n, four}));
  EXPECT_FALSE(scope.broadcast({n}, {m}).has_value());
  EXPECT_FALSE(scope.broadcast({n}, {four}).has_value());
}

TEST_F(NamedDimensionsTest, BindingReplacesTheNameEverywhere) {
  auto n = StringAttr::get(&context, "N");
  EXPECT_EQ(bindDimension(type("tensor<?x3xf32, #pj.dims<[N] -> [N]>>"), n, 8), type("tensor<8x3xf32>"));
  EXPECT_EQ(bindDimension(type("tensor<?x?xf32, #pj.dims<[H, N] -> [N * 2 + 1, H]>>"), n, 8),
            type("tensor<17x?xf32, #pj.dims<[H] -> [H]>>"));
  EXPECT_EQ(bindDimension(type("tensor<?x3xf32, #pj.dims<[M] -> [M]>>"), n, 8),
            type("tensor<?x3xf32, #pj.dims<[M] -> [M]>>"));
  EXPECT_EQ(bindDimension(type("tensor<3xf32>"), n, 8), type("tensor<3xf32>"));
}

TEST_F(NamedDimensionsTest, EncodingWithoutDynamicDimensionIsRefused) {
  EXPECT_FALSE(type("tensor<3xf32, #pj.dims<[N] -> [N]>>"));
}

} // namespace
