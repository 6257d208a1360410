// Passes that change numbers only: training and calibration. They ask the
// session for data, models, progress and cancellation.
#ifndef PENJING_TRAIN_PASSES_TD
#define PENJING_TRAIN_PASSES_TD

include "mlir/Pass/PassBase.td"

def Train : Pass<"pj-train", "::mlir::ModuleOp"> {
  let summary = "Train the trainable parameters on labelled samples";
  let description = [{
    Fills parameters that have only an initializer, then trains: compiles the
    step (loss, gradients, running statistics) for a fixed batch, runs it over
    the data and writes the new values back once. The graph is not changed.
    The loss is the cross-entropy of the logits (the operand of a final
    softmax, else the output) against the labels, plus, where `beta` is above
    0, beta · T² · KL(teacher ‖ student). A masked weight is zero in the product
    and keeps its value underneath. At the end the biases of layers on integers are
    rounded as by `pj-calibrate`. `epochs=0` fills initializers only.

    Assumes form float or decided, one input, one output, and that every scale
    has a value (run `pj-calibrate` first). A loss that is not finite stops the
    training, with the values of the last whole epoch. When the session is
    cancelled, the state is saved where the session says, and the pass fails.

    ```mlir
    // penjing-opt --pj-train="epochs=0 seed=1"
    module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
      pj.param @w : tensor<4x2xf32> {role = #pj.role<weight>, trainable,
                                     init = #pj.init<kaiming_uniform, fan_in = 4>}
      func.func @main(%x: tensor<?x4xf32, #pj.dims<[N] -> [N]>>)
          -> tensor<?x2xf32, #pj.dims<[N] -> [N]>> attributes {pj.dims = ["N"]} {
        %w = pj.use @w : tensor<4x2xf32>
        %y = pj.matmul %x, %w : (tensor<?x4xf32, #pj.dims<[N] -> [N]>>, tensor<4x2xf32>)
            -> tensor<?x2xf32, #pj.dims<[N] -> [N]>>
        return %y : tensor<?x2xf32, #pj.dims<[N] -> [N]>>
      }
    }
    ```
  }];
  let options = [
    Option<"epochs", "epochs", "std::string", "\"1\"", "times the data is seen; 0 fills initializers only">,
    Option<"batch", "batch", "std::string", "\"64\"", "samples of a step; the last partial batch is dropped">,
    Option<"rate", "lr", "std::string", "\"0.01\"", "learning rate, the peak of the schedule">,
    Option<"schedule", "schedule", "std::string", "\"constant\"",
           "constant, step, cosine, linear or one-cycle (20 % of the steps up, then down to 0)">,
    Option<"warmup", "warmup", "std::string", "\"0\"", "epochs over which the rate rises from 0">,
    Option<"gamma", "gamma", "std::string", "\"0.1\"", "factor of the schedule step">,
    Option<"decayEpochs", "decay-epochs", "std::string", "\"0\"",
           "epochs between the factors of the schedule step; 0: a third of all">,
    Option<"optimizer", "optimizer", "std::string", "\"sgd\"", "sgd or adamw">,
    Option<"momentum", "momentum", "std::string", "\"0\"", "momentum of sgd">,
    Option<"nesterov", "nesterov", "bool", "false", "Nesterov's momentum">,
    Option<"beta1", "beta1", "std::string", "\"0.9\"", "decay of the first moment of adamw">,
    Option<"beta2", "beta2", "std::string", "\"0.999\"", "decay of the second moment of adamw">,
    Option<"epsilon", "epsilon", "std::string", "\"1e-8\"", "added to the root in adamw">,
    Option<"weightDecay", "weight-decay", "std::string", "\"0\"",
           "added to the gradient by sgd, decoupled in adamw; for all trained parameters">,
    Option<"labelSmoothing", "label-smoothing", "std::string", "\"0\"", "share of the labels spread over all classes">,
    Option<"flip", "flip", "bool", "false", "mirror images left to right with probability 1/2">,
    Option<"shift", "shift", "std::string", "\"0\"", "crop from the image zero-padded by so many pixels">,
    Option<"validation", "validation", "std::string", "\"0\"", "share of the samples held out and tested on after each epoch">,
    Option<"beta", "beta", "std::string", "\"0\"", "weight of the teacher's term; above 0 distils">,
    Option<"temperature", "temperature", "std::string", "\"4\"", "temperature T of the distillation">,
    Option<"teacher", "teacher", "std::string", "\"input\"",
           "name of the teacher in the session; the default is the recipe's input model">,
    Option<"data", "data", "std::string", "\"data\"", "name of the data in the session, or a path inside its data folder">,
    Option<"seed", "seed", "std::string", "\"\"", "seed of order, augmentation and initializers; the session's where empty">];
  let dependentDialects = ["::penjing::PenjingDialect"];
}

def Calibrate : Pass<"pj-calibrate", "::mlir::ModuleOp"> {
  let summary = "Fill scales and zero points from observed values";
  let description = [{
    Runs samples through the model and fills the scale and zero point of every
    `pj.fake_quantize` whose scale is a parameter without a value, by the clip
    rule that stands on the op. While observing, those ops pass their input
    through; ops with values, those of weights above all, do their rounding.
    Then the biases of layers between grids are rounded to the integers that they
    become, multiples of input scale x weight scale, so that the packed network
    predicts what this one does. Nothing else is changed, and nothing at all, nor
    is data needed, where every scale has its value.

    Assumes form decided and that all other parameters have values. Samples are
    chosen by the seed, from the training split.

    ```mlir
    // penjing-opt --pj-calibrate
    module attributes {pj.form = #pj.form<decided>, pj.version = 1 : i32} {
      pj.param @s : tensor<f32> {role = #pj.role<quant_scale>, value = dense<0.5> : tensor<f32>}
      pj.param @z : tensor<i32> {role = #pj.role<zero_point>, value = dense<0> : tensor<i32>}
      func.func @main(%x: tensor<4x2xf32>) -> tensor<4x2xf32> {
        %s = pj.use @s : tensor<f32>
        %z = pj.use @z : tensor<i32>
        %y = pj.fake_quantize %x, %s, %z : (tensor<4x2xf32>, tensor<f32>, tensor<i32>) -> tensor<4x2xf32>
        return %y : tensor<4x2xf32>
      }
    }
    ```
  }];
  let options = [
    Option<"samples", "samples", "std::string", "\"512\"", "samples observed; fewer where the data has fewer">,
    Option<"percentile", "percentile", "std::string", "\"99.99\"", "share of the values kept by the rule percentile, in percent">,
    Option<"sigmas", "sigmas", "std::string", "\"3\"", "deviations from the mean kept by the rule sigma">,
    Option<"data", "data", "std::string", "\"data\"", "name of the data in the session, or a path inside its data folder">,
    Option<"seed", "seed", "std::string", "\"\"", "seed of the choice of samples; the session's where empty">];
  let dependentDialects = ["::penjing::PenjingDialect"];
}

#endif // PENJING_TRAIN_PASSES_TD
