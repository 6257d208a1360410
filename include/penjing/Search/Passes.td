// Passes that open the choices of a network and that resolve them.
#ifndef PENJING_SEARCH_PASSES_TD
#define PENJING_SEARCH_PASSES_TD

include "mlir/Pass/PassBase.td"

def OpenChoices : Pass<"pj-open-choices", "::mlir::ModuleOp"> {
  let summary = "Open the widths, zeros and bits of a trained network as decisions";
  let description = [{
    The network stays as it is and computes the same; what could be changed about
    it is written beside it as `pj.decision`s, so that pruning and quantization
    are searched as architectures are. `pj-resolve-choices` carries an answer out:

    - `widths`: for channels that live and die together, the share that stays; a
      decision per width of the network, called `LAYER.width` after its first layer;
    - `sparsity`: the share of a layer's weights that becomes zero, in blocks of
      `block`: `LAYER.sparsity`; depthwise convolutions are left out;
    - `bits`: `float`, or the bits of a layer's weights: `LAYER.bits`.

    An option that lists fewer than two values opens nothing. Characters that no
    decision may have in its name become `_`.

    Assumes the float form; batch normalizations are best folded first.

    ```mlir
    // penjing-opt --pj-open-choices="widths=0.5,1.0 bits=float,8"
    module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
      pj.param @v : tensor<2x2xf32> {role = #pj.role<weight>, trainable,
          value = dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>}
      pj.param @w : tensor<2x2xf32> {role = #pj.role<weight>, trainable,
          value = dense<[[5.0, 6.0], [7.0, 8.0]]> : tensor<2x2xf32>}
      func.func @main(%x: tensor<1x2xf32>) -> tensor<1x2xf32> {
        %v = pj.use @v : tensor<2x2xf32>
        %w = pj.use @w : tensor<2x2xf32>
        %0 = pj.matmul %x, %v : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32> loc("first")
        %1 = pj.matmul %0, %w : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32> loc("last")
        return %1 : tensor<1x2xf32>
      }
    }
    ```
    becomes
    ```mlir
    pj.decision @first.width {decides = #pj.decides<width>, layers = ["first"], options = ["0.5", "1.0"]}
    pj.decision @first.bits {decides = #pj.decides<bits>, layers = ["first"], options = ["float", "8"]}
    pj.decision @last.bits {decides = #pj.decides<bits>, layers = ["last"], options = ["float", "8"]}
    ```
  }];
  let options = [
    Option<"widths", "widths", "std::string", "\"\"",
           "Shares of a width's channels that may stay, above 0 and up to 1, such as 0.25,0.5,1.0">,
    Option<"sparsity", "sparsity", "std::string", "\"\"",
           "Shares of a layer's weights that may become zero, from 0 and below 1, such as 0,0.5,0.75">,
    Option<"block", "block", "std::string", "\"1x1\"",
           "Output x input channels that become zero together, such as 16x1">,
    Option<"bits", "bits", "std::string", "\"\"",
           "Bits that a layer's weights may have: float and numbers from 2 to 8, such as float,8">,
    Option<"skip", "skip", "std::string", "\"\"",
           "ONNX nodes to open nothing about, separated by commas">];
  let statistics = [
    Statistic<"decisions", "decisions", "decisions opened">];
}

def ResolveChoices : Pass<"pj-resolve-choices", "::mlir::ModuleOp"> {
  let summary = "Turn a search space into one network by a decision for each of its choices";
  let description = [{
    The chosen alternatives are inlined, stacks unrolled, blocks instantiated and
    sizes put in; layers get parameters of the shapes that follow, with
    initializers; all types are inferred anew, and what nobody reads is removed.
    Decisions about a trained network (`pj.decision`) are carried out by
    `pj-shrink-channels`, `pj-prune-magnitude` and `pj-quantize` on the layers
    that they name, in this order.

    Every decision of the space needs an option; those inside an alternative that
    was not taken change nothing. `{edge0=conv3x3 edge1=skip}` means
    `{decisions={edge0=conv3x3 edge1=skip}}`.

    Assumes a search space: the float form. The module stays float, or becomes
    decided where decisions mask or quantize.

    ```mlir
    // penjing-opt --pj-resolve-choices="edge0=conv3x3 count=8"
    module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
      pj.size @count [8, 16]
      func.func @main(%x: tensor<1x3x8x8xf32>) -> tensor<1x?x8x8xf32, #pj.dims<[count] -> [count]>> {
        %0 = pj.choice @edge0 : tensor<1x3x8x8xf32>
          case skip {
            pj.yield %x : tensor<1x3x8x8xf32>
          }
          case conv3x3 {
            %1 = pj.conv_layer %x {kernel = [3, 3]} : (tensor<1x3x8x8xf32>) -> tensor<1x3x8x8xf32>
            pj.yield %1 : tensor<1x3x8x8xf32>
          }
        %2 = pj.conv_layer %0 {kernel = [1, 1], name = "last"}
            : (tensor<1x3x8x8xf32>) -> tensor<1x?x8x8xf32, #pj.dims<[count] -> [count]>>
        return %2 : tensor<1x?x8x8xf32, #pj.dims<[count] -> [count]>>
      }
    }
    ```
    becomes
    ```mlir
    pj.param @conv.weight : tensor<3x3x3x3xf32> {init = #pj.init<kaiming_uniform, fan_in = 27>, …}
    pj.param @last.weight : tensor<8x3x1x1xf32> {init = #pj.init<kaiming_uniform, fan_in = 3>, …}
    %v = pj.use @conv.weight : tensor<3x3x3x3xf32>
    %1 = pj.conv %x, %v {pads = array<i64: 1, 1, 1, 1>} : (tensor<1x3x8x8xf32>, tensor<3x3x3x3xf32>) -> tensor<1x3x8x8xf32>
    %w = pj.use @last.weight : tensor<8x3x1x1xf32>
    %2 = pj.conv %1, %w : (tensor<1x3x8x8xf32>, tensor<8x3x1x1xf32>) -> tensor<1x8x8x8xf32>
    ```
  }];
  let options = [
    Option<"decisions", "decisions", "std::string", "\"\"",
           "Decisions as name=option, separated by blanks or commas">];
}

def Search : Pass<"pj-search", "::mlir::ModuleOp"> {
  let summary = "Find the best network of a search space by training and measuring candidates";
  let description = [{
    Replaces the space by the best of `trials` candidates, trained. A searcher
    proposes points in batches; each is resolved, trained by the passes `train`,
    finished by the passes `finish`, compiled for this machine and measured on
    that object: accuracy on held-out samples, median time of a call while all
    other trials stand still, size of the sections, arena and stack. Trials run in
    processes of their own, and one that crashes, diverges or takes longer than
    `limit` has failed; the search goes on. The best network is as training left
    it, so that later passes can train, prune and quantize it.

    The reward is the accuracy, or with a target accuracy x (latency / target)^w
    (Tan et al. 2019); what breaks a limit is worth less than all that keep it, and
    a search that finds nothing within the limits fails. With the same seed a
    search without latency has the same result, whatever the jobs. Where the
    session keeps a state, every trial is journalled there, and a search that was
    killed goes on. `trials=0` takes the first option of every decision, untrained.

    Assumes a search space: the float form.

    ```mlir
    // penjing-opt --pj-search="trials=0"
    module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
      pj.size @count [8, 16]
      func.func @main(%x: tensor<1x3x8x8xf32>) -> tensor<1x?x8x8xf32, #pj.dims<[count] -> [count]>> {
        %0 = pj.conv_layer %x {kernel = [3, 3], name = "conv"}
            : (tensor<1x3x8x8xf32>) -> tensor<1x?x8x8xf32, #pj.dims<[count] -> [count]>>
        return %0 : tensor<1x?x8x8xf32, #pj.dims<[count] -> [count]>>
      }
    }
    ```
    becomes
    ```mlir
    pj.param @conv.weight : tensor<8x3x3x3xf32> {init = #pj.init<kaiming_uniform, fan_in = 27>, …}
    ```
  }];
  let options = [
    Option<"searcher", "searcher", "std::string", "\"evolution\"", "random, evolution, local or rnn-controller">,
    Option<"trials", "trials", "std::string", "\"50\"", "points to try; 0 takes the first option of every decision">,
    Option<"batch", "batch", "std::string", "\"8\"", "points proposed before the searcher is told">,
    Option<"jobs", "jobs", "std::string", "\"\"", "trials side by side; the session's threads where empty">,
    Option<"train", "train", "std::string", "\"\"", "passes that train a candidate; empty: three epochs of pj-train">,
    Option<"finish", "finish", "std::string", "\"\"",
           "passes that then make what is measured; empty: pj-fold-batch-norm">,
    Option<"samples", "samples", "std::string", "\"0\"", "samples trained on at most; 0: all">,
    Option<"heldOut", "held-out", "std::string", "\"2000\"", "samples held out to judge by">,
    Option<"limit", "limit", "std::string", "\"\"", "time a trial may take, such as 8s">,
    Option<"targetLatency", "target-latency", "std::string", "\"\"", "reward accuracy x (latency / target)^w">,
    Option<"exponent", "latency-exponent", "std::string", "\"\"", "w of the target; -0.07 where empty">,
    Option<"maxLatency", "max-latency", "std::string", "\"\"", "of a call on one sample, such as 200us">,
    Option<"maxSize", "max-size", "std::string", "\"\"", "of the object's code and constants, such as 64K">,
    Option<"maxRam", "max-ram", "std::string", "\"\"", "of arena and stack, such as 16K">,
    Option<"minAccuracy", "min-accuracy", "std::string", "\"\"", "on the held-out samples, in percent">,
    Option<"data", "data", "std::string", "\"data\"", "name of the data in the session, or a path inside its data folder">,
    Option<"seed", "seed", "std::string", "\"\"", "seed of searcher, samples and trainings; the session's where empty">];
  let dependentDialects = ["::penjing::PenjingDialect", "::mlir::func::FuncDialect"];
}

#endif // PENJING_SEARCH_PASSES_TD
