// Layers of a search space: they bring their own parameters, whose shapes follow
// from the sizes that are chosen.
#ifndef PENJING_SPACE_LAYER_OPS_TD
#define PENJING_SPACE_LAYER_OPS_TD

include "penjing/Dialect/Penjing/PenjingOpBase.td"

def Penjing_ConvLayerOp : Penjing_Op<"conv_layer", [Pure, OnlySpace,
    DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "a convolution with a weight of its own, padded so that only the strides shrink the image";
  let description = [{
    Becomes a `pj.conv` (NCHW) with pads of (kernel - 1) / 2 on every side, a
    trainable weight and, with `bias`, a trainable bias; both start from
    kaiming_uniform. The output channels are those of the result's type, the
    input channels those of the operand. Kernel sizes are numbers or names of
    `pj.size`. Instances of a block and repetitions have a weight each, called
    after `name` and the instances around it.

    - (conv_layer_c1) input and result have rank 4 and one element type
    - (conv_layer_c2) the kernel has two odd sizes from 1 to 1,023: numbers or names of sizes with such options only
    - (conv_layer_c3) strides are two numbers from 1 to 1,024
    - (conv_layer_c4) the result has the input's batch, and its height and width divided by the strides, rounded up
    - (conv_layer_c5) with `depthwise`, input and result have the same channels: each has its own filter

    ```mlir
    %y = pj.conv_layer %x {kernel = [3, 3], strides = array<i64: 2, 2>} : (tensor<1x16x8x8xf32>) -> tensor<1x32x4x4xf32>
    ```
  }];
  let arguments = (ins Penjing_FloatTensor:$input, ArrayAttr:$kernel,
                       DefaultValuedAttr<DenseI64ArrayAttr, "{1, 1}">:$strides,
                       UnitAttr:$depthwise, UnitAttr:$bias, DefaultValuedAttr<StrAttr, "\"conv\"">:$name);
  let results = (outs Penjing_FloatTensor:$result);
  let assemblyFormat = "$input attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
}

def Penjing_LinearLayerOp : Penjing_Op<"linear_layer", [Pure, OnlySpace]> {
  let summary = "a matrix product with a weight of its own";
  let description = [{
    Becomes a `pj.matmul` with `transpose_b`, a trainable weight (outputs x
    inputs) and, unless `no_bias`, a trainable bias; both start from kaiming_uniform.

    - (linear_layer_c1) input and result have rank 2 and one element type
    - (linear_layer_c2) they have the same number of rows

    ```mlir
    %y = pj.linear_layer %x : (tensor<1x64xf32>) -> tensor<1x10xf32>
    ```
  }];
  let arguments = (ins Penjing_FloatTensor:$input, UnitAttr:$no_bias, DefaultValuedAttr<StrAttr, "\"linear\"">:$name);
  let results = (outs Penjing_FloatTensor:$result);
  let assemblyFormat = "$input attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
}

def Penjing_BatchNormLayerOp : Penjing_Op<"batch_norm_layer", [Pure, OnlySpace, SameOperandsAndResultType]> {
  let summary = "a batch normalization with parameters of its own";
  let description = [{
    Becomes a `pj.batch_norm` over dimension 1 with scale 1, shift 0, mean 0 and
    variance 1; scale and shift are trainable.

    - (batch_norm_layer_c1) operand and result have one type
    - (batch_norm_layer_c2) of rank 2 or more

    ```mlir
    %y = pj.batch_norm_layer %x : tensor<1x16x8x8xf32>
    ```
  }];
  let arguments = (ins Penjing_FloatTensor:$input, DefaultValuedAttr<F64Attr, "1.0e-5">:$epsilon,
                       DefaultValuedAttr<F64Attr, "0.9">:$momentum, DefaultValuedAttr<StrAttr, "\"norm\"">:$name);
  let results = (outs Penjing_FloatTensor:$result);
  let assemblyFormat = "$input attr-dict `:` type($result)";
  let hasVerifier = 1;
}

#endif
