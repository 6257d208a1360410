// Passes that change the graph and keep its answer.
#ifndef PENJING_TRANSFORMS_RESTRUCTURE_PASSES_TD
#define PENJING_TRANSFORMS_RESTRUCTURE_PASSES_TD

include "mlir/Pass/PassBase.td"

def FoldBatchNorm : Pass<"pj-fold-batch-norm", "::mlir::ModuleOp"> {
  let summary = "Fold batch normalizations into the weights before them";
  let description = [{
    A convolution or matrix product whose only reader is a `pj.batch_norm` over
    its output channels takes the normalization's factor into its weight and the
    rest into its bias, computed in float64 and rounded once. Chains of
    additions, subtractions and multiplications by one number per channel fold
    the same way.
    A mask stays valid: a zero times a factor is zero. A result that others read
    as well is left alone, and so is a weight that is quantized already.

    Assumes the float or the decided form, and that no training follows that
    wants the running statistics.

    ```mlir
    module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
      pj.param @w : tensor<1x1x1x1xf32> {role = #pj.role<weight>, value = dense<3.0> : tensor<1x1x1x1xf32>}
      pj.param @s : tensor<1xf32> {role = #pj.role<norm_scale>, value = dense<2.0> : tensor<1xf32>}
      pj.param @b : tensor<1xf32> {role = #pj.role<norm_shift>, value = dense<1.0> : tensor<1xf32>}
      pj.param @m : tensor<1xf32> {role = #pj.role<running_mean>, value = dense<4.0> : tensor<1xf32>}
      pj.param @v : tensor<1xf32> {role = #pj.role<running_variance>, value = dense<3.0> : tensor<1xf32>}
      func.func @main(%x: tensor<1x1x2x2xf32>) -> tensor<1x1x2x2xf32> {
        %w = pj.use @w : tensor<1x1x1x1xf32>
        %s = pj.use @s : tensor<1xf32>
        %b = pj.use @b : tensor<1xf32>
        %m = pj.use @m : tensor<1xf32>
        %v = pj.use @v : tensor<1xf32>
        %y = pj.conv %x, %w : (tensor<1x1x2x2xf32>, tensor<1x1x1x1xf32>) -> tensor<1x1x2x2xf32>
        %z = pj.batch_norm %y, %s, %b, %m, %v {epsilon = 1.0 : f64} : (tensor<1x1x2x2xf32>, tensor<1xf32>,
            tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1x2x2xf32>
        return %z : tensor<1x1x2x2xf32>
      }
    }
    ```
    becomes
    ```mlir
    %w = pj.use @w : tensor<1x1x1x1xf32>   // 3
    %b = pj.use @w_bias : tensor<1xf32>    // (0 - 4) · 1 + 1 = -3
    %y = pj.conv %x, %w, %b : (tensor<1x1x2x2xf32>, tensor<1x1x1x1xf32>, tensor<1xf32>) -> tensor<1x1x2x2xf32>
    ```
  }];
  let statistics = [
    Statistic<"folded", "folded", "ops that went into a weight and bias">];
}

def RemoveUnusedParameters : Pass<"pj-remove-unused-parameters", "::mlir::ModuleOp"> {
  let summary = "Remove parameters that nothing uses";
  let description = [{
    Erases private values: uses whose result nobody reads, then parameters
    without uses, and frees their memory. Other passes leave such parameters
    behind when they fold or replace an op.

    Assumes nothing of the form.

    ```mlir
    module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
      pj.param @w : tensor<2xf32> {role = #pj.role<weight>, value = dense<3.0> : tensor<2xf32>}
      func.func @main(%x: tensor<2xf32>) -> tensor<2xf32> {
        return %x : tensor<2xf32>
      }
    }
    ```
  }];
  let statistics = [
    Statistic<"removed", "removed", "parameters without uses">];
}

#endif // PENJING_TRANSFORMS_RESTRUCTURE_PASSES_TD
