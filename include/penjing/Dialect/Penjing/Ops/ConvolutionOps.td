// Convolution: what the op says, and its constraints.
#ifndef PENJING_CONVOLUTION_OPS_TD
#define PENJING_CONVOLUTION_OPS_TD

include "penjing/Dialect/Penjing/PenjingOpBase.td"

def Penjing_ConvOp : Penjing_TensorOp<"conv"> {
  let summary = "2-D convolution (cross-correlation), grouped and depthwise included";
  let description = [{
    y[n, o, i, j] = bias[o] + sum over (c, kh, kw) of
        x[n, g·C/groups + c, i·sh + kh·dh - top, j·sw + kw·dw - left] · w[o, c, kh, kw]
    with g = o / (O / groups) and zero outside the image (the zero point, where
    quantized). The weight is always O x C/groups x KH x KW; `layout` says how x
    and y are ordered. `pads` = top, left, bottom, right.

    Packed: x and w quantized (x per tensor, w symmetric, per tensor or per
    channel O), bias i32 at scale sx·sw: the sum acc is i32; the result is
    quantized, clamp(round_even(f32(acc) · m[o]) + zy) with
    m[o] = f32(sx·sw[o]/sy) (the quotient in f64), or float, f32(acc) · f32(sx·sw[o]).

    - (conv_c1) input and weight have rank 4
    - (conv_c2) strides and dilations are two positive numbers, pads four that are not negative
    - (conv_c3) groups is positive and divides the input channels and the output channels
    - (conv_c4) the weight's dimension 1 times groups is the input's channels
    - (conv_c5) the bias has rank 1 and the output channels as length
    - (conv_c6) the dilated kernel fits into the padded image
    - (conv_c7) input and weight have the same expressed element type
    - (conv_c8) the weight is static
    - (conv_c9) an integer reduction has at most 66,000 products

    ```mlir
    %y = pj.conv %x, %w, %b {strides = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>}
        : (tensor<1x3x32x32xf32>, tensor<16x3x3x3xf32>, tensor<16xf32>) -> tensor<1x16x32x32xf32>
    ```
  }];
  let arguments = (ins AnyRankedTensor:$input, AnyRankedTensor:$weight,
                       Optional<AnyRankedTensor>:$bias,
                       DefaultValuedAttr<DenseI64ArrayAttr, "{1, 1}">:$strides,
                       DefaultValuedAttr<DenseI64ArrayAttr, "{1, 1}">:$dilations,
                       DefaultValuedAttr<DenseI64ArrayAttr, "{0, 0, 0, 0}">:$pads,
                       DefaultValuedAttr<I64Attr, "1">:$groups,
                       DefaultValuedAttr<Penjing_LayoutAttr, "Layout::NCHW">:$layout);
  let results = (outs AnyRankedTensor:$result);
}

#endif
