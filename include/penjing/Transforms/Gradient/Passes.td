// Passes that turn a model into a training step.
#ifndef PENJING_TRANSFORMS_GRADIENT_PASSES_TD
#define PENJING_TRANSFORMS_GRADIENT_PASSES_TD

include "mlir/Pass/PassBase.td"

def BindBatch : Pass<"pj-bind-batch", "::mlir::ModuleOp"> {
  let summary = "Give the model's leading dimension a fixed size";
  let description = [{
    Dimension 0 of every input that shares it with the first input, named or
    static, becomes `size`, and all types are inferred anew. A training step
    needs static shapes, and an imported model was often exported for one image.

    Assumes that dimension 0 is the batch. A node that bakes the old size in (a
    reshape to `[1, 64]`), or that moves, sums or cuts dimension 0, is an error
    that names the node.

    ```mlir
    // penjing-opt --pj-bind-batch="size=64"
    module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
      func.func @main(%x: tensor<?x4xf32, #pj.dims<[N] -> [N]>>)
          -> tensor<?x4xf32, #pj.dims<[N] -> [N]>> attributes {pj.dims = ["N"]} {
        %y = pj.relu %x : (tensor<?x4xf32, #pj.dims<[N] -> [N]>>)
            -> tensor<?x4xf32, #pj.dims<[N] -> [N]>>
        return %y : tensor<?x4xf32, #pj.dims<[N] -> [N]>>
      }
    }
    ```
    becomes
    ```mlir
    func.func @main(%x: tensor<64x4xf32>) -> tensor<64x4xf32> {
      %y = pj.relu %x : (tensor<64x4xf32>) -> tensor<64x4xf32>
      return %y : tensor<64x4xf32>
    }
    ```
  }];
  let options = [Option<"size", "size", "int64_t", "1", "The batch: 1 to 1,048,576 images">];
}

def AttachLoss : Pass<"pj-attach-loss", "::mlir::ModuleOp"> {
  let summary = "Give the model a loss";
  let description = [{
    Adds an input `labels` (i32, one class an image) and a last result `loss`:
    the mean cross-entropy of the logits, plus `beta` times the distillation
    loss where beta is not 0; then an input `teacher_logits` follows the labels.
    The logits are the operand of a final softmax, else the output itself; a
    softmax keeps being computed for whoever reads the output.

    Assumes one output (or one named `logits`) whose logits have rank 2.

    ```mlir
    // penjing-opt --pj-attach-loss="beta=0.5 temperature=4"
    module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
      func.func @main(%x: tensor<64x10xf32>) -> (tensor<64x10xf32> {pj.name = "p"}) {
        %p = pj.softmax %x {axis = 1 : i32} : (tensor<64x10xf32>) -> tensor<64x10xf32>
        return %p : tensor<64x10xf32>
      }
    }
    ```
    becomes
    ```mlir
    func.func @main(%x: tensor<64x10xf32>, %labels: tensor<64xi32> {pj.name = "labels"},
                    %teacher: tensor<64x10xf32> {pj.name = "teacher_logits"})
        -> (tensor<64x10xf32> {pj.name = "p"}, tensor<f32> {pj.name = "loss"}) {
      %p = pj.softmax %x {axis = 1 : i32} : (tensor<64x10xf32>) -> tensor<64x10xf32>
      %ce = pj.cross_entropy %x, %labels : (tensor<64x10xf32>, tensor<64xi32>) -> tensor<f32>
      %kl = pj.distillation_loss %x, %teacher {temperature = 4.0 : f64}
          : (tensor<64x10xf32>, tensor<64x10xf32>) -> tensor<f32>
      %beta = pj.constant dense<5.000000e-01> : tensor<f32>
      %part = pj.mul %kl, %beta : (tensor<f32>, tensor<f32>) -> tensor<f32>
      %loss = pj.add %ce, %part : (tensor<f32>, tensor<f32>) -> tensor<f32>
      return %p, %loss : tensor<64x10xf32>, tensor<f32>
    }
    ```
  }];
  let options = [
    Option<"labelSmoothing", "label-smoothing", "std::string", "\"0\"",
           "Share of the target spread over all classes, from 0 up to 1">,
    Option<"beta", "beta", "std::string", "\"0\"",
           "Weight of the teacher's part of the loss, 0 for none">,
    Option<"temperature", "temperature", "std::string", "\"1\"",
           "Temperature that softens both distributions, above 0">];
}

def TrainingMode : Pass<"pj-training-mode", "::mlir::ModuleOp"> {
  let summary = "Replace ops by the form they have while training";
  let description = [{
    `pj.batch_norm` becomes `pj.batch_norm_training`, and each running statistic
    gets a result named `update:` and its parameter:
    running = momentum · running + (1 - momentum) · batch, which is ONNX's
    momentum (PyTorch's is 1 minus it). The batch is normalized by its biased
    variance; the running variance takes the unbiased one, n / (n - 1) times as
    large, as PyTorch does, because inference estimates the data's variance.

    Assumes a copy of the model made for the step: the model keeps its own form.

    ```mlir
    module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
      pj.param @s : tensor<2xf32> {role = #pj.role<norm_scale>, trainable, init = #pj.init<ones>}
      pj.param @b : tensor<2xf32> {role = #pj.role<norm_shift>, trainable, init = #pj.init<zeros>}
      pj.param @m : tensor<2xf32> {role = #pj.role<running_mean>, init = #pj.init<zeros>}
      pj.param @v : tensor<2xf32> {role = #pj.role<running_variance>, init = #pj.init<ones>}
      func.func @main(%x: tensor<8x2xf32>) -> tensor<8x2xf32> {
        %s = pj.use @s : tensor<2xf32>
        %b = pj.use @b : tensor<2xf32>
        %m = pj.use @m : tensor<2xf32>
        %v = pj.use @v : tensor<2xf32>
        %y = pj.batch_norm %x, %s, %b, %m, %v
            : (tensor<8x2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>)
            -> tensor<8x2xf32>
        return %y : tensor<8x2xf32>
      }
    }
    ```
    becomes
    ```mlir
    func.func @main(%x: tensor<8x2xf32>) -> (tensor<8x2xf32>, tensor<2xf32> {pj.name = "update:m"},
                                             tensor<2xf32> {pj.name = "update:v"}) {
      %y, %mean, %variance = pj.batch_norm_training %x, %s, %b
          : (tensor<8x2xf32>, tensor<2xf32>, tensor<2xf32>) -> (tensor<8x2xf32>, tensor<2xf32>, tensor<2xf32>)
      %momentum = pj.constant dense<0.9> : tensor<f32>
      %kept = pj.mul %m, %momentum : (tensor<2xf32>, tensor<f32>) -> tensor<2xf32>
      %rest = pj.constant dense<0.1> : tensor<f32>
      %new = pj.mul %mean, %rest : (tensor<2xf32>, tensor<f32>) -> tensor<2xf32>
      %running_mean = pj.add %kept, %new : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
      %unbiased = pj.constant dense<1.14285719> : tensor<f32>
      %estimate = pj.mul %variance, %unbiased : (tensor<2xf32>, tensor<f32>) -> tensor<2xf32>
      …
      return %y, %running_mean, %running_variance : tensor<8x2xf32>, tensor<2xf32>, tensor<2xf32>
    }
    ```
  }];
}

def Differentiate : Pass<"pj-differentiate", "::mlir::ModuleOp"> {
  let summary = "Turn a function with a loss into a step that returns gradients";
  let description = [{
    The entry function becomes the public function `@step` with the same
    arguments and these results, by `pj.name`:

    1. `loss`: the result of that name, else the last one; a float scalar
    2. the function's other results under their own names
    3. `gradient:NAME` for each trainable parameter, in the module's order
       (zeros where the loss does not depend on it)
    4. `update:NAME` for each running statistic (from pj-training-mode)

    Reverse mode: ops are visited backwards once; each rule
    (`DifferentiableOpInterface`) writes the gradients of its operands, and those
    of a value with several uses are added.

    Assumes static shapes, one block, and a rule for every op between a
    trainable parameter and the loss.

    ```mlir
    module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
      pj.param @w : tensor<10x4xf32> {role = #pj.role<weight>, trainable, init = #pj.init<zeros>}
      func.func @main(%x: tensor<8x4xf32>, %labels: tensor<8xi32>) -> tensor<f32> {
        %w = pj.use @w : tensor<10x4xf32>
        %y = pj.matmul %x, %w {transpose_b} : (tensor<8x4xf32>, tensor<10x4xf32>) -> tensor<8x10xf32>
        %l = pj.cross_entropy %y, %labels : (tensor<8x10xf32>, tensor<8xi32>) -> tensor<f32>
        return %l : tensor<f32>
      }
    }
    ```
    becomes
    ```mlir
    func.func @step(%x: tensor<8x4xf32>, %labels: tensor<8xi32>)
        -> (tensor<f32> {pj.name = "loss"}, tensor<10x4xf32> {pj.name = "gradient:w"}) {
      %w = pj.use @w : tensor<10x4xf32>
      %y = pj.matmul %x, %w {transpose_b} : (tensor<8x4xf32>, tensor<10x4xf32>) -> tensor<8x10xf32>
      %l = pj.cross_entropy %y, %labels : (tensor<8x10xf32>, tensor<8xi32>) -> tensor<f32>
      %one = pj.constant dense<1.0> : tensor<f32>
      %dy = pj.cross_entropy_gradient %one, %y, %labels
          : (tensor<f32>, tensor<8x10xf32>, tensor<8xi32>) -> tensor<8x10xf32>
      %dw = pj.matmul %dy, %x {transpose_a} : (tensor<8x10xf32>, tensor<8x4xf32>) -> tensor<10x4xf32>
      return %l, %dw : tensor<f32>, tensor<10x4xf32>
    }
    ```
  }];
}

#endif // PENJING_TRANSFORMS_GRADIENT_PASSES_TD
