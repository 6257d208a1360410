// Products of matrices: what the ops say, and their constraints.
#ifndef PENJING_MATRIX_OPS_TD
#define PENJING_MATRIX_OPS_TD

include "penjing/Dialect/Penjing/PenjingOpBase.td"

def Penjing_MatmulOp : Penjing_TensorOp<"matmul"> {
  let summary = "product of two matrices, or of batches of them";
  let description = [{
    y = op(a) · op(b) + bias, over the last two dimensions; leading dimensions
    broadcast as in NumPy. op transposes the last two dimensions where
    `transpose_a` or `transpose_b` is set. The bias has the length of y's last
    dimension.

    Packed: as `pj.conv`: a quantized per tensor, b symmetric, per tensor or per
    column of op(b); bias i32 at scale sa·sb.

    - (matmul_c1) both operands have rank 2 or more
    - (matmul_c2) the inner dimensions are equal
    - (matmul_c3) leading dimensions broadcast
    - (matmul_c4) the bias has rank 1 and the length of the last dimension
    - (matmul_c5) the operands have the same expressed element type
    - (matmul_c6) an integer reduction has at most 66,000 products

    ```mlir
    %y = pj.matmul %x, %w, %b {transpose_b}
        : (tensor<1x128xf32>, tensor<10x128xf32>, tensor<10xf32>) -> tensor<1x10xf32>
    ```
  }];
  let arguments = (ins AnyRankedTensor:$a, AnyRankedTensor:$b, Optional<AnyRankedTensor>:$bias,
                       UnitAttr:$transpose_a, UnitAttr:$transpose_b);
  let results = (outs AnyRankedTensor:$result);
}

#endif
