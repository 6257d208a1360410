// Normalization and softmax: what the ops say, and their constraints.
#ifndef PENJING_NORMALIZATION_OPS_TD
#define PENJING_NORMALIZATION_OPS_TD

include "penjing/Dialect/Penjing/PenjingOpBase.td"

def Penjing_BatchNormOp : Penjing_TensorOp<"batch_norm"> {
  let summary = "batch normalization by stored statistics";
  let description = [{
    y = (x - mean[c]) / sqrt(variance[c] + epsilon) · scale[c] + shift[c], c being
    `axis` (Ioffe and Szegedy 2015). In a training step it becomes
    `pj.batch_norm_training`, and `momentum` moves the running statistics.

    - (batch_norm_c1) axis is a dimension of the input
    - (batch_norm_c2) scale, shift, mean and variance have rank 1 and the length of the axis
    - (batch_norm_c3) epsilon is positive

    ```mlir
    %y = pj.batch_norm %x, %s, %b, %m, %v {epsilon = 1.0e-5 : f64} : (tensor<1x16x8x8xf32>, tensor<16xf32>,
        tensor<16xf32>, tensor<16xf32>, tensor<16xf32>) -> tensor<1x16x8x8xf32>
    ```
  }];
  let arguments = (ins Penjing_FloatTensor:$input, Penjing_FloatTensor:$scale, Penjing_FloatTensor:$shift,
                       Penjing_FloatTensor:$mean, Penjing_FloatTensor:$variance,
                       DefaultValuedAttr<F64Attr, "1.0e-5">:$epsilon,
                       DefaultValuedAttr<F64Attr, "0.9">:$momentum,
                       DefaultValuedAttr<I32Attr, "1">:$axis);
  let results = (outs Penjing_FloatTensor:$result);
}

def Penjing_BatchNormTrainingOp : Penjing_TensorOp<"batch_norm_training", [GradientOnly]> {
  let summary = "batch normalization by the statistics of the batch itself";
  let description = [{
    Results: y; the batch's mean per channel; the batch's biased variance per
    channel (divided by the number of elements). y uses the biased variance.

    - (batch_norm_training_c1) axis is a dimension of the input
    - (batch_norm_training_c2) scale and shift have rank 1 and the length of the axis
    - (batch_norm_training_c3) epsilon is positive

    ```mlir
    %y, %m, %v = pj.batch_norm_training %x, %s, %b
        : (tensor<8x16x8x8xf32>, tensor<16xf32>, tensor<16xf32>)
        -> (tensor<8x16x8x8xf32>, tensor<16xf32>, tensor<16xf32>)
    ```
  }];
  let arguments = (ins Penjing_FloatTensor:$input, Penjing_FloatTensor:$scale, Penjing_FloatTensor:$shift,
                       DefaultValuedAttr<F64Attr, "1.0e-5">:$epsilon,
                       DefaultValuedAttr<I32Attr, "1">:$axis);
  let results = (outs Penjing_FloatTensor:$result, Penjing_FloatTensor:$mean, Penjing_FloatTensor:$variance);
}

def Penjing_SoftmaxOp : Penjing_TensorOp<"softmax"> {
  let summary = "exponentials divided by their sum along an axis";
  let description = [{
    y = exp(x - max) / sum(exp(x - max)) along `axis` (ONNX, from opset 13 on).

    - (softmax_c1) axis is a dimension of the input

    ```mlir
    %y = pj.softmax %x {axis = 1 : i32} : (tensor<1x10xf32>) -> tensor<1x10xf32>
    ```
  }];
  let arguments = (ins Penjing_FloatTensor:$input, I32Attr:$axis);
  let results = (outs Penjing_FloatTensor:$result);
}

#endif
