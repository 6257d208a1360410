// Reductions: what the ops say, and their constraints.
#ifndef PENJING_REDUCTION_OPS_TD
#define PENJING_REDUCTION_OPS_TD

include "penjing/Dialect/Penjing/PenjingOpBase.td"

def Penjing_ReduceSumOp : Penjing_TensorOp<"reduce_sum"> {
  let summary = "sum over some dimensions";
  let description = [{
    - (reduce_sum_c1) axes are distinct dimensions of the input, in ascending order
    - (reduce_sum_c2) the element type is float or integer

    ```mlir
    %y = pj.reduce_sum %x {axes = array<i64: 0, 2>, keep_dims} : (tensor<4x3x2xf32>) -> tensor<1x3x1xf32>
    ```
  }];
  let arguments = (ins AnyRankedTensor:$input, DenseI64ArrayAttr:$axes, UnitAttr:$keep_dims);
  let results = (outs AnyRankedTensor:$result);
}

#endif
