// Products of matrices: one function per constraint, named after its label.
// RUN: penjing-opt %s -split-input-file -verify-diagnostics
func.func @matmul_c1(%a: tensor<4xf32>, %b: tensor<4x3xf32>) {
  // expected-error @below {{requires operands of rank 2 or more, but got ranks 1 and 2}}
  // expected-error @below {{failed to infer returned types}}
  %y = pj.matmul %a, %b : (tensor<4xf32>, tensor<4x3xf32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @matmul_c2(%a: tensor<2x4xf32>, %b: tensor<4x3xf32>) {
  // expected-error @below {{requires equal inner dimensions, but got 4 and 3}}
  // expected-error @below {{failed to infer returned types}}
  %y = pj.matmul %a, %b {transpose_b} : (tensor<2x4xf32>, tensor<4x3xf32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @matmul_c3(%a: tensor<5x2x4xf32>, %b: tensor<3x4x3xf32>) {
  // expected-error @below {{requires leading dimensions that broadcast, but got}}
  // expected-error @below {{failed to infer returned types}}
  %y = pj.matmul %a, %b : (tensor<5x2x4xf32>, tensor<3x4x3xf32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @matmul_c4(%a: tensor<2x4xf32>, %b: tensor<4x3xf32>, %c: tensor<2xf32>) {
  // expected-error @below {{requires a bias of rank 1 and length 3, but got}}
  // expected-error @below {{failed to infer returned types}}
  %y = pj.matmul %a, %b, %c : (tensor<2x4xf32>, tensor<4x3xf32>, tensor<2xf32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @matmul_c5(%a: tensor<2x4xf32>, %b: tensor<4x3xf64>) {
  // expected-error @below {{requires operands of one element type, but got}}
  // expected-error @below {{failed to infer returned types}}
  %y = pj.matmul %a, %b : (tensor<2x4xf32>, tensor<4x3xf64>) -> tensor<2x3xf32>
  return
}

// -----

func.func @matmul_c6(%a: tensor<2x70000x!quant.uniform<u8:f32, 0.5:128>>, %b: tensor<70000x3x!quant.uniform<i8<-127:127>:f32, 0.5>>) {
  // expected-error @below {{requires at most 66000 products in an integer sum, but got 70000}}
  // expected-error @below {{failed to infer returned types}}
  %y = pj.matmul %a, %b : (tensor<2x70000x!quant.uniform<u8:f32, 0.5:128>>, tensor<70000x3x!quant.uniform<i8<-127:127>:f32, 0.5>>) -> tensor<2x3xf32>
  return
}
