// Ops that move elements and compute none.
#ifndef PENJING_SHAPE_OPS_TD
#define PENJING_SHAPE_OPS_TD

include "penjing/Dialect/Penjing/PenjingOpBase.td"

def Penjing_ReshapeOp : Penjing_TensorOp<"reshape"> {
  let summary = "the same elements in row-major order under another shape";
  let description = [{
    `shape` as in ONNX: 0 takes the input's dimension at that place (unless
    `allow_zero`), one -1 takes what is left.

    - (reshape_c1) at most one entry of shape is -1, none is less
    - (reshape_c2) a 0 stands at a dimension that the input has
    - (reshape_c3) input and result have the same number of elements

    ```mlir
    %y = pj.reshape %x {shape = array<i64: 0, -1>} : (tensor<2x32x8x8xf32>) -> tensor<2x2048xf32>
    ```
  }];
  let arguments = (ins AnyRankedTensor:$input, DenseI64ArrayAttr:$shape, UnitAttr:$allow_zero);
  let results = (outs AnyRankedTensor:$result);
}

def Penjing_TransposeOp : Penjing_TensorOp<"transpose"> {
  let summary = "dimensions in another order";
  let description = [{
    Dimension i of the result is dimension permutation[i] of the input.

    - (transpose_c1) permutation holds each dimension of the input once

    ```mlir
    %y = pj.transpose %x {permutation = array<i64: 0, 3, 1, 2>} : (tensor<1x32x32x3xf32>) -> tensor<1x3x32x32xf32>
    ```
  }];
  let arguments = (ins AnyRankedTensor:$input, DenseI64ArrayAttr:$permutation);
  let results = (outs AnyRankedTensor:$result);
}

def Penjing_PadOp : Penjing_TensorOp<"pad"> {
  let summary = "a constant border around the input";
  let description = [{
    `low` and `high` elements of `value` before and behind each dimension;
    negative ones cut off. Quantized: the border holds the quantized value.

    - (pad_c1) low and high have an entry per dimension
    - (pad_c2) no dimension of the result is negative

    ```mlir
    %y = pj.pad %x {low = array<i64: 0, 0, 1, 1>, high = array<i64: 0, 0, 1, 1>, value = 0.0 : f64}
        : (tensor<1x3x4x4xf32>) -> tensor<1x3x6x6xf32>
    ```
  }];
  let arguments = (ins AnyRankedTensor:$input, DenseI64ArrayAttr:$low, DenseI64ArrayAttr:$high,
                       DefaultValuedAttr<F64Attr, "0.0">:$value);
  let results = (outs AnyRankedTensor:$result);
}

def Penjing_ConcatOp : Penjing_TensorOp<"concat"> {
  let summary = "inputs one behind the other along an axis";
  let description = [{
    Quantized: an input whose type differs from the result's is requantized,
    clamp(round_even(f32(q - zx) · f32(sx/sy)) + zy).

    - (concat_c1) at least one input
    - (concat_c2) axis is a dimension of the inputs
    - (concat_c3) the inputs agree in rank, expressed element type and all other dimensions

    ```mlir
    %y = pj.concat %a, %b {axis = 1 : i32} : (tensor<1x4xf32>, tensor<1x6xf32>) -> tensor<1x10xf32>
    ```
  }];
  let arguments = (ins Variadic<AnyRankedTensor>:$inputs, I32Attr:$axis);
  let results = (outs AnyRankedTensor:$result);
}

def Penjing_SliceOp : Penjing_TensorOp<"slice"> {
  let summary = "a box of the input";
  let description = [{
    - (slice_c1) offsets, sizes and strides have an entry per dimension
    - (slice_c2) the box lies inside the input; strides are positive; a dynamic
      dimension is taken whole (offset 0, size -1, stride 1)

    ```mlir
    %y = pj.slice %x {offsets = array<i64: 0, 2>, sizes = array<i64: 4, 3>, strides = array<i64: 1, 1>}
        : (tensor<4x8xf32>) -> tensor<4x3xf32>
    ```
  }];
  let arguments = (ins AnyRankedTensor:$input, DenseI64ArrayAttr:$offsets, DenseI64ArrayAttr:$sizes,
                       DenseI64ArrayAttr:$strides);
  let results = (outs AnyRankedTensor:$result);
}

def Penjing_BroadcastOp : Penjing_TensorOp<"broadcast"> {
  let summary = "the input repeated to the shape of another tensor";
  let description = [{
    NumPy's rule; only the shape of `like` is read.

    - (broadcast_c1) the input broadcasts to exactly the shape of like

    ```mlir
    %y = pj.broadcast %b, %x : (tensor<10xf32>, tensor<4x10xf32>) -> tensor<4x10xf32>
    ```
  }];
  let arguments = (ins AnyRankedTensor:$input, AnyRankedTensor:$like);
  let results = (outs AnyRankedTensor:$result);
}

#endif
