// Multiply-adds, operations and bytes of single ops and of a function.
#include "penjing/Analysis/Costs.h"

#include "mlir/Parser/Parser.h"
#include "gtest/gtest.h"

using namespace penjing;
using namespace mlir;

namespace {

struct Costs : testing::Test {
  Costs() {
    context.loadDialect<PenjingDialect, func::FuncDialect>();
    module = parseSourceString<ModuleOp>(R"(
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  pj.param @w : tensor<4x1x3x3xf32> {role = #pj.role<weight>, value = dense<0.5> : tensor<4x1x3x3xf32>}
  pj.param @f : tensor<3x100xf32> {role = #pj.role<weight>, value = dense<0.5> : tensor<3x100xf32>}
  pj.param @b : tensor<3xf32> {role = #pj.role<bias>, value = dense<0.5> : tensor<3xf32>}
  func.func @main(%x: tensor<?x2x7x7xf32, #pj.dims<[N] -> [N]>>) -> tensor<?x3xf32, #pj.dims<[N] -> [N]>> attributes {pj.dims = ["N"]} {
    %w = pj.use @w : tensor<4x1x3x3xf32>
    %f = pj.use @f : tensor<3x100xf32>
    %b = pj.use @b : tensor<3xf32>
    %0 = pj.conv %x, %w {groups = 2 : i64} : (tensor<?x2x7x7xf32, #pj.dims<[N] -> [N]>>, tensor<4x1x3x3xf32>) -> tensor<?x4x5x5xf32, #pj.dims<[N] -> [N]>>
    %1 = pj.reshape %0 {shape = array<i64: 0, -1>} : (tensor<?x4x5x5xf32, #pj.dims<[N] -> [N]>>) -> tensor<?x100xf32, #pj.dims<[N] -> [N]>>
    %2 = pj.matmul %1, %f, %b {transpose_b} : (tensor<?x100xf32, #pj.dims<[N] -> [N]>>, tensor<3x100xf32>, tensor<3xf32>) -> tensor<?x3xf32, #pj.dims<[N] -> [N]>>
    return %2 : tensor<?x3xf32, #pj.dims<[N] -> [N]>>
  }
})",
                                         &context);
  }

  template <typename OpT> OpCost cost() {
    OpCost result;
    module->walk([&](OpT op) { result = *costOf(op.getOperation()); });
    return result;
  }

  MLIRContext context;
  OwningOpRef<ModuleOp> module;
};

TEST_F(Costs, convolutionCountsProductsOfItsGroup) {
  OpCost conv = cost<ConvOp>();
  EXPECT_EQ(conv.multiplyAdds, 4 * 5 * 5 * 9);
  EXPECT_EQ(conv.operations, 0);
  EXPECT_EQ(conv.parameterBytes, 4 * 9 * 4);
  EXPECT_EQ(conv.activationBytes, (2 * 49 + 100) * 4);
}

TEST_F(Costs, matmulCountsOneSampleOfADynamicBatch) {
  OpCost matmul = cost<MatmulOp>();
  EXPECT_EQ(matmul.multiplyAdds, 300);
  EXPECT_EQ(matmul.operations, 3);
  EXPECT_EQ(matmul.parameterBytes, 303 * 4);
}

TEST_F(Costs, movingElementsComputesNothing) {
  EXPECT_EQ(cost<ReshapeOp>().multiplyAdds, 0);
  EXPECT_EQ(cost<ReshapeOp>().operations, 0);
}

TEST_F(Costs, functionSumsItsOpsAndCountsAParameterOnce) {
  OpCost total = costOf(*module->getOps<func::FuncOp>().begin());
  EXPECT_EQ(total.multiplyAdds, 1200);
  EXPECT_EQ(total.parameterBytes, (36 + 303) * 4);
}

TEST_F(Costs, opsOfOtherDialectsHaveNone) {
  EXPECT_FALSE(costOf(module->getOperation()));
}

} // namespace
