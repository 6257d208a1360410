// Elementwise ops: arithmetic with NumPy's broadcasting, activations, selection.
#ifndef PENJING_ELEMENTWISE_OPS_TD
#define PENJING_ELEMENTWISE_OPS_TD

include "penjing/Dialect/Penjing/PenjingOpBase.td"

class Penjing_BinaryOp<string mnemonic, string formula, string packed, list<Trait> traits = []>
    : Penjing_TensorOp<mnemonic, traits> {
  let summary = formula # ", elementwise with broadcasting";
  let description = [{
    Shapes broadcast as in NumPy; float, integer (wrapping) and, where noted,
    quantized elements. }] # packed # [{

    - (}] # mnemonic # [{_c1) the shapes broadcast
    - (}] # mnemonic # [{_c2) the operands have the same expressed element type

    ```mlir
    %y = pj.}] # mnemonic # [{ %a, %b : (tensor<4x2xf32>, tensor<2xf32>) -> tensor<4x2xf32>
    ```
  }];
  let arguments = (ins AnyRankedTensor:$lhs, AnyRankedTensor:$rhs);
  let results = (outs AnyRankedTensor:$result);
}

def Penjing_AddOp : Penjing_BinaryOp<"add", "lhs + rhs",
  "Quantized: t = f32(qa - za) · f32(sa/sy), u = f32(qb - zb) · f32(sb/sy), clamp(round_even(t + u) + zy).",
  [Commutative]>;
def Penjing_SubOp : Penjing_BinaryOp<"sub", "lhs - rhs",
  "Quantized: as add, with t - u.">;
def Penjing_MulOp : Penjing_BinaryOp<"mul", "lhs · rhs",
  "Quantized: clamp(round_even(f32((qa - za)·(qb - zb)) · f32(sa·sb/sy)) + zy).", [Commutative]>;
def Penjing_DivOp : Penjing_BinaryOp<"div", "lhs / rhs",
  "Integers divide towards zero; a zero divisor gives 0. Not quantized.">;

class Penjing_UnaryOp<string mnemonic, string formula, string detail = "">
    : Penjing_TensorOp<mnemonic> {
  let summary = formula # ", elementwise";
  let description = detail # [{

    - (}] # mnemonic # [{_c1) the operand is floating-point or quantized

    ```mlir
    %y = pj.}] # mnemonic # [{ %x : (tensor<4x2xf32>) -> tensor<4x2xf32>
    ```
  }];
  let arguments = (ins AnyRankedTensor:$input);
  let results = (outs AnyRankedTensor:$result);
}

def Penjing_ReluOp : Penjing_UnaryOp<"relu", "x > 0 ? x : 0",
  "NaN gives 0. Quantized: max(q - zx, 0), requantized by f32(sx/sy) unless the types are equal: then max(q, z).">;
def Penjing_ExpOp : Penjing_UnaryOp<"exp", "e to the x", "Float only.">;
def Penjing_LogOp : Penjing_UnaryOp<"log", "natural logarithm", "Float only.">;
def Penjing_SqrtOp : Penjing_UnaryOp<"sqrt", "square root", "Float only.">;
def Penjing_SigmoidOp : Penjing_UnaryOp<"sigmoid", "1 / (1 + exp(-x))", "Float only.">;
def Penjing_TanhOp : Penjing_UnaryOp<"tanh", "hyperbolic tangent", "Float only.">;
def Penjing_NegOp : Penjing_UnaryOp<"neg", "-x", "Float only.">;

def Penjing_ClipOp : Penjing_TensorOp<"clip"> {
  let summary = "min(max(x, min), max), elementwise";
  let description = [{
    Bounds that are absent do not bind; NaN stays NaN. Quantized (equal types):
    the bounds are quantized to the grid first, min / scale in f64.

    - (clip_c1) min is not above max
    - (clip_c2) the operand is floating-point or quantized

    ```mlir
    %y = pj.clip %x {min = 0.0 : f64, max = 6.0 : f64} : (tensor<4xf32>) -> tensor<4xf32>
    ```
  }];
  let arguments = (ins AnyRankedTensor:$input, OptionalAttr<F64Attr>:$min, OptionalAttr<F64Attr>:$max);
  let results = (outs AnyRankedTensor:$result);
}

def Penjing_CompareOp : Penjing_TensorOp<"compare"> {
  let summary = "elementwise comparison with broadcasting, a boolean tensor";
  let description = [{
    - (compare_c1) the shapes broadcast
    - (compare_c2) the operands have the same element type

    ```mlir
    %m = pj.compare %a, %b {predicate = #pj.compare<gt>} : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xi1>
    ```
  }];
  let arguments = (ins AnyRankedTensor:$lhs, AnyRankedTensor:$rhs, Penjing_ComparePredicateAttr:$predicate);
  let results = (outs Penjing_BoolTensor:$result);
}

def Penjing_SelectOp : Penjing_TensorOp<"select"> {
  let summary = "condition ? lhs : rhs, elementwise with broadcasting";
  let description = [{
    - (select_c1) the shapes broadcast
    - (select_c2) lhs and rhs have the same element type

    ```mlir
    %y = pj.select %m, %a, %b : (tensor<4xi1>, tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
    ```
  }];
  let arguments = (ins Penjing_BoolTensor:$condition, AnyRankedTensor:$lhs, AnyRankedTensor:$rhs);
  let results = (outs AnyRankedTensor:$result);
}

def Penjing_CastOp : Penjing_TensorOp<"cast"> {
  let summary = "elementwise conversion between float, integer and boolean";
  let description = [{
    Float to integer truncates towards zero and saturates, NaN gives 0; a
    boolean is 0 or 1, and any nonzero value is true.

    - (cast_c1) neither type is quantized

    ```mlir
    %y = pj.cast %x {to = f32} : (tensor<4xi1>) -> tensor<4xf32>
    ```
  }];
  let arguments = (ins AnyRankedTensor:$input, TypeAttr:$to);
  let results = (outs AnyRankedTensor:$result);
}

#endif
