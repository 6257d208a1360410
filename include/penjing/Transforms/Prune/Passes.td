// Passes that remove weights (by masks) and channels (for real).
#ifndef PENJING_TRANSFORMS_PRUNE_PASSES_TD
#define PENJING_TRANSFORMS_PRUNE_PASSES_TD

include "mlir/Pass/PassBase.td"

def PruneMagnitude : Pass<"pj-prune-magnitude", "::mlir::ModuleOp"> {
  let summary = "Mask the weights of least magnitude";
  let description = [{
    Gives weights of convolutions and matrix products a mask: a parameter of
    booleans and a `pj.masked` between the weight and its reader. The module
    becomes decided; the float values under the mask survive. A weight that has
    a mask already keeps its zeros and gets more.

    Weights go in blocks of a x b: a consecutive output channels x b consecutive
    input channels at one tap, aligned; a last partial block counts the weights
    it has. A block's score is the root mean square of its weights.
    With `alpha`, blocks with a score below alpha times the largest score go
    (the largest of the layer, or with `scope=global` of the network). With
    `sparsity`, the lowest go until that share of the weights, counted over the
    layer or the network, is zero. Global ranking first divides by the layer's
    scale, the root mean square over output channels of the L2 norm of a
    channel's weights: a folded batch norm makes raw magnitudes incomparable.
    The best block of a layer always stays.

    Assumes the float or the decided form. Sparsity counts the weights of
    convolutions and matrix products only.

    ```mlir
    // penjing-opt --pj-prune-magnitude="alpha=0.5"
    module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
      pj.param @w : tensor<2x2xf32> {role = #pj.role<weight>, trainable,
          value = dense<[[1.0, 0.1], [-0.6, 0.4]]> : tensor<2x2xf32>}
      func.func @main(%x: tensor<1x2xf32>) -> tensor<1x2xf32> {
        %w = pj.use @w : tensor<2x2xf32>
        %y = pj.matmul %x, %w : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32>
        return %y : tensor<1x2xf32>
      }
    }
    ```
    becomes
    ```mlir
    pj.param @w_mask : tensor<2x2xi1> {role = #pj.role<mask>, value = …}  // 1 0 / 1 0
    %w = pj.use @w : tensor<2x2xf32>
    %m = pj.use @w_mask : tensor<2x2xi1>
    %p = pj.masked %w, %m : (tensor<2x2xf32>, tensor<2x2xi1>) -> tensor<2x2xf32>
    %y = pj.matmul %x, %p : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32>
    ```
  }];
  let options = [
    Option<"alpha", "alpha", "std::string", "\"\"",
           "Share of the largest score, from 0 to 1, below which a block goes">,
    Option<"sparsity", "sparsity", "std::string", "\"\"",
           "Share of the weights, from 0 to 1, that shall be zero">,
    Option<"scope", "scope", "std::string", "\"layer\"",
           "What the share refers to: layer or global">,
    Option<"block", "block", "std::string", "\"1x1\"",
           "Output x input channels that go together, such as 16x1">,
    Option<"only", "layers", "std::string", "\"\"",
           "ONNX nodes to prune, separated by commas; all where none is named">,
    Option<"skip", "skip", "std::string", "\"\"",
           "ONNX nodes to leave alone, separated by commas">];
  let statistics = [
    Statistic<"layers", "layers", "weights that got or tightened a mask">,
    Statistic<"zeros", "zeros", "weights under a mask afterwards">];
}

def ReadMasks : Pass<"pj-read-masks", "::mlir::ModuleOp"> {
  let summary = "Read the zeros of weights as masks";
  let description = [{
    An imported network that was pruned elsewhere holds its mask as zeros. This
    pass writes them down as masks, so that training keeps them zero. A weight
    with fewer zeros than `at-least` is left as it is.

    Assumes the float or the decided form; the module becomes decided where a
    mask was read.

    ```mlir
    // penjing-opt --pj-read-masks="at-least=0.5"
    module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
      pj.param @w : tensor<2x2xf32> {role = #pj.role<weight>, trainable,
          value = dense<[[1.0, 0.0], [0.0, 0.4]]> : tensor<2x2xf32>}
      func.func @main(%x: tensor<1x2xf32>) -> tensor<1x2xf32> {
        %w = pj.use @w : tensor<2x2xf32>
        %y = pj.matmul %x, %w : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32>
        return %y : tensor<1x2xf32>
      }
    }
    ```
    becomes
    ```mlir
    pj.param @w_mask : tensor<2x2xi1> {role = #pj.role<mask>, value = …}  // 1 0 / 0 1
    %w = pj.use @w : tensor<2x2xf32>
    %m = pj.use @w_mask : tensor<2x2xi1>
    %p = pj.masked %w, %m : (tensor<2x2xf32>, tensor<2x2xi1>) -> tensor<2x2xf32>
    %y = pj.matmul %x, %p : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32>
    ```
  }];
  let options = [
    Option<"atLeast", "at-least", "std::string", "\"0.05\"",
           "Share of zeros, from 0 to 1, from which on they are a mask">];
  let statistics = [
    Statistic<"layers", "layers", "weights whose zeros became a mask">];
}

def ShrinkChannels : Pass<"pj-shrink-channels", "::mlir::ModuleOp"> {
  let summary = "Remove the channels of least norm, so that the tensors really shrink";
  let description = [{
    Channels that live and die together (through residual adds, concatenations,
    depthwise convolutions, flattening) form a group; its score is the L2 norm
    of all weights that read or write it, masked ones as zero. Groups go with
    the lowest score first: `ratio` of each width; or as many as bring the
    network's multiply-adds down by `macs` and its parameters (weights, biases,
    norms) by `parameters`, taking at each step what loses the least of its
    width's norm for the share of multiply-adds, of parameters, or of both that
    it saves, where they are still too many; or those named in `channels` by
    ONNX node. `macs` buys speed, `parameters` size: convolutions hold most of
    the one, linear layers most of the other. Parameters, masks, scales and types shrink; the
    result computes what the network computed with those channels' weights,
    biases and batch-norm scales and shifts at zero.

    Widths stay at multiples of `round`: with `auto`, 8 from 16 channels on, 4
    from 8 on, for a kernel computes that many at a time; with `none`, a remark on every
    other width gives its time on `target` beside that of the next multiple. Inputs and outputs of
    the network, and what an op without a channel rule touches, stay.

    Assumes the float or the decided form.

    ```mlir
    // penjing-opt --pj-shrink-channels="channels=first:0"
    module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
      pj.param @v : tensor<2x2xf32> {role = #pj.role<weight>, trainable,
          value = dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>}
      pj.param @w : tensor<2x2xf32> {role = #pj.role<weight>, trainable,
          value = dense<[[5.0, 6.0], [7.0, 8.0]]> : tensor<2x2xf32>}
      func.func @main(%x: tensor<1x2xf32>) -> tensor<1x2xf32> {
        %v = pj.use @v : tensor<2x2xf32>
        %w = pj.use @w : tensor<2x2xf32>
        %0 = pj.matmul %x, %v : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32> loc("first")
        %1 = pj.matmul %0, %w : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32>
        return %1 : tensor<1x2xf32>
      }
    }
    ```
    becomes
    ```mlir
    pj.param @v : tensor<2x1xf32> {…}  // 2, 4
    pj.param @w : tensor<1x2xf32> {…}  // 7, 8
    ```
  }];
  let options = [
    Option<"ratio", "ratio", "std::string", "\"\"",
           "Share of each width's channels, from 0 to below 1, that goes">,
    Option<"macs", "macs", "std::string", "\"\"",
           "Share of the network's multiply-adds, from 0 to below 1, that goes">,
    Option<"parameters", "parameters", "std::string", "\"\"",
           "Share of the network's parameters, from 0 to below 1, that goes; together with macs both are met">,
    Option<"channels", "channels", "std::string", "\"\"",
           "Channels by ONNX node, such as conv1:1+4,conv2:0">,
    Option<"only", "layers", "std::string", "\"\"",
           "ONNX nodes whose widths may shrink, separated by commas; all where none is named">,
    Option<"round", "round", "std::string", "\"auto\"",
           "Keep widths at multiples of this number of channels; auto or none">,
    Option<"target", "target", "std::string", "\"x86-64-v3\"",
           "Name of the target description whose times remarks give">];
  let statistics = [
    Statistic<"channelsRemoved", "channels-removed", "number of channels removed, each group once">];
}

#endif // PENJING_TRANSFORMS_PRUNE_PASSES_TD
