// No math function stays that would be a call of a library.
// RUN: penjing-opt %s --pjk-expand-math=target=x86-64 | FileCheck %s --check-prefixes=CHECK,BASE
// RUN: penjing-opt %s --pjk-expand-math=target=x86-64-v3 | FileCheck %s --check-prefixes=CHECK,FUSED

// CHECK-LABEL: func.func @example
// CHECK-NOT: math.
// CHECK: arith.bitcast %{{.*}} : vector<16xi32> to vector<16xf32>
// CHECK-NOT: math.
// CHECK: return
func.func @example(%0: vector<16xf32>) -> vector<16xf32> {
  %1 = math.exp %0 : vector<16xf32>
  return %1 : vector<16xf32>
}

// CHECK-LABEL: func.func @scalars
// CHECK-NOT: math.
// CHECK: return
func.func @scalars(%0: f32) -> f32 {
  %1 = math.log %0 : f32
  %2 = math.tanh %1 : f32
  %3 = math.erf %2 : f32
  return %3 : f32
}

// CHECK-LABEL: func.func @rounding
// BASE-NOT: math.roundeven
// BASE: arith.subf
// FUSED: math.roundeven
func.func @rounding(%0: vector<4xf32>) -> vector<4xf32> {
  %1 = math.roundeven %0 : vector<4xf32>
  return %1 : vector<4xf32>
}

// CHECK-LABEL: func.func @whole_numbers
// BASE-NOT: math.
// FUSED: math.floor
// FUSED: math.ceil
// FUSED: math.trunc
// CHECK: return
func.func @whole_numbers(%0: f32) -> (f32, f32, f32) {
  %1 = math.floor %0 : f32
  %2 = math.ceil %0 : f32
  %3 = math.trunc %0 : f32
  return %1, %2, %3 : f32, f32, f32
}

// CHECK-LABEL: func.func @fused
// BASE: arith.mulf
// BASE: arith.addf
// FUSED: math.fma
func.func @fused(%0: f32, %1: f32, %2: f32) -> f32 {
  %3 = math.fma %0, %1, %2 : f32
  return %3 : f32
}

// CHECK-LABEL: func.func @square_roots
// CHECK: math.sqrt
// CHECK: math.sqrt
// CHECK-NEXT: arith.divf
func.func @square_roots(%0: f32) -> (f32, f32) {
  %1 = math.sqrt %0 : f32
  %2 = math.rsqrt %0 : f32
  return %1, %2 : f32, f32
}
