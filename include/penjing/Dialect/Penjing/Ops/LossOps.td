// Losses. They stand in training steps; a model that is stored may hold them too.
#ifndef PENJING_LOSS_OPS_TD
#define PENJING_LOSS_OPS_TD

include "penjing/Dialect/Penjing/PenjingOpBase.td"

def Penjing_CrossEntropyOp : Penjing_TensorOp<"cross_entropy"> {
  let summary = "mean cross-entropy of logits against class labels";
  let description = [{
    Logits N x K, labels N (integers in [0, K)); the mean over the batch of
    -sum_k t_k · log softmax(logits)_k with t = (1 - s) · onehot + s / K for
    `label_smoothing` s (Szegedy et al. 2016, section 7). A scalar.

    - (cross_entropy_c1) logits have rank 2 and a static number of classes
    - (cross_entropy_c2) labels have rank 1, the batch's length and an integer type
    - (cross_entropy_c3) label_smoothing is in [0, 1)

    ```mlir
    %l = pj.cross_entropy %y, %t : (tensor<64x10xf32>, tensor<64xi32>) -> tensor<f32>
    ```
  }];
  let arguments = (ins Penjing_FloatTensor:$logits, Penjing_IntegerTensor:$labels,
                       DefaultValuedAttr<F64Attr, "0.0">:$label_smoothing);
  let results = (outs Penjing_FloatTensor:$result);
}

def Penjing_DistillationLossOp : Penjing_TensorOp<"distillation_loss"> {
  let summary = "divergence of the student's softened outputs from the teacher's";
  let description = [{
    T² · mean over the batch of KL(softmax(teacher / T) ‖ softmax(student / T))
    (Hinton, Vinyals and Dean 2015, section 2). A scalar. No gradient flows into
    the teacher.

    - (distillation_loss_c1) student and teacher have rank 2, the same shape and element type
    - (distillation_loss_c2) temperature is positive

    ```mlir
    %l = pj.distillation_loss %s, %t {temperature = 4.0 : f64} : (tensor<64x10xf32>, tensor<64x10xf32>) -> tensor<f32>
    ```
  }];
  let arguments = (ins Penjing_FloatTensor:$student, Penjing_FloatTensor:$teacher,
                       DefaultValuedAttr<F64Attr, "1.0">:$temperature);
  let results = (outs Penjing_FloatTensor:$result);
}

#endif
