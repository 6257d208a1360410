// Quantization: simulated in float (decided form) and real (packed form).
#ifndef PENJING_QUANTIZATION_OPS_TD
#define PENJING_QUANTIZATION_OPS_TD

include "penjing/Dialect/Penjing/PenjingOpBase.td"

// NaN stays NaN, so that a training that diverges is seen to.
def Penjing_FakeQuantizeOp : Penjing_TensorOp<"fake_quantize", [OnlyDecided]> {
  let summary = "a float value rounded to the grid that its integers will have";
  let description = [{
    q = clamp(round(x / scale) + zero, qmin, qmax); result = (q - zero) · scale,
    with round half to even (`nearest`) or `floor`. Integers have `bits` bits;
    unsigned: [0, 2^bits - 1]; signed: [-2^(bits-1) + narrow, 2^(bits-1) - 1].
    Its gradient passes straight through where q was not clamped (Bengio et al.
    2013), zero elsewhere.
    `clip` says how `pj-calibrate` fills scale and zero where they are parameters
    without a value.

    - (fake_quantize_c1) scale is a float scalar, or has rank 1 with the length
      of dimension `axis`
    - (fake_quantize_c2) zero is an integer tensor of the scale's shape
    - (fake_quantize_c3) bits is between 2 and 16
    - (fake_quantize_c4) axis is given exactly where scale has rank 1, and is a dimension of x

    ```mlir
    %q = pj.fake_quantize %w, %s, %z {bits = 8 : i32, is_signed, narrow, axis = 0 : i32}
        : (tensor<16x1x3x3xf32>, tensor<16xf32>, tensor<16xi32>) -> tensor<16x1x3x3xf32>
    ```
  }];
  let arguments = (ins Penjing_FloatTensor:$input, Penjing_FloatTensor:$scale,
                       Penjing_IntegerTensor:$zero, DefaultValuedAttr<I32Attr, "8">:$bits,
                       UnitAttr:$is_signed, UnitAttr:$narrow, OptionalAttr<I32Attr>:$axis,
                       DefaultValuedAttr<Penjing_RoundingRuleAttr, "RoundingRule::Nearest">:$rounding,
                       DefaultValuedAttr<Penjing_ClipRuleAttr, "ClipRule::MinMax">:$clip);
  let results = (outs Penjing_FloatTensor:$result);
  let extraClassDeclaration = [{
    /// Least and greatest integer of the grid.
    int64_t getQMin() { return getIsSigned() ? -(int64_t(1) << (getBits() - 1)) + getNarrow() : 0; }
    int64_t getQMax() { return getIsSigned() ? (int64_t(1) << (getBits() - 1)) - 1 : (int64_t(1) << getBits()) - 1; }
  }];
}

// NaN gives the storage minimum, whatever the rounding.
def Penjing_QuantizeOp : Penjing_Op<"quantize", [Pure, OnlyPackedOrScheduled]> {
  let summary = "float to the integers of a quantized type";
  let description = [{
    q = clamp(round(x / scale) + zero, storage minimum, storage maximum), half to
    even or, with `rounding = floor`, down.

    - (quantize_c1) the result has the input's shape
    - (quantize_c2) the result's element type is `!quant.uniform` with the
      input's element type as expressed type

    ```mlir
    %q = pj.quantize %x : (tensor<4xf32>) -> tensor<4x!quant.uniform<u8:f32, 0.5:128>>
    ```
  }];
  let arguments = (ins Penjing_FloatTensor:$input,
      DefaultValuedAttr<Penjing_RoundingRuleAttr, "RoundingRule::Nearest">:$rounding);
  let results = (outs AnyRankedTensor:$result);
  let assemblyFormat = "operands attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
}

def Penjing_DequantizeOp : Penjing_TensorOp<"dequantize", [OnlyPackedOrScheduled]> {
  let summary = "the integers of a quantized type to float";
  let description = [{
    result = (q - zero) · scale in the expressed type.

    - (dequantize_c1) the input's element type is `!quant.uniform`

    ```mlir
    %x = pj.dequantize %q : (tensor<4x!quant.uniform<u8:f32, 0.5:128>>) -> tensor<4xf32>
    ```
  }];
  let arguments = (ins AnyRankedTensor:$input);
  let results = (outs Penjing_FloatTensor:$result);
}

#endif
