// Ops of the scheduled form: fused regions and copies between layouts.
#ifndef PENJING_SCHEDULE_OPS_TD
#define PENJING_SCHEDULE_OPS_TD

include "penjing/Dialect/Penjing/PenjingOpBase.td"
include "penjing/Dialect/Penjing/ScheduleAttributes.td"
include "mlir/Interfaces/ControlFlowInterfaces.td"

def Penjing_FusedOp : Penjing_Op<"fused", [Pure, OnlyScheduled, SingleBlock, NoRegionArguments]> {
  let summary = "ops that one kernel computes";
  let description = [{
    The region holds at most one contraction (`pj.conv`, `pj.matmul`), first, and
    elementwise ops, each of which uses results of the region only where they
    have the result's shape. Values from outside are used directly.

    - (fused_c1) only the first op is not elementwise, and then a contraction
    - (fused_c2) every result inside the region has the shape of the fused result
    - (fused_c3) the yielded value has the result's type

    ```mlir
    %y = pj.fused : tensor<1x8xf32> {
      %0 = pj.matmul %x, %w : (tensor<1x4xf32>, tensor<4x8xf32>) -> tensor<1x8xf32>
      %1 = pj.relu %0 : (tensor<1x8xf32>) -> tensor<1x8xf32>
      pj.yield %1 : tensor<1x8xf32>
    }
    ```
  }];
  let results = (outs AnyRankedTensor:$result);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = "attr-dict `:` type($result) $body";
  let hasVerifier = 1;
}

def Penjing_YieldOp : Penjing_Op<"yield", [Pure, Terminator, ReturnLike,
    ParentOneOf<["FusedOp", "ChoiceOp", "StackOp"]>]> {
  let summary = "the value of a region";
  let description = "Ends the regions of `pj.fused`, `pj.choice` and `pj.stack`.";
  let arguments = (ins AnyRankedTensor:$value);
  let assemblyFormat = "$value attr-dict `:` type($value)";
}

def Penjing_RelayoutOp : Penjing_Op<"relayout", [Pure, OnlyScheduled, SameOperandsAndResultType]> {
  let summary = "the same tensor in another layout or another memory";
  let description = [{
    A copy: where the caller's layout and the kernels' differ, and where a
    kernel reads a halo that its operand's memory does not have.

    - (relayout_c1) input and result have the same type

    ```mlir
    %y = pj.relayout %x : tensor<1x3x32x32xf32>
    ```
  }];
  let arguments = (ins AnyRankedTensor:$input);
  let results = (outs AnyRankedTensor:$result);
  let assemblyFormat = "$input attr-dict `:` type($result)";
}

#endif
