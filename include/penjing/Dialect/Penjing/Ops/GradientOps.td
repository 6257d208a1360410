// Ops that only differentiation writes: adjoints that no forward op expresses.
#ifndef PENJING_GRADIENT_OPS_TD
#define PENJING_GRADIENT_OPS_TD

include "penjing/Dialect/Penjing/PenjingOpBase.td"

class Penjing_GradientOp<string mnemonic, list<Trait> traits = []>
    : Penjing_TensorOp<mnemonic, !listconcat([GradientOnly], traits)>;

def Penjing_ConvInputGradientOp : Penjing_GradientOp<"conv_input_gradient"> {
  let summary = "adjoint of pj.conv in its input";
  let description = [{
    dx from dy and w; `like` gives the shape of x. Attributes as the convolution's.

    - (conv_input_gradient_c1) the attributes and shapes are those of a legal
      `pj.conv` of `like` and the weight whose result has dy's type

    ```mlir
    %dx = pj.conv_input_gradient %dy, %w, %x {pads = array<i64: 1, 1, 1, 1>}
        : (tensor<8x16x32x32xf32>, tensor<16x3x3x3xf32>, tensor<8x3x32x32xf32>) -> tensor<8x3x32x32xf32>
    ```
  }];
  let arguments = (ins Penjing_FloatTensor:$gradient, Penjing_FloatTensor:$weight, Penjing_FloatTensor:$like,
                       DefaultValuedAttr<DenseI64ArrayAttr, "{1, 1}">:$strides,
                       DefaultValuedAttr<DenseI64ArrayAttr, "{1, 1}">:$dilations,
                       DefaultValuedAttr<DenseI64ArrayAttr, "{0, 0, 0, 0}">:$pads,
                       DefaultValuedAttr<I64Attr, "1">:$groups,
                       DefaultValuedAttr<Penjing_LayoutAttr, "Layout::NCHW">:$layout);
  let results = (outs Penjing_FloatTensor:$result);
}

def Penjing_ConvWeightGradientOp : Penjing_GradientOp<"conv_weight_gradient"> {
  let summary = "adjoint of pj.conv in its weight";
  let description = [{
    dw from dy and x; `kernel` = KH, KW. Attributes as the convolution's.

    - (conv_weight_gradient_c1) the attributes and shapes are those of a legal
      `pj.conv` of the input whose result has dy's type

    ```mlir
    %dw = pj.conv_weight_gradient %dy, %x {kernel = array<i64: 3, 3>, pads = array<i64: 1, 1, 1, 1>}
        : (tensor<8x16x32x32xf32>, tensor<8x3x32x32xf32>) -> tensor<16x3x3x3xf32>
    ```
  }];
  let arguments = (ins Penjing_FloatTensor:$gradient, Penjing_FloatTensor:$input, DenseI64ArrayAttr:$kernel,
                       DefaultValuedAttr<DenseI64ArrayAttr, "{1, 1}">:$strides,
                       DefaultValuedAttr<DenseI64ArrayAttr, "{1, 1}">:$dilations,
                       DefaultValuedAttr<DenseI64ArrayAttr, "{0, 0, 0, 0}">:$pads,
                       DefaultValuedAttr<I64Attr, "1">:$groups,
                       DefaultValuedAttr<Penjing_LayoutAttr, "Layout::NCHW">:$layout);
  let results = (outs Penjing_FloatTensor:$result);
}

def Penjing_MaxPoolGradientOp : Penjing_GradientOp<"max_pool_gradient"> {
  let summary = "adjoint of pj.max_pool";
  let description = [{
    Each element of dy goes to the first tap (in row-major order of the window)
    that holds the maximum. Attributes as the pool's.

    - (max_pool_gradient_c1) the attributes are those of a legal `pj.max_pool` of
      the input whose result has dy's type

    ```mlir
    %dx = pj.max_pool_gradient %dy, %x {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>}
        : (tensor<8x16x16x16xf32>, tensor<8x16x32x32xf32>) -> tensor<8x16x32x32xf32>
    ```
  }];
  let arguments = (ins Penjing_FloatTensor:$gradient, Penjing_FloatTensor:$input, DenseI64ArrayAttr:$kernel,
                       DefaultValuedAttr<DenseI64ArrayAttr, "{1, 1}">:$strides,
                       DefaultValuedAttr<DenseI64ArrayAttr, "{1, 1}">:$dilations,
                       DefaultValuedAttr<DenseI64ArrayAttr, "{0, 0, 0, 0}">:$pads,
                       UnitAttr:$ceil_mode,
                       DefaultValuedAttr<Penjing_LayoutAttr, "Layout::NCHW">:$layout);
  let results = (outs Penjing_FloatTensor:$result);
}

def Penjing_AveragePoolGradientOp : Penjing_GradientOp<"average_pool_gradient"> {
  let summary = "adjoint of pj.average_pool";
  let description = [{
    Each element of dy, divided by its window's count, goes to every tap of the
    window inside the image; `like` gives the shape of x. Attributes as the pool's.

    - (average_pool_gradient_c1) the attributes are those of a legal
      `pj.average_pool` of `like` whose result has dy's type

    ```mlir
    %dx = pj.average_pool_gradient %dy, %x {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>}
        : (tensor<8x16x16x16xf32>, tensor<8x16x32x32xf32>) -> tensor<8x16x32x32xf32>
    ```
  }];
  let arguments = (ins Penjing_FloatTensor:$gradient, Penjing_FloatTensor:$like, DenseI64ArrayAttr:$kernel,
                       DefaultValuedAttr<DenseI64ArrayAttr, "{1, 1}">:$strides,
                       DefaultValuedAttr<DenseI64ArrayAttr, "{1, 1}">:$dilations,
                       DefaultValuedAttr<DenseI64ArrayAttr, "{0, 0, 0, 0}">:$pads,
                       UnitAttr:$ceil_mode,
                       DefaultValuedAttr<Penjing_LayoutAttr, "Layout::NCHW">:$layout,
                       UnitAttr:$count_include_pad);
  let results = (outs Penjing_FloatTensor:$result);
}

def Penjing_BatchNormGradientOp : Penjing_GradientOp<"batch_norm_gradient"> {
  let summary = "adjoint of pj.batch_norm_training";
  let description = [{
    Results: dx, dscale, dshift, from dy, x, scale and the batch's mean and
    biased variance (Ioffe and Szegedy 2015, section 3).

    - (batch_norm_gradient_c1) gradient and input have the same type
    - (batch_norm_gradient_c2) axis is a dimension of the input
    - (batch_norm_gradient_c3) scale, mean and variance have rank 1 and the length of the axis

    ```mlir
    %dx, %ds, %db = pj.batch_norm_gradient %dy, %x, %s, %m, %v
        : (tensor<8x16x8x8xf32>, tensor<8x16x8x8xf32>, tensor<16xf32>, tensor<16xf32>, tensor<16xf32>)
        -> (tensor<8x16x8x8xf32>, tensor<16xf32>, tensor<16xf32>)
    ```
  }];
  let arguments = (ins Penjing_FloatTensor:$gradient, Penjing_FloatTensor:$input, Penjing_FloatTensor:$scale,
                       Penjing_FloatTensor:$mean, Penjing_FloatTensor:$variance,
                       DefaultValuedAttr<F64Attr, "1.0e-5">:$epsilon,
                       DefaultValuedAttr<I32Attr, "1">:$axis);
  let results = (outs Penjing_FloatTensor:$input_gradient, Penjing_FloatTensor:$scale_gradient,
                      Penjing_FloatTensor:$shift_gradient);
}

def Penjing_FakeQuantizeGradientOp : Penjing_GradientOp<"fake_quantize_gradient"> {
  let summary = "straight-through adjoint of pj.fake_quantize";
  let description = [{
    dx = dy where round(x / scale) + zero lies inside the grid, 0 elsewhere
    (Bengio et al. 2013). Attributes as fake_quantize's.

    - (fake_quantize_gradient_c1) gradient and input have the same type, and the
      other operands and attributes are those of a legal `pj.fake_quantize`

    ```mlir
    %dx = pj.fake_quantize_gradient %dy, %x, %s, %z
        : (tensor<8x4xf32>, tensor<8x4xf32>, tensor<f32>, tensor<i32>) -> tensor<8x4xf32>
    ```
  }];
  let arguments = (ins Penjing_FloatTensor:$gradient, Penjing_FloatTensor:$input, Penjing_FloatTensor:$scale,
                       Penjing_IntegerTensor:$zero, DefaultValuedAttr<I32Attr, "8">:$bits,
                       UnitAttr:$is_signed, UnitAttr:$narrow, OptionalAttr<I32Attr>:$axis,
                       DefaultValuedAttr<Penjing_RoundingRuleAttr, "RoundingRule::Nearest">:$rounding);
  let results = (outs Penjing_FloatTensor:$result);
}

def Penjing_CrossEntropyGradientOp : Penjing_GradientOp<"cross_entropy_gradient"> {
  let summary = "adjoint of pj.cross_entropy in its logits";
  let description = [{
    (softmax(logits) - t) / N · dl, with dl the gradient of the loss (a scalar).

    - (cross_entropy_gradient_c1) logits, labels and label_smoothing are those of a legal `pj.cross_entropy`
    - (cross_entropy_gradient_c2) the gradient is a scalar

    ```mlir
    %dy = pj.cross_entropy_gradient %dl, %y, %t : (tensor<f32>, tensor<64x10xf32>, tensor<64xi32>) -> tensor<64x10xf32>
    ```
  }];
  let arguments = (ins Penjing_FloatTensor:$gradient, Penjing_FloatTensor:$logits, Penjing_IntegerTensor:$labels,
                       DefaultValuedAttr<F64Attr, "0.0">:$label_smoothing);
  let results = (outs Penjing_FloatTensor:$result);
}

def Penjing_DistillationLossGradientOp : Penjing_GradientOp<"distillation_loss_gradient"> {
  let summary = "adjoint of pj.distillation_loss in the student";
  let description = [{
    T · (softmax(student / T) - softmax(teacher / T)) / N · dl.

    - (distillation_loss_gradient_c1) student, teacher and temperature are those of a legal `pj.distillation_loss`
    - (distillation_loss_gradient_c2) the gradient is a scalar

    ```mlir
    %ds = pj.distillation_loss_gradient %dl, %s, %t : (tensor<f32>, tensor<64x10xf32>, tensor<64x10xf32>) -> tensor<64x10xf32>
    ```
  }];
  let arguments = (ins Penjing_FloatTensor:$gradient, Penjing_FloatTensor:$student, Penjing_FloatTensor:$teacher,
                       DefaultValuedAttr<F64Attr, "1.0">:$temperature);
  let results = (outs Penjing_FloatTensor:$result);
}

def Penjing_SoftmaxGradientOp : Penjing_GradientOp<"softmax_gradient"> {
  let summary = "adjoint of pj.softmax";
  let description = [{
    dx = y · (dy - sum(dy · y) along axis), from dy and the softmax's result y.

    - (softmax_gradient_c1) gradient and output have the same type
    - (softmax_gradient_c2) axis is a dimension of them

    ```mlir
    %dx = pj.softmax_gradient %dy, %y {axis = 1 : i32} : (tensor<4x10xf32>, tensor<4x10xf32>) -> tensor<4x10xf32>
    ```
  }];
  let arguments = (ins Penjing_FloatTensor:$gradient, Penjing_FloatTensor:$output, I32Attr:$axis);
  let results = (outs Penjing_FloatTensor:$result);
}

#endif
