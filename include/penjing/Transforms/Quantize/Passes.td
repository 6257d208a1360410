// Passes that choose which tensors become integers, and how.
#ifndef PENJING_TRANSFORMS_QUANTIZE_PASSES_TD
#define PENJING_TRANSFORMS_QUANTIZE_PASSES_TD

include "mlir/Pass/PassBase.td"

def Quantize : Pass<"pj-quantize", "::mlir::ModuleOp"> {
  let summary = "Choose the tensors that become integers";
  let description = [{
    Puts a `pj.fake_quantize` where packing shall find integers; the module
    becomes decided and still runs in float.
    Weights of convolutions and matrix products: signed, symmetric in [-127, 127]
    (for 8 bits), a scale per output channel, filled at once by the rule `clip`;
    masked weights count as zero. Activations: unsigned, one scale and zero point
    a tensor, parameters without value that `pj-calibrate` fills by the rule that
    stands on the op. Activations are quantized where they enter a layer and
    behind a layer's activation function, not before it. Residual additions, mean
    pools and concatenations are integer too, each operand on its own grid; max
    pools, relus and ops that only move elements keep the grid of their operand.

    What stays float, with a remark: softmax and what follows it; the last layer's
    result; arithmetic with a parameter; layers named in `skip`; reductions of more
    than 66,000 products, and, where a `target` is given, layers that its cost
    model finds no faster as integers. Tensors that are quantized already keep
    their grids.

    Assumes the float or the decided form; batch normalizations are best folded
    first.

    ```mlir
    module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
      pj.param @w : tensor<2x2xf32> {role = #pj.role<weight>, trainable,
          value = dense<[[1.27, 0.5], [-0.254, 0.1]]> : tensor<2x2xf32>}
      func.func @main(%x: tensor<1x2xf32>) -> tensor<1x2xf32> {
        %w = pj.use @w : tensor<2x2xf32>
        %y = pj.matmul %x, %w {transpose_b} : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32>
        return %y : tensor<1x2xf32>
      }
    }
    ```
    becomes
    ```mlir
    pj.param @w_scale : tensor<2xf32> {role = #pj.role<quant_scale>, value = …}   // 0.01, 0.002
    pj.param @input0_scale : tensor<f32> {role = #pj.role<quant_scale>}
    %q = pj.fake_quantize %x, %s, %z : (tensor<1x2xf32>, tensor<f32>, tensor<i32>) -> tensor<1x2xf32>
    %v = pj.fake_quantize %w, %t, %o {axis = 0 : i32, is_signed, narrow}
        : (tensor<2x2xf32>, tensor<2xf32>, tensor<2xi32>) -> tensor<2x2xf32>
    %y = pj.matmul %q, %v {transpose_b} : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32>
    ```
  }];
  let options = [
    Option<"bits", "bits", "std::string", "\"8\"", "Bits of a weight, from 2 to 8">,
    Option<"activationBits", "activation-bits", "std::string", "\"8\"",
           "Bits of an activation, from 2 to 8">,
    Option<"rule", "rule", "std::string", "\"nearest\"",
           "How numbers are rounded: nearest (half to even) or floor">,
    Option<"clip", "clip", "std::string", "\"minmax\"",
           "How ranges are chosen: minmax, percentile, mse or sigma">,
    Option<"perChannel", "per-channel", "bool", "true",
           "A weight has a scale per output channel">,
    Option<"target", "target", "std::string", "\"\"",
           "Name of the target whose cost model may leave layers in float">,
    Option<"only", "layers", "std::string", "\"\"",
           "ONNX nodes that shall be integers, separated by commas; all where none is named">,
    Option<"skip", "skip", "std::string", "\"\"",
           "ONNX nodes to leave in float, separated by commas">];
  let statistics = [
    Statistic<"layers", "layers", "convolutions and matrix products on integers">,
    Statistic<"activations", "activations", "activations that got a grid">];
}

#endif // PENJING_TRANSFORMS_QUANTIZE_PASSES_TD
