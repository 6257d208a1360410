// Reductions: one function per constraint, named after its label.
// RUN: penjing-opt %s -split-input-file -verify-diagnostics
func.func @reduce_sum_c1(%x: tensor<2x4xf32>) {
  // expected-error @below {{requires distinct axes in ascending order, but got [1, 0]}}
  // expected-error @below {{failed to infer returned types}}
  %y = pj.reduce_sum %x {axes = array<i64: 1, 0>} : (tensor<2x4xf32>) -> tensor<f32>
  return
}

// -----

func.func @reduce_sum_c1_range(%x: tensor<2x4xf32>) {
  // expected-error @below {{requires an axis between 0 and 1, but got 2}}
  // expected-error @below {{failed to infer returned types}}
  %y = pj.reduce_sum %x {axes = array<i64: 2>} : (tensor<2x4xf32>) -> tensor<2x4xf32>
  return
}

// -----

func.func @reduce_sum_c2(%x: tensor<2x4x!quant.uniform<u8:f32, 0.5:128>>) {
  // expected-error @below {{requires float or integer elements, but got}}
  // expected-error @below {{failed to infer returned types}}
  %y = pj.reduce_sum %x {axes = array<i64: 0>} : (tensor<2x4x!quant.uniform<u8:f32, 0.5:128>>) -> tensor<4xf32>
  return
}
