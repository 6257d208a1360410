// Passes that freeze decisions into types and storage.
#ifndef PENJING_TRANSFORMS_MATERIALIZE_PASSES_TD
#define PENJING_TRANSFORMS_MATERIALIZE_PASSES_TD

include "mlir/Pass/PassBase.td"

def FoldConstantWeights : Pass<"pj-fold-constant-weights", "::mlir::ModuleOp"> {
  let summary = "Evaluate masks and grids of parameters into new parameters";
  let description = [{
    A `pj.masked` of a parameter by a mask with a value, and a `pj.fake_quantize` of a
    parameter on a scale and zero point with values, become a parameter that holds
    the result: the same numbers, bit for bit, as the ops give. Compiled code then
    reads them as it reads any weight, packed and, where zeros are many, sparse. The
    new parameter takes the name of the one it stands for where nothing else reads
    that one. Lowering runs this; training does not, for there the values change.

    Assumes the float, decided or packed form and keeps it; a scale that waits for its
    calibration stays as it is.

    ```mlir
    module attributes {pj.form = #pj.form<decided>, pj.version = 1 : i32} {
      pj.param @w : tensor<2x2xf32> {role = #pj.role<weight>, value = dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>}
      pj.param @m : tensor<2x2xi1> {role = #pj.role<mask>, value = dense<[[true, false], [false, true]]> : tensor<2x2xi1>}
      func.func @main(%x: tensor<1x2xf32>) -> tensor<1x2xf32> {
        %w = pj.use @w : tensor<2x2xf32>
        %m = pj.use @m : tensor<2x2xi1>
        %v = pj.masked %w, %m : (tensor<2x2xf32>, tensor<2x2xi1>) -> tensor<2x2xf32>
        %y = pj.matmul %x, %v : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32>
        return %y : tensor<1x2xf32>
      }
    }
    ```
    becomes
    ```mlir
    pj.param @w : tensor<2x2xf32> {…}   // 1, 0, 0, 4
    %w = pj.use @w : tensor<2x2xf32>
    %y = pj.matmul %x, %w : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32>
    ```
  }];
  let statistics = [Statistic<"folded", "folded", "parameters made of others">];
}

def Pack : Pass<"pj-pack", "::mlir::ModuleOp"> {
  let summary = "Freeze masks and grids into stored integers and zeros";
  let description = [{
    Masks: zeros are written into the weights. Grids: a `pj.fake_quantize` becomes
    the type `!quant.uniform` of what it follows. Weights are stored as integers,
    biases as i32 at the scale input x weight; ops on quantized operands are the
    integer ops of the dialect. A `pj.quantize` stands where float values enter,
    a `pj.dequantize` before each float island (a softmax, say). A convolution or
    matrix product whose result has no grid gives float.
    Signed activations become unsigned by moving the zero point. Subnormal
    weights are flushed. A weight with enough zeros gets `pj.sparsity` on its
    layer: `block16x1` (float) or `block16x4` (integers), `unstructured`, and the
    shares of zeros in `pj.sparsity_blocks` and `pj.sparsity_weights`; scheduling
    decides what to do with it.

    Assumes the decided (or float) form with every parameter filled: a scale that
    nobody calibrated is an error. Nothing is chosen here.

    ```mlir
    module attributes {pj.form = #pj.form<decided>, pj.version = 1 : i32} {
      pj.param @w : tensor<1x2xf32> {role = #pj.role<weight>, value = dense<[[1.27, -0.254]]> : tensor<1x2xf32>}
      pj.param @b : tensor<1xf32> {role = #pj.role<bias>, value = dense<0.1> : tensor<1xf32>}
      pj.param @ws : tensor<1xf32> {role = #pj.role<quant_scale>, value = dense<0.01> : tensor<1xf32>}
      pj.param @wz : tensor<1xi32> {role = #pj.role<zero_point>, value = dense<0> : tensor<1xi32>}
      pj.param @xs : tensor<f32> {role = #pj.role<quant_scale>, value = dense<0.5> : tensor<f32>}
      pj.param @xz : tensor<i32> {role = #pj.role<zero_point>, value = dense<128> : tensor<i32>}
      func.func @main(%x: tensor<1x2xf32>) -> tensor<1x1xf32> {
        %w = pj.use @w : tensor<1x2xf32>
        %b = pj.use @b : tensor<1xf32>
        %ws = pj.use @ws : tensor<1xf32>
        %wz = pj.use @wz : tensor<1xi32>
        %xs = pj.use @xs : tensor<f32>
        %xz = pj.use @xz : tensor<i32>
        %v = pj.fake_quantize %w, %ws, %wz {axis = 0 : i32, is_signed, narrow}
            : (tensor<1x2xf32>, tensor<1xf32>, tensor<1xi32>) -> tensor<1x2xf32>
        %q = pj.fake_quantize %x, %xs, %xz : (tensor<1x2xf32>, tensor<f32>, tensor<i32>) -> tensor<1x2xf32>
        %y = pj.matmul %q, %v, %b {transpose_b}
            : (tensor<1x2xf32>, tensor<1x2xf32>, tensor<1xf32>) -> tensor<1x1xf32>
        return %y : tensor<1x1xf32>
      }
    }
    ```
    becomes
    ```mlir
    pj.param @w : tensor<1x2x!quant.uniform<i8<-127:127>:f32:0, {0.01}>> {…}      // 127, -25
    pj.param @b : tensor<1xi32> {…}                                               // 20
    %q = pj.quantize %x : (tensor<1x2xf32>) -> tensor<1x2x!quant.uniform<u8:f32, 0.5:128>>
    %y = pj.matmul %q, %w, %b {transpose_b} : (…) -> tensor<1x1xf32>
    ```
  }];
  let statistics = [
    Statistic<"layers", "layers", "layers on integers">,
    Statistic<"masks", "masks", "masks written into weights">];
}

#endif // PENJING_TRANSFORMS_MATERIALIZE_PASSES_TD
