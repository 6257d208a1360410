// Pooling: what the ops say, and their constraints.
#ifndef PENJING_POOLING_OPS_TD
#define PENJING_POOLING_OPS_TD

include "penjing/Dialect/Penjing/PenjingOpBase.td"

class Penjing_PoolOp<string mnemonic, string what, dag extra> : Penjing_TensorOp<mnemonic> {
  let summary = what # " over a 2-D window";
  let arguments = !con((ins AnyRankedTensor:$input, DenseI64ArrayAttr:$kernel,
                       DefaultValuedAttr<DenseI64ArrayAttr, "{1, 1}">:$strides,
                       DefaultValuedAttr<DenseI64ArrayAttr, "{1, 1}">:$dilations,
                       DefaultValuedAttr<DenseI64ArrayAttr, "{0, 0, 0, 0}">:$pads,
                       UnitAttr:$ceil_mode,
                       DefaultValuedAttr<Penjing_LayoutAttr, "Layout::NCHW">:$layout), extra);
  let results = (outs AnyRankedTensor:$result);
}

// A window without any tap inside the image (a dilated one may have none) gives
// -inf, or the least integer of the element or storage type.
def Penjing_MaxPoolOp : Penjing_PoolOp<"max_pool", "maximum", (ins)> {
  let description = [{
    Taps in the padding do not take part; NaN wins. `ceil_mode` rounds the
    number of windows up (a window that starts in the padding behind the image
    is dropped, as in ONNX). `pads` = top, left, bottom, right. Quantized: the maximum
    of the integers; input and result have equal types.

    - (max_pool_c1) the input has rank 4
    - (max_pool_c2) kernel, strides and dilations are two positive numbers, pads four that are not negative
    - (max_pool_c3) each pad is smaller than the dilated kernel
    - (max_pool_c4) the dilated kernel fits into the padded image

    ```mlir
    %y = pj.max_pool %x {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>}
        : (tensor<1x16x32x32xf32>) -> tensor<1x16x16x16xf32>
    ```
  }];
}

// A window without any tap inside the image gives 0: quantized, the zero point.
def Penjing_AveragePoolOp : Penjing_PoolOp<"average_pool", "mean", (ins UnitAttr:$count_include_pad)> {
  let description = [{
    The sum over the taps inside the image, divided by their number or, with
    `count_include_pad`, by the number of taps inside the padded image.
    Quantized: acc = sum of (q - zx) in i32, clamp(round_even(f32(acc) · f32(sx/(sy·count))) + zy).

    - (average_pool_c1) the input has rank 4
    - (average_pool_c2) kernel, strides and dilations are two positive numbers, pads four that are not negative
    - (average_pool_c3) each pad is smaller than the dilated kernel
    - (average_pool_c4) the dilated kernel fits into the padded image

    ```mlir
    %y = pj.average_pool %x {kernel = array<i64: 8, 8>} : (tensor<1x64x8x8xf32>) -> tensor<1x64x1x1xf32>
    ```
  }];
}

def Penjing_GlobalAveragePoolOp : Penjing_TensorOp<"global_average_pool"> {
  let summary = "mean over the height and width of each channel";
  let description = [{
    Quantized as `pj.average_pool`.

    - (global_average_pool_c1) the input has rank 4 and static height and width

    ```mlir
    %y = pj.global_average_pool %x : (tensor<1x64x8x8xf32>) -> tensor<1x64x1x1xf32>
    ```
  }];
  let arguments = (ins AnyRankedTensor:$input,
      DefaultValuedAttr<Penjing_LayoutAttr, "Layout::NCHW">:$layout);
  let results = (outs AnyRankedTensor:$result);
}

#endif
